"""Channels whose delivery is a document for the people who then act on it: one mechanism for all of them.

A kind says its template and its fields. Everything that a message says for the channel reaches the template under the
name that it has in the campaign file, so that an office can put a template of its own beside the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from kohoctl.contact import Contact
from kohoctl.documents import Document, DocumentTemplate
from kohoctl.mail import MailChannel, MailSettings, mail_rendition
from kohoctl.model import File, Message, Recipient, Rendition, Task
from kohoctl.problem import Problem
from kohoctl.settings import Version
from kohoctl.texts import Limit, text_problems

_COLUMN = re.compile(r"\{(\w+)\}")
TITLE_LIMIT = Limit(200, "characters", "what a document's title shows in six lines")
BODY_LIMIT = Limit(20_000, "characters", "a document of some twenty pages, longer than anybody reads who acts on it")


class DocumentSettings(MailSettings):
    """What every channel of documents may set."""

    to: str | None = Field(None, description="The mail address of its reader, where the channel has no recipients.")
    addressee: str | None = Field(
        None, description="To whom it is addressed, with the recipients' columns in braces: {name}　御中."
    )
    office: str = Field(description="Who issues it, a line each: the office, then its head by title.")
    contact: Contact = Field(description="Whom its readers ask.")
    template: DocumentTemplate | None = Field(
        None, description="The document's template: one that a plugin brings, or a Typst file's path; else the kind's."
    )


class DocumentVersion(Version):
    """What a message may say for a document."""

    reply_by: date | None = Field(None, description="The day by which its reader answers: 2015-06-12.")
    addressee: str | None = Field(None, description="Another addressee for this message.")


class DocumentChannel(MailChannel):
    """A document, mailed to each of the channel's recipients (columns ``name`` and ``email``), or to one address.

    A kind that derives from this says ``document`` and ``template`` and derives its fields from `DocumentVersion`.
    """

    settings: DocumentSettings
    settings_model: ClassVar[type[DocumentSettings]] = DocumentSettings
    version_model: ClassVar[type[DocumentVersion]] = DocumentVersion
    document: ClassVar[str]
    """What the document is called, without an ending: 報道発表資料."""
    template: ClassVar[str]
    """Its template, where the settings name no other."""
    addressee: ClassVar[str] = "{name}　御中"
    """To whom it is addressed, where neither the message nor the settings say so."""
    formats: ClassVar[tuple[str, ...]] = (".pdf",)
    """``.docx`` beside it is for what its reader has to work with."""
    limits: ClassVar[Mapping[str, Limit]] = {"title": TITLE_LIMIT, "body": BODY_LIMIT}
    nobody: ClassVar[Problem] = Problem(
        "this document is mailed to nobody",
        field="recipients",
        hint="to: an address; or recipients: a list with the columns id, name, email",
    )
    """What is wrong where a channel has neither recipients nor an address."""

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        data = self.data(message, recipient)
        documents = tuple(self.documents(data, message, recipient))
        problems = (
            *self._reader_problems(recipient, data["addressee"]),
            *text_problems(message.title, "title", self.limits.get("title")),
            *text_problems(message.body, "body", self.limits.get("body")),
            *_reply_problems(message),
            *self.problems(message, recipient),
            *_document_problems(documents),
        )
        to = recipient["email"] if recipient else self.settings.to or ""
        files: tuple[File, ...] = (*documents, *message.attachments, *message.images)
        text = self._mail_text(message, recipient, data["addressee"])
        return mail_rendition(self.settings, to, message.title, text, files, problems, self.task(message, recipient))

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        """What the template is given: what the message says for the channel, and what every document has."""
        version = message.version(self.version_model)
        own = version.model_dump(mode="json", exclude={*Version.model_fields})
        return {
            **own,
            "title": message.title,
            "body": message.body,
            "date": message.due.date().isoformat() if message.due else None,
            "addressee": self._addressee(version, recipient),
            "sender": _lines(self.settings.office),
            "owner": self.owner,
            "contact": self.settings.contact.model_dump(),
            "attachments": [file.name for file in (*message.attachments, *message.images)],
        }

    def documents(self, data: Mapping[str, Any], message: Message, recipient: Recipient | None) -> Iterable[Document]:
        """The documents for one reader, made from ``data``."""
        template = self.settings.template or self.template
        return [Document(f"{self.called}{ending}", template, data) for ending in self.formats]

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        """What else a person has to mend, by the kind's own rules."""
        return ()

    def task(self, message: Message, recipient: Recipient | None) -> Task:
        """What its reader is asked to carry out."""
        return Task(self.places(recipient), reply_by=message.version(self.version_model).reply_by)

    def places(self, recipient: Recipient | None) -> tuple[str, ...]:
        """The recipient's facilities, from its column ``facilities``, with ``|`` between them."""
        names = recipient["facilities"].split("|") if recipient else ()
        return tuple(name.strip() for name in names if name.strip())

    def cover(self, message: Message, recipient: Recipient | None) -> str:
        """What the mail that the document is attached to says of it, a sentence a line."""
        return f"標記について、添付の{self.called}をお送りいたします。"

    @property
    def called(self) -> str:
        """What a channel of the kind calls its document."""
        return self.document

    def _addressee(self, version: DocumentVersion, recipient: Recipient | None) -> str:
        """The addressee with the recipient's columns in place of their names; a name without a column stays."""
        usual = self.addressee if recipient or not _COLUMN.search(self.addressee) else "関係者各位"
        fields = recipient.fields if recipient else {}
        pattern = version.addressee or self.settings.addressee or usual
        return _COLUMN.sub(lambda match: fields.get(match[1], "" if match[1] == "contact" else match[0]), pattern)

    def _reader_problems(self, recipient: Recipient | None, addressee: str) -> Iterable[Problem]:
        if recipient is None and self.settings.to is None:
            yield self.nobody
        if recipient is not None and not recipient["name"].strip():
            yield Problem("the recipient has no name", field="recipients")
        if unknown := _COLUMN.search(addressee):
            text = "the recipients have no column {column} for the addressee"
            yield Problem(text, {"column": unknown[1]}, field="addressee")

    def _mail_text(self, message: Message, recipient: Recipient | None, addressee: str) -> str:
        return f"""\
{addressee}

いつもお世話になっております。{_lines(self.settings.office)[0]}です。
{self.cover(message, recipient)}
お忙しいところ恐れ入りますが、御確認くださいますようお願いいたします。

件名：{" ".join(message.title.split())}

{self.settings.contact.signature()}
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or [""]


def _reply_problems(message: Message) -> Iterable[Problem]:
    reply_by = message.version(DocumentVersion).reply_by
    if reply_by and message.due and reply_by < message.due.date():
        values = {"day": reply_by.isoformat(), "due": message.due.date().isoformat()}
        text = "its reader is to answer by {day}, and it goes out on {due}"
        yield Problem(text, values, field="reply_by", hint="name a later day")


def _document_problems(documents: Iterable[File]) -> Iterable[Problem]:
    """The characters that the fonts lack: each once, though a document may be there in two formats."""
    found = [problem for one in documents if isinstance(one, Document) for problem in one.problems()]
    return {str(problem): problem for problem in found}.values()
