"""``call-centre``: 電話応対の手引き, what operators say on the telephone, made anew whenever its text has changed."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from kohoctl import Channel, DocumentChannel, DocumentVersion, Message, Problem, Question, Recipient, hookimpl


class CallCentreVersion(DocumentVersion):
    """What a message says to operators, beside what they tell every caller, which is its body."""

    hotline: str = Field(min_length=1, description='The number that people call: "{{ hotline }}".')
    hours: str = Field(min_length=1, description='When it is answered: "{{ hotline_hours }}".')
    opening: str = Field(min_length=1, description="The first words to every caller.")
    questions: tuple[Question, ...] = Field((), description="What callers ask, and what they are told.")
    never_ask: tuple[str, ...] = Field((), description="What no caller is ever asked for, such as 口座番号.")
    escalation: tuple[str, ...] = Field((), description="What operators do where they have no answer, a step each.")


class CallCentre(DocumentChannel):
    """Call centres are the recipients: ``name``, ``email``."""

    kind = "call-centre"
    version_model = CallCentreVersion
    document = "電話応対の手引き"
    template = "call-centre"
    formats = (".pdf", ".docx")
    reissued = True

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        version = message.version(CallCentreVersion)
        if not version.questions:
            text, hint = "the brief answers no question", "questions: [{question: …, answer: …}]"
            yield Problem(text, field="questions", hint=hint)
        if not version.never_ask:
            text = "the brief does not say what callers are never asked for"
            yield Problem(text, field="never_ask", hint="never_ask: [口座番号, 暗証番号]")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [CallCentre]
