"""``counter-guide``: 窓口対応の手引き for offices' counters, made anew whenever its text has changed."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from kohoctl import Channel, DocumentChannel, DocumentVersion, Message, Problem, Question, Recipient, hookimpl


class CounterGuideVersion(DocumentVersion):
    """What a message says to the staff at counters, beside what the guide is for, which is its body."""

    steps: tuple[str, ...] = Field(
        min_length=1, description="What is done, a step each, in order.", examples=[["来訪の目的を伺う。"]]
    )
    identification: tuple[str, ...] = Field(
        min_length=1, description="How it is made sure who the person is.", examples=[["運転免許証で確認する。"]]
    )
    look_up: tuple[str, ...] = Field(
        min_length=1, description="How the person is looked up in the system.", examples=[["対象者の画面で照会する。"]]
    )
    questions: tuple[Question, ...] = Field((), description="What people ask, and what they are told.")
    hotline: str | None = Field(None, description='The number that people are told of: "{{ hotline }}".')
    hours: str | None = Field(None, description='When it is answered: "{{ hotline_hours }}".')


class CounterGuide(DocumentChannel):
    """Offices are the recipients: ``name``, ``email``, and ``facilities`` (with ``|``) for one with several."""

    kind = "counter-guide"
    version_model = CounterGuideVersion
    document = "窓口対応の手引き"
    template = "counter-guide"
    reissued = True

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        version = message.version(CounterGuideVersion)
        if version.hours and not version.hotline:
            yield Problem("there are hours and no hotline", field="hotline", hint='hotline: "{{ hotline }}"')


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [CounterGuide]
