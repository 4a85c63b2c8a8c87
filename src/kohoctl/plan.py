"""What is to be delivered, what is done, and what waits: Campaign file × ledger × now → plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from kohoctl.campaign.file import CampaignFile, Occurrence, WrittenMessage
from kohoctl.known import Known
from kohoctl.language import Sentence
from kohoctl.model import Recipient
from kohoctl.problem import Problem
from kohoctl.renamed import Renamings
from kohoctl.states import Delivery, Entry, Planned, State
from kohoctl.wording import Slot, Wording

CHUNK = 500
"""Deliveries that are looked up in the ledger at a time, so that a list of any length takes the same memory."""

_LATEST = datetime.max.replace(tzinfo=UTC)


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
        self._renamings = Renamings(file, known, self._wording)

    def plan(self, now: datetime, among: Iterable[Slot] | None = None) -> Iterator[Planned]:
        """Every delivery of the file, or of the slots ``among`` it, as it stands at ``now``."""
        return self._planned(now, among, lambda delivery, entry: True)

    def pending(self, now: datetime, among: Iterable[Slot] | None = None) -> Iterator[Planned]:
        """The deliveries that a run at ``now`` has something to do with; nothing else is even rendered."""
        return self._planned(now, among, partial(_is_open, now))

    def delivered(self, now: datetime, among: Iterable[Slot] | None = None) -> Iterator[Planned]:
        """The deliveries that were made, in all their editions."""
        for slot, delivery, entry, gate in self._looked_up(among, all_editions=True):
            if entry is not None and entry.state is State.DELIVERED:
                yield self._stand(slot, delivery, entry, gate, now)

    def keys_due(self, now: datetime) -> Iterator[str]:
        """The keys of `pending`, without rendering anything."""
        return (delivery.key for _, delivery, entry, _ in self._looked_up(None) if _is_open(now, delivery, entry))

    def deliveries(self) -> dict[str, Delivery]:
        """Every delivery of the file by its key, in all its editions."""
        return {delivery.key: delivery for _, delivery, _, _ in self._looked_up(None, all_editions=True)}

    def dropped(self) -> list[Entry]:
        """What the ledger knows of the file's campaigns and the file does not name any more."""
        known = (entry for campaign in self._file.campaigns for entry in self._known.under(f"{campaign}/"))
        return [entry for entry in known if not self._renamings.names(entry.key)]

    def in_doubt_and_dropped(self) -> list[Entry]:
        """What may have gone out and cannot be settled by a run, since the file does not name it any more."""
        ours = (entry for entry in self._known.in_doubt() if entry.key.split("/")[0] in self._file.campaigns)
        return [entry for entry in ours if not self._renamings.names(entry.key)]

    def one(self, key: str, now: datetime) -> Planned | None:
        """The delivery of ``key`` as it stands at ``now``; None where the file has none."""
        slot = self._renamings.slot(key)
        return next(self.plan(now, [slot])) if slot else None

    def due(self, slot: Slot) -> datetime | None:
        """When ``slot`` is due; None while the message that it comes after is not out."""
        gate = self._gate(slot, {})
        return gate.opens if gate else slot.occurrence.due

    def _planned(
        self, now: datetime, among: Iterable[Slot] | None, wanted: Callable[[Delivery, Entry | None], bool]
    ) -> Iterator[Planned]:
        for slot, delivery, entry, gate in self._looked_up(among):
            if wanted(delivery, entry):
                yield self._stand(slot, delivery, entry, gate, now)

    def _looked_up(
        self, among: Iterable[Slot] | None, *, all_editions: bool = False
    ) -> Iterator[tuple[Slot, Delivery, Entry | None, _Gate | None]]:
        remaining = iter(slots(self._file) if among is None else among)
        gates: dict[tuple[str, str, str | None], _Gate] = {}
        while chunk := list(islice(remaining, CHUNK)):
            entries = self._known.entries(slot.key for slot in chunk)
            for slot in chunk:
                gate = self._gate(slot, gates)
                for edition, entry in self._editions(slot, entries.get(slot.key), all_editions):
                    yield edition, self._delivery(edition, gate), entry, gate

    def _editions(self, slot: Slot, entry: Entry | None, every: bool) -> Iterator[tuple[Slot, Entry | None]]:
        """The edition that is at stake, or ``every`` one up to it: the latest that the ledger knows, or the next where
        that one went out and the file says something else now."""
        if entry is None or not self._file.channels[slot.way.channel].reissued:
            yield slot, entry
            return
        known = [(slot, entry)]
        while found := self._known.entries([known[-1][0].following.key]):
            following = known[-1][0].following
            known.append((following, found[following.key]))
        latest, ended = known[-1]
        digest = self._wording.render(latest).digest
        if every:
            yield from known
        if ended.state is State.DELIVERED and ended.digest != digest:
            yield latest.following, None
        elif not every:
            yield _last_made(known, digest) or known[-1]

    def _delivery(self, slot: Slot, gate: _Gate | None) -> Delivery:
        due = gate.opens if gate else slot.occurrence.due
        return Delivery(
            key=slot.key,
            campaign=slot.message.campaign,
            message=slot.message.id,
            channel=slot.way.channel,
            kind=self._file.channels[slot.way.channel].kind,
            recipient=slot.recipient.id if slot.recipient else None,
            due=due.astimezone(self._file.timezone) if due else None,
            deadline=due + slot.message.grace if due and slot.edition == 1 else None,
        )

    def _stand(self, slot: Slot, delivery: Delivery, entry: Entry | None, gate: _Gate | None, now: datetime) -> Planned:
        rendition = self._wording.render(slot)
        problems = rendition.problems
        may_begin = entry is None or entry.state in (State.REFUSED, State.UNREACHED)
        if may_begin:
            problems += (gate.problems if gate else ()) + _broken_among(self._known.entries(rendition.needs).values())
        if may_begin and not problems and not (entry and (entry.by or entry.released_by)):
            renamed = self._renamings.problem(slot, rendition.digest)
            problems += (renamed,) if renamed else ()
        state, ready = _state(delivery, entry, rendition.digest, bool(problems), now)
        if ready and not self._all_delivered(rendition.needs):
            state, ready = State.WAITING, False
        return Planned(delivery, state, rendition, problems, entry, slot.recipient, ready)

    def _gate(self, slot: Slot, gates: dict[tuple[str, str, str | None], _Gate]) -> _Gate | None:
        """The message that ``slot`` comes after: whether it is out, and since when; None where it comes after none."""
        after = slot.occurrence.after
        if after is None:
            return None
        named = (slot.message.campaign, after.message, after.channel)
        if named not in gates:
            before = self._file.campaigns[slot.message.campaign].messages[after.message]
            gates[named] = self._look_at(before, after.channel)
        gate = gates[named]
        return replace(gate, opens=gate.opens + after.delay) if gate.opens else gate

    def _look_at(self, before: WrittenMessage, channel: str | None) -> _Gate:
        keys = [slot.key for each in before.occurrences for slot in _slots_of(self._file, before, each, channel)]
        entries = self._known.entries(keys)
        if len(entries) == len(keys) and all(entry.state is State.DELIVERED for entry in entries.values()):
            return _Gate(max(entry.at for entry in entries.values()), ())
        return _Gate(None, _broken_among(entries.values()))

    def _all_delivered(self, keys: Sequence[str]) -> bool:
        entries = self._known.entries(keys) if keys else {}
        return all(key in entries and entries[key].state is State.DELIVERED for key in keys)


def _last_made(editions: Sequence[tuple[Slot, Entry]], digest: str) -> tuple[Slot, Entry] | None:
    """The last edition that went out, where nothing was sent after it and it says what the file says again."""
    made = next((one for one in reversed(editions) if one[1].state not in (State.UNREACHED, State.REFUSED)), None)
    return made if made and made[1].state is State.DELIVERED and made[1].digest == digest else None


@dataclass(frozen=True, slots=True)
class _Gate:
    """The message to come after: ``opens`` is when it was out, None as long as it is not, with what broke there."""

    opens: datetime | None
    problems: tuple[Problem, ...]


def _broken_among(entries: Iterable[Entry]) -> tuple[Problem, ...]:
    """What ended badly among the deliveries that another comes after."""
    return tuple(
        Problem(
            "it comes after {key}, which ended as {state}",
            {"key": entry.key, "state": Sentence(str(entry.state))},
            "when",
        )
        for entry in entries
        if entry.state in (State.REFUSED, State.MISSED)
    )


def _is_open(now: datetime, delivery: Delivery, entry: Entry | None) -> bool:
    if entry is None:
        return delivery.due is not None and delivery.due <= now
    return entry.state not in (State.DELIVERED, State.MISSED)


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
