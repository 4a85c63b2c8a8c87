"""On which days a file's messages go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from kohoctl.campaign.file import CampaignFile, WrittenMessage

if TYPE_CHECKING:
    from kohoctl.rules.rule import Text


@dataclass(frozen=True)
class Sent:
    """On which days the file's messages go out: the first and the last one of each, and of all."""

    by_message: Mapping[tuple[str, str], tuple[date, date]]
    all: tuple[date, ...]

    def around(self, text: Text) -> Sequence[date]:
        """The days around which ``text`` is read: its message's, else those of the whole file."""
        return self.by_message.get((text.campaign, text.message), self.all) if text.message else self.all


def sent_in(file: CampaignFile) -> Sent:
    """When the messages of ``file`` go out, as far as that is known."""
    found: dict[tuple[str, str], tuple[date, date]] = {}
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            if moments := _moments(campaign.messages, message):
                first, last = (moment.astimezone(file.timezone).date() for moment in (min(moments), max(moments)))
                found[campaign.id, message.id] = first, last
    spans = found.values()
    return Sent(found, (min(first for first, _ in spans), max(last for _, last in spans)) if spans else ())


def _moments(messages: Mapping[str, WrittenMessage], message: WrittenMessage) -> list[datetime]:
    """When it goes out; of one that comes after another, not before that one."""
    seen = {message.id}
    while message.occurrences and (after := message.occurrences[0].after) and after.message not in seen:
        seen.add(after.message)
        message = messages[after.message]
    return [occurrence.due for occurrence in message.occurrences if occurrence.due]
