"""Handing mail to an SMTP server."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import getaddresses

from kohoctl.errors import Refused, Unreached
from kohoctl.outgoing import Outgoing
from kohoctl.redaction import plain_text, scrub
from kohoctl.settings import MailServer

MAIL_TIMEOUT = 30.0
"""Seconds for each answer of the mail server: many wait several seconds with theirs, to tire out senders of spam."""
QUIT_TIMEOUT = 5.0
"""Seconds for the answer to QUIT, which tells nothing more about the mail."""
BLOCK = 2**16
"""Bytes handed over at a time, so that MAIL_TIMEOUT is for each of them and not for a large mail as a whole."""


@dataclass(frozen=True)
class Mailer:
    """Hands mail to the campaign's SMTP server, one connection a mail, so that several threads can share it."""

    server: MailServer | None
    password: Callable[[], str | None]
    outgoing: Outgoing = field(default_factory=Outgoing)
    patience: float = MAIL_TIMEOUT

    def send(self, mail: EmailMessage) -> str:
        """Hand over ``mail`` and return what the server said when it took it.

        Raises `Refused` and `Unreached` where the mail certainly was not taken. A connection lost once the content
        leaves raises ``smtplib.SMTPException`` or ``OSError``, which means *unknown*.
        """
        if self.server is None:
            raise Refused("the campaign file names no mail server: add mail: {host: …}")
        content = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
        password = self.password()
        smtp = _connect(self.server, self.patience)
        try:
            _prepare(smtp, self.server, password)
            self.outgoing.make_sure()
            addresses = _open_envelope(smtp, mail)
            answer = _hand_over(smtp, content, addresses)
        except (Refused, Unreached):
            raise
        except BaseException:
            self.outgoing.note()
            raise
        else:
            self.outgoing.note()
            return answer
        finally:
            _hang_up(smtp)


def _connect(server: MailServer, patience: float) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=patience, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=patience)
    except (smtplib.SMTPException, OSError) as error:
        raise _no_connection(server, error) from error


def _prepare(smtp: smtplib.SMTP, server: MailServer, password: str | None) -> None:
    try:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.username is not None and password is not None:
            smtp.login(server.username, password)
        smtp.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:  # its text is not passed on: some servers repeat the name
        reason = f"the mail server did not accept user name and password ({error.smtp_code})"
        raise (Unreached if error.smtp_code // 100 == 4 else Refused)(reason) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _no_connection(server, error) from error


def _no_connection(server: MailServer, error: Exception) -> Unreached:
    return Unreached(f"no connection to the mail server {server.host}: {plain_text(str(error))}")


def _open_envelope(smtp: smtplib.SMTP, mail: EmailMessage) -> list[str]:
    """Name sender and recipients to the server, up to where it waits for the content. Returns their addresses."""
    sender = getaddresses(mail.get_all("From", []))[0][1]
    to = [address for _, address in getaddresses([*mail.get_all("To", []), *mail.get_all("Cc", [])])]
    try:
        _expect(2, smtp.mail(sender), to)
        for address in to:
            _expect(2, smtp.rcpt(address), to)
        _expect(3, smtp.docmd("DATA"), to)
    except (smtplib.SMTPException, OSError) as error:
        raise Unreached(f"the mail server hung up before it took the mail: {plain_text(str(error))}") from error
    return to


def _hand_over(smtp: smtplib.SMTP, content: bytes, private: list[str]) -> str:
    """Send the content and return the server's word for it."""
    lines = re.sub(rb"(?m)^\.", b"..", content).removesuffix(b"\r\n")  # RFC 5321, 4.5.2: a dot alone ends the mail
    whole = lines + b"\r\n.\r\n"
    for start in range(0, len(whole), BLOCK):
        smtp.send(whole[start : start + BLOCK])
    return _expect(2, smtp.getreply(), private)


def _expect(kind: int, reply: tuple[int, bytes], private: list[str]) -> str:
    """The server's words where its code is of the wanted ``kind`` (2 for 2xx), without ``private`` addresses."""
    code, said = reply
    addresses = {spelling for address in private for spelling in (address, address.lower())}
    text = plain_text(scrub(said.decode("utf-8", "replace"), addresses, "[address]"))
    if code // 100 == kind:
        return text
    if code // 100 == 4:
        raise Unreached(f"the mail server put it off: {code} {text}")
    if code // 100 == 5:
        raise Refused(f"the mail server refused it: {code} {text}")
    raise smtplib.SMTPResponseException(code, text)


def _hang_up(smtp: smtplib.SMTP) -> None:
    """End the connection. Whatever goes wrong with that says nothing about the mail."""
    with suppress(smtplib.SMTPException, OSError):
        if smtp.sock is not None:
            smtp.sock.settimeout(QUIT_TIMEOUT)
        smtp.quit()
    smtp.close()
