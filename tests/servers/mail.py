"""A mail server on this machine that asks for TLS and a password, keeps what it takes, and refuses as it is told to."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Self

import aiosmtpd.controller
import trustme
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USER = "koho"


class Controller(aiosmtpd.controller.Controller):
    """Serves mail at a port that nobody else can get meanwhile, and may begin slowly on a busy machine."""

    def __init__(self, handler: Any, **how: Any) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self._listener.getsockname()[1], ready_timeout=60, **how)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener, ssl=self.ssl_context)


@dataclass
class MailServer:
    """``with MailServer(folder, password) as server``; its authority's certificate is at ``authority``.

    ``taken`` are the mails that it took, the oldest first. It answers the ``RCPT`` of each address in ``refuses`` with
    what stands there.
    """

    folder: Path
    password: str
    taken: list[Envelope] = field(default_factory=list)
    refuses: Mapping[str, str] = field(default_factory=dict)
    secure: bool = True
    """Whether it asks for TLS and the password."""

    def __enter__(self) -> Self:
        authority = trustme.CA()
        self.authority = self.folder / "mail-authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
        asks: dict[str, Any] = {"tls_context": tls, "require_starttls": True, "auth_required": True}
        asks["authenticator"] = self._is_right
        self._controller = Controller(self, **(asks if self.secure else {}))
        self.port = self._controller.port
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def read(self) -> list[EmailMessage]:
        """The mails that it took, the oldest first."""
        return [_read(envelope) for envelope in [*self.taken]]

    def mails(self) -> dict[str, EmailMessage]:
        """The one mail to each address. Fails where an address got several."""
        addresses = [envelope.rcpt_tos[0] for envelope in self.taken]
        assert len(addresses) == len(set(addresses))
        return dict(zip(addresses, map(_read, self.taken), strict=True))

    def _is_right(self, _server: object, _session: object, _envelope: object, _how: object, data: object) -> AuthResult:
        login = (USER.encode(), self.password.encode())
        right = isinstance(data, LoginPassword) and (data.login, data.password) == login
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, _server: object, _session: object, envelope: Envelope, address: str, _: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 -- as above
        self.taken.append(envelope)
        return f"250 2.0.0 Ok: queued as {len(self.taken)}"


def _read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    mail = email.message_from_bytes(envelope.content, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail
