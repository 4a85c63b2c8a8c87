"""What is to be delivered, what is done, and what waits: Campaign file × ledger × now → plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Protocol

from kohoctl.campaign.file import CampaignFile, Occurrence, WrittenMessage
from kohoctl.model import Delivery, Entry, Planned, Recipient, State
from kohoctl.problem import Problem
from kohoctl.wording import Slot, Wording

CHUNK = 500
"""Deliveries that are looked up in the ledger at a time, so that a list of any length takes the same memory."""

_LATEST = datetime.max.replace(tzinfo=UTC)
_HELD = {State.DELIVERED, State.SENDING, State.UNKNOWN}
"""States in which something may have gone out."""


class Known(Protocol):
    """What a plan asks of a ledger."""

    def entries(self, keys: Iterable[str]) -> Mapping[str, Entry]: ...
    def under(self, prefix: str) -> Sequence[Entry]: ...
    def with_digest(self, digest: str) -> Sequence[Entry]: ...


def slots(file: CampaignFile, channel: str | None = None) -> Iterator[Slot]:
    """Every delivery of the file, or of one channel of it, in order of time, then as the file has them.

    Those that wait for another message, and so have no time of their own yet, come last.
    """
    timed = [
        (occurrence.due or _LATEST, message, occurrence)
        for campaign in file.campaigns.values()
        for message in campaign.messages.values()
        for occurrence in message.occurrences
    ]
    for _, message, occurrence in sorted(timed, key=lambda one: one[0]):
        yield from _slots_of(file, message, occurrence, channel)


def _slots_of(
    file: CampaignFile, message: WrittenMessage, occurrence: Occurrence, channel: str | None = None
) -> Iterator[Slot]:
    for way in message.ways:
        if channel is not None and way.channel != channel:
            continue
        nobody_in_particular: tuple[Recipient | None, ...] = (None,)
        for recipient in file.recipients.get(way.channel, nobody_in_particular):
            yield Slot(message, way, occurrence, recipient)


class Planner:
    """Plans one campaign file against what a ledger knows. Reads, and changes nothing."""

    def __init__(self, file: CampaignFile, known: Known) -> None:
        self._file = file
        self._known = known
        self._wording = Wording(file)
        self._names = _Names(file)

    def plan(self, now: datetime, among: Iterable[Slot] | None = None) -> Iterator[Planned]:
        """Every delivery of the file, or of the slots ``among`` it, as it stands at ``now``."""
        return self._planned(now, among, lambda delivery, entry: True)

    def pending(self, now: datetime, among: Iterable[Slot] | None = None) -> Iterator[Planned]:
        """The deliveries that a run at ``now`` has something to do with; nothing else is even rendered."""
        return self._planned(now, among, partial(_is_open, now))

    def keys_due(self, now: datetime) -> Iterator[str]:
        """The keys of `pending`, without rendering anything."""
        return (delivery.key for _, delivery, entry, _ in self._looked_up(None) if _is_open(now, delivery, entry))

    def deliveries(self) -> dict[str, Delivery]:
        """Every delivery of the file by its key."""
        return {delivery.key: delivery for _, delivery, _, _ in self._looked_up(None)}

    def dropped(self) -> list[Entry]:
        """What the ledger knows of the file's campaigns and the file does not name any more."""
        known = (entry for campaign in self._file.campaigns for entry in self._known.under(f"{campaign}/"))
        return [entry for entry in known if not self._names.has(entry.key)]

    def slots_by_key(self) -> dict[str, Slot]:
        """Every slot of the file by its delivery's key."""
        return {slot.key: slot for slot in slots(self._file)}

    def due(self, slot: Slot) -> datetime | None:
        """When ``slot`` is due; None while the message that it comes after is not out."""
        return slot.occurrence.due or self._gate(slot, {}).opens

    def _planned(
        self, now: datetime, among: Iterable[Slot] | None, wanted: Callable[[Delivery, Entry | None], bool]
    ) -> Iterator[Planned]:
        for slot, delivery, entry, gate in self._looked_up(among):
            if wanted(delivery, entry):
                yield self._stand(slot, delivery, entry, gate, now)

    def _looked_up(self, among: Iterable[Slot] | None) -> Iterator[tuple[Slot, Delivery, Entry | None, _Gate]]:
        remaining = iter(slots(self._file) if among is None else among)
        gates: dict[tuple[str, str], _Gate] = {}
        while chunk := list(islice(remaining, CHUNK)):
            entries = self._known.entries(slot.key for slot in chunk)
            for slot in chunk:
                gate = self._gate(slot, gates)
                delivery = self._delivery(slot, gate)
                yield slot, delivery, entries.get(delivery.key), gate

    def _delivery(self, slot: Slot, gate: _Gate) -> Delivery:
        due = slot.occurrence.due or gate.opens
        return Delivery(
            key=slot.key,
            campaign=slot.message.campaign,
            message=slot.message.id,
            channel=slot.way.channel,
            kind=self._file.channels[slot.way.channel].kind,
            recipient=slot.recipient.id if slot.recipient else None,
            due=due.astimezone(self._file.timezone) if due else None,
            deadline=due + slot.message.grace if due else None,
        )

    def _stand(self, slot: Slot, delivery: Delivery, entry: Entry | None, gate: _Gate, now: datetime) -> Planned:
        rendition = self._wording.render(slot)
        problems = rendition.problems
        if entry is None or entry.state in (State.REFUSED, State.UNREACHED):
            problems += gate.problems + self._receipts_missing(rendition.needs)
        if entry is None and not problems:
            problems += self._gone_out_before(slot, rendition.digest)
        state, ready = _state(delivery, entry, rendition.digest, bool(problems), now)
        if ready and rendition.needs and not self._all_delivered(rendition.needs):
            state, ready = State.WAITING, False
        return Planned(delivery, state, rendition, problems, entry, slot.recipient, ready)

    # What a delivery waits for

    def _gate(self, slot: Slot, gates: dict[tuple[str, str], _Gate]) -> _Gate:
        """The message that ``slot`` comes after: whether it is out, and since when."""
        after = slot.occurrence.after
        if after is None:
            return _OPEN
        named = (slot.message.campaign, after.message)
        if named not in gates:
            before = self._file.campaigns[slot.message.campaign].messages[after.message]
            gates[named] = self._look_at(before)
        gate = gates[named]
        return _Gate(gate.opens + after.delay, gate.problems) if gate.opens else gate

    def _look_at(self, before: WrittenMessage) -> _Gate:
        keys = [slot.key for each in before.occurrences for slot in _slots_of(self._file, before, each)]
        entries = self._known.entries(keys)
        problems = tuple(_broken(entry) for entry in entries.values() if entry.state in (State.REFUSED, State.MISSED))
        if len(entries) == len(keys) and all(entry.state is State.DELIVERED for entry in entries.values()):
            return _Gate(max(entry.at for entry in entries.values()), ())
        return _Gate(None, problems)

    def _all_delivered(self, keys: Sequence[str]) -> bool:
        entries = self._known.entries(keys)
        return all(key in entries and entries[key].state is State.DELIVERED for key in keys)

    def _receipts_missing(self, keys: Sequence[str]) -> tuple[Problem, ...]:
        if not keys:
            return ()
        entries = self._known.entries(keys)
        return tuple(_broken(entry) for entry in entries.values() if entry.state in (State.REFUSED, State.MISSED))

    # What went out under another name

    def _gone_out_before(self, slot: Slot, digest: str) -> tuple[Problem, ...]:
        """A problem where this went out under a key that the file has dropped: a new date or name sends nothing."""
        prefix = slot.key.rpartition("/")[0] + "/"
        suspects = [*self._known.under(prefix), *self._known.with_digest(digest)]
        for entry in suspects:
            if entry.state in _HELD and not self._names.has(entry.key):
                return (
                    Problem(
                        "this went out as {key}, which the file no longer names",
                        {"key": entry.key},
                        field="when",
                        hint="put the old date or name back; to send it again beside that, add a date to when",
                        place=slot.message.places.get("when") or slot.message.places.get(""),
                    ),
                )
        return ()


class _Gate:
    """Whether the message to come after is out: ``opens`` is when, None as long as it is not."""

    def __init__(self, opens: datetime | None, problems: tuple[Problem, ...]) -> None:
        self.opens = opens
        self.problems = problems


_OPEN = _Gate(None, ())


class _Names:
    """Tells whether the file still names a key, without making all of them."""

    def __init__(self, file: CampaignFile) -> None:
        self._file = file
        self._recipients: dict[str, frozenset[str]] = {}

    def has(self, key: str) -> bool:
        campaign_id, message_id, channel, *who, label = key.split("/")
        campaign = self._file.campaigns.get(campaign_id)
        message = campaign.messages.get(message_id) if campaign else None
        if message is None or all(way.channel != channel for way in message.ways):
            return False
        if all(occurrence.label != label for occurrence in message.occurrences):
            return False
        if channel not in self._recipients:
            self._recipients[channel] = frozenset(recipient.id for recipient in self._file.recipients.get(channel, ()))
        return who[0] in self._recipients[channel] if who else not self._recipients[channel]


def _is_open(now: datetime, delivery: Delivery, entry: Entry | None) -> bool:
    if entry is None:
        return delivery.due is not None and delivery.due <= now
    return entry.state not in (State.DELIVERED, State.MISSED)


def _broken(entry: Entry) -> Problem:
    return Problem(
        "it comes after {key}, which ended as {state}", {"key": entry.key, "state": str(entry.state)}, field="when"
    )


def _is_mended(entry: Entry, digest: str) -> bool:
    """Whether a service refused something else than what the file says now. A person's no stands, whatever changes."""
    return entry.state is State.REFUSED and entry.digest != digest and not entry.by


def _state(
    delivery: Delivery, entry: Entry | None, digest: str, has_problems: bool, now: datetime
) -> tuple[State, bool]:
    """Where the delivery stands at ``now``, and whether a live run would send it."""
    too_late = delivery.deadline is not None and now > delivery.deadline and not (entry and entry.released_by)
    may_try = entry is None or entry.state is State.UNREACHED or _is_mended(entry, digest)
    if entry is not None and (not may_try or (entry.state is State.REFUSED and too_late)):
        return entry.state, False
    if too_late:
        return State.MISSED, False
    if has_problems:
        return State.BLOCKED, False
    if delivery.due is None or now < delivery.due:
        return State.WAITING, False
    if entry is not None and entry.state is State.UNREACHED:
        return State.UNREACHED, entry.retry_at is None or entry.retry_at <= now
    return State.DUE, True
