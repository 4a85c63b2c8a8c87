"""Channels that mail something to a person, who then carries it out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from kohoctl.artifacts import Artifacts
from kohoctl.channel import Channel
from kohoctl.model import File, Receipt, Rendition, Task
from kohoctl.problem import Problem
from kohoctl.settings import Settings
from kohoctl.views import FileView, MailView, View

if TYPE_CHECKING:
    from kohoctl.transport import Transport


class MailSettings(Settings):
    """What every channel that mails may set."""

    sender: str = Field(description="Who the mail comes from: 広報室 <koho@mhlw.example>.")
    reply_to: str | None = Field(None, description="Where answers go, where that is another address.")


class MailChannel(Channel):
    """A channel whose delivery is a mail with documents. A kind that derives from this writes only ``render``."""

    form = "requested"
    settings: MailSettings
    settings_model: ClassVar[type[MailSettings]] = MailSettings

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        mail = compose(rendition, key, transport.now())
        answer = transport.mail.send(mail)
        return Receipt.requested(id=mail["Message-ID"], answer=answer)

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        makers: dict[str, Callable[[], bytes]] = {file.name: file.read for file in rendition.files}
        return Artifacts(makers | {"mail.eml": lambda: compose(rendition, key, at).as_bytes()})

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        """The documents, then the mail that they are attached to."""
        content, to = rendition.content, rendition.destination
        names = tuple(file.name for file in rendition.files)
        mail = MailView(to["from"], to["to"], content["subject"], content["text"], names)
        return [*(FileView(name, artifacts[name]) for name in names), mail]


def mail_rendition(
    settings: MailSettings,
    to: str,
    subject: str,
    text: str,
    files: tuple[File, ...] = (),
    problems: tuple[Problem, ...] = (),
    task: Task | None = None,
) -> Rendition:
    """The rendition of a mail: ``to`` is one address or several with commas; a subject's lines become one. ``task`` is
    what its reader is asked to carry out."""
    destination = {"from": settings.sender, "to": to, "reply_to": settings.reply_to}
    wrong = [
        Problem("{what} is not a mail address", {"what": what}, field="recipients", hint="name@example.go.jp")
        for what, value in (
            ("the sender", settings.sender),
            ("the recipient's mail address", to),
            ("the address for answers", settings.reply_to),
        )
        if value is not None and not is_mail_address(value)
    ]
    content = {"subject": " ".join(subject.splitlines()).strip(), "text": text}
    return Rendition(content, destination, files, (*problems, *wrong), task or Task())


def is_mail_address(text: str) -> bool:
    """Whether ``text`` holds one mail address or several, each with a name and a domain that every server takes."""
    found = getaddresses([text])
    try:
        return text.isprintable() and bool(found) and all(_is_plain(address) for _, address in found)
    except (ValueError, IndexError, HeaderParseError):
        return False


def _is_plain(address: str) -> bool:
    parsed = Address(addr_spec=address)
    return bool(parsed.username and parsed.domain) and address.isascii()


def message_id(key: str, sender: str) -> str:
    """The same Message-ID for the same delivery, so that a mail server or a person can tell a second copy."""
    domain = getaddresses([sender])[0][1].rpartition("@")[2]
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def compose(rendition: Rendition, key: str, at: datetime) -> EmailMessage:
    """The mail of a rendition that `mail_rendition` made: the same bytes for the same key and moment."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = rendition.destination["from"]
    mail["To"] = rendition.destination["to"]
    if rendition.destination.get("reply_to"):
        mail["Reply-To"] = rendition.destination["reply_to"]
    mail["Subject"] = rendition.content["subject"]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(key, rendition.destination["from"])
    mail.set_content(rendition.content["text"], cte="base64")  # 8-bit lines would be lost on an old server
    for file in rendition.files:
        main, _, sub = file.media_type.partition("/")
        name = "".join(letter if letter.isprintable() else "_" for letter in file.name)
        mail.add_attachment(file.read(), maintype=main, subtype=sub, filename=name)
    if mail.is_multipart():
        mail.set_boundary("=_" + hashlib.sha256(f"boundary {key}".encode()).hexdigest()[:32])
    return mail
