"""What went out under another name: a new date, name or number in the file is no second sending."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kohoctl.campaign.file import CampaignFile, Occurrence, Way, WrittenMessage
from kohoctl.known import Known
from kohoctl.language import Sentence
from kohoctl.model import Recipient
from kohoctl.problem import Problem
from kohoctl.states import Entry, State
from kohoctl.wording import EDITION, Slot, Wording

HELD = frozenset({State.DELIVERED, State.SENDING, State.UNKNOWN})
"""States in which something may have gone out."""


class _Place(NamedTuple):
    """What a key names in a file: ``id`` is the recipient's, where there is one."""

    message: WrittenMessage
    way: Way
    occurrence: Occurrence
    id: str | None
    edition: int


class Renamings:
    """Compares the keys of one campaign file with those that a ledger knows."""

    def __init__(self, file: CampaignFile, known: Known, wording: Wording) -> None:
        self._file = file
        self._known = known
        self._wording = wording

    def names(self, key: str) -> bool:
        """Whether the file has a delivery of this key."""
        place = self._place(key)
        return place is not None and (place.id is None or self._file.may_have(place.way.channel, place.id))

    def slot(self, key: str, near: Recipient | None = None) -> Slot | None:
        """The slot of a key; None where the file has none. Where it is ``near`` who gets it, nobody else is asked."""
        place = self._place(key)
        if place is None:
            return None
        if place.id is None:
            return Slot(place.message, place.way, place.occurrence, None, place.edition)
        recipient = near if near and near.id == place.id else self._file.recipient(place.way.channel, place.id)
        return Slot(place.message, place.way, place.occurrence, recipient, place.edition) if recipient else None

    def _place(self, key: str) -> _Place | None:
        """What a key names in the file; None where the file has none such."""
        parts = key.split("/")
        if len(parts) not in (4, 5):
            return None
        campaign_id, message_id, channel, *who, last = parts
        label, _, edition = last.partition(EDITION)
        campaign = self._file.campaigns.get(campaign_id)
        message = campaign.messages.get(message_id) if campaign else None
        if message is None:
            return None
        way = next((way for way in message.ways if way.channel == channel), None)
        occurrence = next((each for each in message.occurrences if each.label == label), None)
        if way is None or occurrence is None or (edition and not edition.isdecimal()):
            return None
        if bool(who) != (channel in self._file.recipients):
            return None
        return _Place(message, way, occurrence, who[0] if who else None, int(edition or 1))

    def problem(self, slot: Slot, digest: str) -> Problem | None:
        """Why ``slot``, which the ledger does not know, must not go out: it did so already under another key."""
        for entry in self._suspects(slot, digest):
            there = self.slot(entry.key, slot.recipient)
            if there is None and not _went_out_earlier_that_day(entry, slot):
                return _problem(
                    slot,
                    entry,
                    "this went out as {key}, which the file does not name any more",
                    "put the old date or name back; to send it once more, add a date to when; where a person knows "
                    "better: kohoctl reconcile FILE {key}",
                )
            if there is not None and entry.digest == digest != self._wording.render(there).digest:
                return _problem(
                    slot,
                    entry,
                    "the very same went out as {key}, which says something else now",
                    "give each text its old name back; names are never used again for another text; where a person "
                    "knows better: kohoctl reconcile FILE {key}",
                )
        return None

    def _suspects(self, slot: Slot, digest: str) -> Iterator[Entry]:
        """What may have gone out as another date or recipient of the message's way, or with the very same content."""
        way = f"{slot.message.campaign}/{slot.message.id}/{slot.way.channel}"
        to_all = f"{way}/{slot.occurrence.label}"  # before the channel had recipients, one delivery went to all
        akin = self._known.akin(slot.key.rpartition("/")[0] + "/", digest, to_all)
        return (entry for entry in akin if entry.state in HELD and entry.key != slot.key)


def _went_out_earlier_that_day(entry: Entry, slot: Slot) -> bool:
    """Whether ``slot`` is a moment that was added to a day after what the day was named for had gone out."""
    day = entry.key.rpartition("/")[2]
    due = slot.occurrence.due
    return slot.occurrence.label.startswith(f"{day}T") and due is not None and due > entry.at


def _problem(slot: Slot, entry: Entry, text: str, hint: str) -> Problem:
    place = slot.message.places.get("when") or slot.message.places.get("")
    return Problem(text, {"key": entry.key}, field="when", hint=Sentence(hint, key=slot.key), place=place)
