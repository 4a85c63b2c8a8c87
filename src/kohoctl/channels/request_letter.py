"""``request-letter``: an official letter to associations and other bodies, asking them for something."""

from __future__ import annotations

from collections.abc import Iterable

from kohoctl import Channel, Message, Problem, Recipient, hookimpl
from kohoctl.channels._official_letter import OfficialLetter


class RequestLetter(OfficialLetter):
    """Associations are the recipients: ``name``, ``email``."""

    kind = "request-letter"

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        yield from super().problems(message, recipient)
        data = self.data(message, recipient)
        if "下記" in message.body and not data["items"] and data["reply_by"] is None:
            text = "the letter speaks of 下記, and nothing stands under 記"
            yield Problem(text, field="items", hint="items: [周知をお願いする事項　…]")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [RequestLetter]
