"""A mail server on this machine for a channel to send to: it takes what it is given, or fails as mail servers do."""

from __future__ import annotations

import asyncio
import email
import socket
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any, Literal, Self

from kohoctl.errors import KohoctlError

if TYPE_CHECKING:
    from aiosmtpd import smtp
    from aiosmtpd.controller import Controller

Manner = Literal["takes", "puts off", "refuses", "resets", "says nothing"]
"""What it does with a mail, once the whole of it is there."""


class MailService:
    """``with MailService() as mail``: a server at ``mail.port`` that keeps each mail in ``taken``."""

    def __init__(self) -> None:
        self.manner: Manner = "takes"
        self.taken: list[EmailMessage] = []
        self.handed = 0
        """How many mails it was handed, taken or not."""
        self._controller: Controller | None = None

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._controller = _controller(self, self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Refuse every connection from now on."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: smtp.SMTP, session: Any, envelope: smtp.Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        """Called by the server with each mail."""
        self.handed += 1
        if self.manner == "puts off":
            return "451 4.3.0 Try again later"
        if self.manner == "refuses":
            return "554 5.7.1 Not taken"
        if self.manner == "says nothing":
            await asyncio.sleep(60)
        if self.manner == "resets":
            session_transport = server.transport
            assert isinstance(session_transport, asyncio.WriteTransport)  # noqa: S101 -- what a connection has
            session_transport.abort()
            return "421 4.3.0 Gone"
        read = email.message_from_bytes(envelope.original_content or b"", policy=SMTP)
        assert isinstance(read, EmailMessage)  # noqa: S101 -- the policy's own class
        self.taken.append(read)
        return f"250 2.0.0 Ok: queued as {len(self.taken)}"


def _controller(handler: MailService, port: int) -> Controller:
    try:
        from aiosmtpd.controller import Controller
    except ImportError as error:
        raise KohoctlError("a kind that mails is tried with aiosmtpd: pip install 'kohoctl[testing]'") from error
    return Controller(handler, hostname="127.0.0.1", port=port)
