"""What is held at a moment and a place, and a document that gives notice of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from kohoctl import DocumentChannel, DocumentVersion, Message, Problem, Recipient, Task
from kohoctl.channels._moments import in_its_timezone, too_early


class EventVersion(DocumentVersion):
    """What a message says of an event."""

    at: datetime = Field(description="When it begins: 2015-06-24T14:00.", examples=["2015-06-24T14:00"])
    until: datetime | None = Field(None, description="When it ends: 2015-06-24T15:00.")
    place: str = Field(min_length=1, description="Where it is held: 厚生労働省9階　省議室.")


class EventChannel(DocumentChannel):
    """A notice of an event. The day of the event is the day of its task."""

    version_model: ClassVar[type[EventVersion]] = EventVersion

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        begins, ends = _times(message)
        return {
            **super().data(message, recipient),
            "at": begins.isoformat(),
            "until": ends.isoformat() if ends else None,
        }

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        begins, ends = _times(message)
        if too_early(begins, message):
            values = {"at": f"{begins:%Y-%m-%dT%H:%M}", "due": f"{message.due:%Y-%m-%dT%H:%M}"}
            text = "it begins at {at}, and its notice goes out at {due}"
            yield Problem(text, values, field="at", hint="name a later moment, or send the notice earlier")
        if ends and ends <= begins:
            yield Problem("it ends before it begins", field="until", hint=f"until: {begins:%Y-%m-%d}T…")

    def task(self, message: Message, recipient: Recipient | None) -> Task:
        begins, _ = _times(message)
        return replace(super().task(message, recipient), days=(begins.date(),))


def _times(message: Message) -> tuple[datetime, datetime | None]:
    """When the event begins and ends, in the message's timezone."""
    version = message.version(EventVersion)
    ends = in_its_timezone(version.until, message) if version.until else None
    return in_its_timezone(version.at, message), ends
