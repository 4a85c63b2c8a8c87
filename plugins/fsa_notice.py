"""The financial agency's notice to associations: a mail to each, with a request letter as a PDF.

An example of a kind that mails. In 2015 the agency asked the associations of banks and other institutions in such
letters (要請文) to pass a warning on to their members, and to report what was done. The associations are the channel's
recipients, with the columns ``id``, ``name``, ``email`` and ``members``: the kinds of institutions that they stand for,
with ``|`` between them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from kohoctl import (
    Channel,
    Document,
    DocumentTemplate,
    Limit,
    MailChannel,
    MailSettings,
    Message,
    Problem,
    Recipient,
    Rendition,
    Version,
    hookimpl,
    mail_rendition,
    text_problems,
)


class FsaNoticeSettings(MailSettings):
    """What a channel of this kind may set."""

    office: str = Field(description="Who asks, a line each: the office, then its head by title.")
    department: str = Field(description="The section that the associations report to.")
    telephone: str = Field(description="The section's telephone number.")
    email: str = Field(description="The section's mail address.")
    template: DocumentTemplate = Field("letter", description="The letter's template, which takes the data of letter.")


class FsaNoticeVersion(Version):
    """What a message says for the associations."""

    number: str = Field(description="文書番号: 金監督第1号.")
    reply_by: date = Field(description="The day by which an association reports back: 2015-06-19.")


class FsaNotice(MailChannel):
    """A notice to an association."""

    kind = "fsa-notice"
    settings: FsaNoticeSettings
    settings_model = FsaNoticeSettings
    version_model = FsaNoticeVersion
    limits: ClassVar = {
        "title": Limit(200, "characters", "what a letter's 件名 shows in six lines"),
        "body": Limit(4_000, "characters", "a letter of four pages, which an association passes on as it is"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        version, association = message.version(FsaNoticeVersion), recipient or Recipient("", {})
        letter = Document("要請文.pdf", self.settings.template, self._letter(message, version, association))
        problems = (
            *_recipient_problems(recipient),
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
            *_date_problems(message, version),
            *letter.problems(),
        )
        text = self._mail_text(message, version, association)
        return mail_rendition(self.settings, association["email"], message.title, text, (letter,), problems)

    def _letter(self, message: Message, version: FsaNoticeVersion, association: Recipient) -> dict[str, Any]:
        """The data of the letter, under the names that the message's fields have."""
        settings = self.settings
        return {
            "form": "依頼文書",
            "number": version.number,
            "date": message.due.date().isoformat() if message.due else None,
            "addressee": f"{association['name']}　御中",
            "sender": _lines(settings.office),
            "sealed": False,
            "title": message.title,
            "body": message.body,
            "items": [
                {"text": "周知をお願いする金融機関", "below": _members(association)},
                "周知の状況を、下記担当まで御報告くださいますようお願いいたします。",
            ],
            "reply_by": version.reply_by.isoformat(),
            "contact": {
                "department": settings.department,
                "telephone": settings.telephone,
                "email": settings.email,
            },
        }

    def _mail_text(self, message: Message, version: FsaNoticeVersion, association: Recipient) -> str:
        settings, day = self.settings, version.reply_by
        return f"""\
{association["name"]}　御中

平素より金融行政に御理解と御協力を賜り、厚く御礼申し上げます。{_lines(settings.office)[0]}です。
添付の要請文のとおり、貴協会の会員（{"、".join(_members(association))}）への周知をお願いいたします。
周知の状況は、{day.year}年{day.month}月{day.day}日までに、下記担当まで御報告くださいますようお願いいたします。

件名：{message.title}

{message.body.strip()}

【担当】
{settings.department}
電話：{settings.telephone}
メール：{settings.email}
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or [""]


def _members(association: Recipient) -> list[str]:
    return [name.strip() for name in association["members"].split("|") if name.strip()]


def _recipient_problems(recipient: Recipient | None) -> list[Problem]:
    if recipient is None:
        hint = "recipients: a list with the columns id, name, email, members"
        return [Problem("a notice is mailed to associations, and this channel has none", field="recipients", hint=hint)]
    problems = []
    if not recipient["name"].strip():
        problems.append(Problem("the association has no name", field="recipients"))
    if not _members(recipient):
        problems.append(Problem("the association has no members", field="recipients", hint="members: 銀行|信託銀行"))
    return problems


def _date_problems(message: Message, version: FsaNoticeVersion) -> list[Problem]:
    if message.due is None or version.reply_by > message.due.date():
        return []
    values = {"day": version.reply_by.isoformat(), "due": message.due.date().isoformat()}
    text = "the associations are to report by {day}, and the notice goes out on {due}"
    return [Problem(text, values, field="reply_by", hint="name a later day")]


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [FsaNotice]
