"""Whether a private list is still the one that was sent to: a person under another id would be a new one, and get the
same again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kohoctl.campaign.file import CampaignFile, WrittenMessage
from kohoctl.campaign.people import ReadPeople
from kohoctl.language import Sentence
from kohoctl.ledger import Ledger
from kohoctl.ledger.people import list_key, note_list_key
from kohoctl.renamed import HELD

MOST_GONE = 0.5
"""Of those who were sent to, the share that may be missing from the list: a few are taken out for good reasons, and
most only where ids were written anew or the list was exchanged."""


def why_held(file: CampaignFile, ledger: Ledger, channel: str) -> str | None:
    """Why nothing may go to the channel's list; None where it may, and where it is no private list or was not read."""
    people = file.recipients.get(channel)
    if not isinstance(people, ReadPeople):
        return None
    if list_key(ledger, channel, people.name) not in (None, people.key_check):
        return Sentence(
            "the key of {name} is not the one it was sent to with: all would get it again; put the old key back",
            name=people.name,
        )
    for message in _messages(file, channel):
        known, gone = _sent_to(ledger, message, channel, people)
        if gone > known * MOST_GONE:
            return Sentence(
                "of {known:,} people to whom {message} went, {gone:,} are not in {name} any more: under other ids"
                " they would get it again; keep them in the list under their old ones, and add others to them",
                known=known,
                message=message.id,
                gone=gone,
                name=people.name,
            )
    return None


def all_held(file: CampaignFile, ledger: Ledger) -> dict[str, str]:
    """The channels to whose lists nothing may go, each with the reason."""
    return {channel: why for channel in file.people if (why := why_held(file, ledger, channel))}


def note_list(file: CampaignFile, ledger: Ledger, channel: str, at: datetime) -> None:
    """Have the ledger know by which key the channel's list is sent to, where it is a private one."""
    people = file.recipients.get(channel)
    if isinstance(people, ReadPeople) and list_key(ledger, channel, people.name) is None:
        note_list_key(ledger, channel, people.name, people.key_check, at)


def _messages(file: CampaignFile, channel: str) -> Iterator[WrittenMessage]:
    """The messages that go out by ``channel``."""
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            if any(way.channel == channel for way in message.ways):
                yield message


def _sent_to(ledger: Ledger, message: WrittenMessage, channel: str, people: ReadPeople) -> tuple[int, int]:
    """To how many people the message went, or may have gone, and how many of them the list has no more."""
    known = gone = 0
    for key, state, _ in ledger.standing(f"{message.campaign}/{message.id}/{channel}/"):
        who = key.split("/")[3:-1]
        if who and state in HELD:
            known += 1
            gone += who[0] not in people
    return known, gone
