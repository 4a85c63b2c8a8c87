"""``flyer-request``: an official letter to each ministry, asking it to put up a flyer in its own facilities."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from kohoctl import (
    Channel,
    Contact,
    Document,
    DocumentTemplate,
    File,
    Limit,
    MailChannel,
    MailSettings,
    Message,
    Problem,
    Recipient,
    Rendition,
    Task,
    Version,
    hookimpl,
    mail_rendition,
    text_problems,
)

_COLUMN = re.compile(r"\{(\w+)\}")


class FlyerRequestSettings(MailSettings):
    """What a channel of requests may set."""

    form: Literal["依頼文書", "事務連絡"] = Field(
        "依頼文書", description="依頼文書 bears a number and the office's seal or （公印省略）, 事務連絡 neither."
    )
    office: str = Field(description="Who asks, a line each: the office, then its head by title.")
    sealed: bool = Field(False, description="Whether the office's seal is put on it; （公印省略） stands there if not.")
    addressee: str = Field(
        "{name}{contact}　殿", description="To whom it is addressed, with the columns of the recipients in braces."
    )
    contact: Contact = Field(description="Whom the ministries ask.")
    template: DocumentTemplate = Field(
        "letter", description="The letter's template: letter, one that a plugin brings, or a Typst file's path."
    )


class FlyerRequestVersion(Version):
    """What a message may say for a request."""

    number: str | None = Field(None, description="文書番号: 年管企発0605第1号. An 依頼文書 needs one.")
    reply_by: date | None = Field(None, description="The day by which the ministry answers: 2015-06-12.")
    items: tuple[str, ...] = Field((), description="What stands under 記 after the facilities, a point each.")
    addressee: str | None = Field(None, description="Another addressee for this message.")


class FlyerRequest(MailChannel):
    """Ministries are the recipients: ``name``, ``email``, ``facilities`` (with ``|``), ``contact`` (a post there)."""

    kind = "flyer-request"
    settings: FlyerRequestSettings
    settings_model = FlyerRequestSettings
    version_model = FlyerRequestVersion
    limits: ClassVar = {
        "title": Limit(200, "characters", "what a letter's 件名 shows in six lines"),
        "body": Limit(20_000, "characters", "a letter of some twenty pages, longer than any that asks for a flyer"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        version = message.version(FlyerRequestVersion)
        ministry = recipient or Recipient("", {})
        flyers = (*message.attachments, *message.images)
        data = _letter(message, ministry, self.settings, version, flyers)
        letter = Document(f"{self.settings.form}.pdf", self.settings.template, data)
        problems = (
            *_recipient_problems(recipient, data["addressee"]),
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
            *_message_problems(flyers, version, self.settings),
            *letter.problems(),
        )
        text = _mail_text(message, data["addressee"], self.settings)
        task = Task(places=tuple(facilities_of(ministry)), reply_by=version.reply_by)
        return mail_rendition(self.settings, ministry["email"], message.title, text, (letter, *flyers), problems, task)


def facilities_of(ministry: Recipient) -> list[str]:
    """The ministry's facilities, from its column ``facilities``."""
    return [name.strip() for name in ministry["facilities"].split("|") if name.strip()]


def _letter(
    message: Message,
    ministry: Recipient,
    settings: FlyerRequestSettings,
    version: FlyerRequestVersion,
    flyers: tuple[File, ...],
) -> dict[str, Any]:
    """The data of the letter, under the names that the message's fields have."""
    return {
        "form": settings.form,
        "number": version.number or "",
        "date": message.due.date().isoformat() if message.due else None,
        "addressee": _addressee(version.addressee or settings.addressee, ministry),
        "sender": [line.strip() for line in settings.office.splitlines() if line.strip()],
        "sealed": settings.sealed,
        "title": message.title,
        "body": message.body,
        "items": [
            {"text": "設置をお願いする施設", "below": facilities_of(ministry)},
            *version.items,
            {"text": "添付資料", "below": [flyer.name for flyer in flyers]},
        ],
        "reply_by": version.reply_by.isoformat() if version.reply_by else None,
        "contact": settings.contact.model_dump(),
    }


def _addressee(pattern: str, ministry: Recipient) -> str:
    """``pattern`` with the ministry's columns in place of their names; a name without a column stays to be seen."""
    return _COLUMN.sub(lambda match: ministry.fields.get(match[1], match[0] if match[1] != "contact" else ""), pattern)


def _recipient_problems(recipient: Recipient | None, addressee: str) -> list[Problem]:
    if recipient is None:
        text = "a request is mailed to ministries, and this channel has none"
        return [
            Problem(text, field="recipients", hint="recipients: a list with the columns id, name, facilities, email")
        ]
    problems = []
    if not recipient["name"].strip():
        problems.append(Problem("the recipient has no name", field="recipients"))
    if not facilities_of(recipient):
        problems.append(Problem("the recipient has no facilities", field="recipients", hint="警察署|運転免許センター"))
    if unknown := _COLUMN.search(addressee):
        problems.append(
            Problem(
                "the recipients have no column {column} for the addressee", {"column": unknown[1]}, field="addressee"
            )
        )
    return problems


def _message_problems(
    flyers: tuple[File, ...], version: FlyerRequestVersion, settings: FlyerRequestSettings
) -> list[Problem]:
    problems = []
    if not flyers:
        problems.append(Problem("there is no flyer to put up", field="attachments", hint="attachments: [flyer.pdf]"))
    if settings.form == "依頼文書" and not version.number:
        problems.append(
            Problem(
                "an 依頼文書 bears a number, and this one has none", field="number", hint="number: 年管企発0605第1号"
            )
        )
    return problems


def _mail_text(message: Message, addressee: str, settings: FlyerRequestSettings) -> str:
    return f"""\
{addressee}

いつもお世話になっております。{settings.office.splitlines()[0].strip()}です。
標記について、添付の{settings.form}のとおり、お願いいたします。
お忙しいところ恐れ入りますが、御確認くださいますようお願いいたします。

件名：{message.title}

{settings.contact.signature()}
"""


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [FlyerRequest]
