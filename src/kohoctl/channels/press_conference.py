"""``press-conference``: 記者会見のお知らせ for the press, and 想定問答 for the office itself.

The expected questions never reach a journalist. They go to nobody unless the campaign file says of a reader that they
may: in the recipients' column ``questions``, or, where a channel has one address, in ``questions_to_reader``. What the
others get is not made from them in any part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from kohoctl import Channel, Document, DocumentSettings, Message, Problem, Question, Recipient, hookimpl
from kohoctl.channels._event import EventChannel, EventVersion

QUESTIONS = "questions"
"""The recipients' column that says who gets the expected questions, and the message's field that holds them."""
MAY_READ = {"yes": True, "no": False, "": False}
"""What may stand in that column."""


class PressConferenceSettings(DocumentSettings):
    """What a channel of press conferences may set."""

    questions_to_reader: bool = Field(
        False, description="Whether the address in to is the press office's own, which gets the expected questions."
    )


class PressConferenceVersion(EventVersion):
    """What a message says of a press conference."""

    speakers: tuple[str, ...] = Field(
        min_length=1, description="Who speaks, by title: 厚生労働大臣.", examples=[["厚生労働大臣"]]
    )
    registration: str | None = Field(None, description="How one registers for it, until the day in reply_by.")
    questions: tuple[Question, ...] = Field(
        (), description="想定問答: the expected questions, for those readers alone who are marked."
    )


class PressConference(EventChannel):
    """The press are the recipients: ``name``, ``email``, and ``questions``: yes for whom the expected questions are."""

    kind = "press-conference"
    settings: PressConferenceSettings
    settings_model = PressConferenceSettings
    version_model = PressConferenceVersion
    document = "記者会見のお知らせ"
    template = "press-conference"
    addressee = "報道関係者各位"

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        return {name: value for name, value in super().data(message, recipient).items() if name != QUESTIONS}

    def documents(self, data: Mapping[str, Any], message: Message, recipient: Recipient | None) -> Iterable[Document]:
        yield from super().documents(data, message, recipient)
        if questions := self._questions_for(message, recipient):
            prepared = {**data, QUESTIONS: [each.model_dump() for each in questions]}
            yield Document("想定問答.pdf", "expected-questions", prepared)
            yield Document("想定問答.docx", "expected-questions", prepared)

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        yield from super().problems(message, recipient)
        if recipient is not None and recipient[QUESTIONS].strip() not in MAY_READ:
            text = "the recipient's column questions says neither yes nor no"
            yield Problem(text, field="recipients", hint="yes for the press office, no for journalists")
        if not message.version(PressConferenceVersion).questions:
            return
        if recipient is None and not self.settings.questions_to_reader:
            text = "nothing says that the address in to may read the expected questions"
            hint = "questions_to_reader: true where it is the press office's own; else take the questions out"
            yield Problem(text, field=QUESTIONS, hint=hint)
        if recipient is not None and QUESTIONS not in recipient.fields:
            text = "the recipients have no column questions, which says who may read the expected questions"
            yield Problem(text, field=QUESTIONS, hint="the press office has yes there, journalists no")

    def cover(self, message: Message, recipient: Recipient | None) -> str:
        said = "標記について、添付のとおり記者会見を行いますので、お知らせいたします。"
        if not self._questions_for(message, recipient):
            return said
        return f"{said}\n添付の想定問答は、取扱注意です。報道関係者にはお渡しにならないよう、お願いいたします。"

    def _questions_for(self, message: Message, recipient: Recipient | None) -> tuple[Question, ...]:
        """The expected questions where this reader may have them, else none."""
        if recipient is None:
            may_read = self.settings.questions_to_reader
        else:
            may_read = MAY_READ.get(recipient[QUESTIONS].strip(), False)
        return message.version(PressConferenceVersion).questions if may_read else ()


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [PressConference]
