"""The only ways out of kohoctl: an HTTP session and a mailer, both bounded, and the secrets they need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from kohoctl.disk import write_whole
from kohoctl.errors import MissingSecret
from kohoctl.http import HttpSession
from kohoctl.kept_secrets import read_secret, secret_name
from kohoctl.language import Sentence
from kohoctl.mailer import Mailer
from kohoctl.outgoing import MayLeave, Outgoing, always
from kohoctl.redaction import Redactor
from kohoctl.settings import MailServer, Secret


@dataclass(frozen=True)
class Transport:
    """What a channel's ``deliver`` may use: ``http``, ``mail``, and the secrets that the settings refer to."""

    http: HttpSession
    """A session of ``requests`` that fails safely."""
    mail: Mailer
    """The way to the campaign file's mail server."""
    folder: Path
    """The campaign file's folder, from which secrets in files are looked up."""
    redactor: Redactor = field(default_factory=Redactor)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    outgoing: Outgoing = field(default_factory=Outgoing)

    def preparation(self) -> AbstractContextManager[None]:
        """A block in which whatever is sent reaches nobody yet: a login, the upload of a picture for a later post.

        Outside of such a block, an attempt that has sent anything and then raises `Unreached` or `Refused`, or misses a
        secret, is *unknown*, so that a channel of several steps is not begun again after its first.
        """
        return self.outgoing.preparation()

    def for_attempt(self, may_leave: MayLeave = always) -> Transport:
        """The same ways out for one attempt alone, so that no channel meets what another has left behind."""
        outgoing = Outgoing(may_leave)
        mail = replace(self.mail, outgoing=outgoing)
        return replace(self, http=self.http.for_attempt(outgoing), mail=mail, outgoing=outgoing)

    def secret(self, where: Secret) -> str:
        """The secret itself; from now on it is kept out of every log and record. Raises `MissingSecret`."""
        value = read_secret(where, self.folder)
        self.redactor.add(value)
        return value

    def secret_fields(self, where: Secret) -> dict[str, str]:
        """A secret that is a JSON object of texts, such as the keys of one account. Raises `MissingSecret`."""
        try:
            fields = json.loads(self.secret(where))
        except (ValueError, RecursionError):
            raise MissingSecret(Sentence("{secret} is not a JSON object", secret=secret_name(where))) from None
        if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
            raise MissingSecret(Sentence("{secret} is not a JSON object of texts", secret=secret_name(where)))
        for value in fields.values():
            self.redactor.add(value)
        return fields

    def store_secret_fields(self, where: Secret, fields: Mapping[str, str]) -> None:
        """Keep new ``fields`` where the old ones were read: a service that renews a token expects it back next time.

        Only a secret in a file can be kept; the file is replaced as a whole and readable by its owner alone. Raises
        `MissingSecret` where that cannot be done.
        """
        for value in fields.values():
            self.redactor.add(value)
        if where.file is None:
            raise MissingSecret(
                Sentence(
                    "{secret} cannot be renewed: keep this account's tokens in a {{file: PATH}}",
                    secret=secret_name(where),
                )
            )
        try:
            text = json.dumps(dict(fields), ensure_ascii=False, indent=2)
            write_whole((self.folder / where.file).resolve(), text.encode(), 0o600)
        except OSError as error:
            raise MissingSecret(
                Sentence("{secret} cannot be replaced: {error}", secret=secret_name(where), error=type(error).__name__)
            ) from None


def open_transport(folder: Path, server: MailServer | None, redactor: Redactor) -> Transport:
    """The transport of a live run. Nothing is connected until something is sent."""

    def password() -> str | None:
        return transport.secret(server.password) if server and server.password else None

    outgoing = Outgoing()
    transport = Transport(
        HttpSession(outgoing), Mailer(server, password, outgoing), folder, redactor, outgoing=outgoing
    )
    return transport
