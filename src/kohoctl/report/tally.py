"""Counting what the ledger knows of a campaign, row by row, so that a hundred thousand deliveries are only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from kohoctl.campaign.file import Campaign, CampaignFile, Occurrence, Way, WrittenMessage
from kohoctl.ledger import Ledger
from kohoctl.plan import CHUNK
from kohoctl.report.days import Days
from kohoctl.states import State
from kohoctl.wording import EDITION, Slot, Wording


@dataclass(slots=True)
class Group:
    """The deliveries of one message by one channel at one occurrence: to one recipient each, or to nobody in
    particular.

    ``planned`` counts those that the file names and later editions of them; of a private list, which is not read, those
    that the ledger knows. ``days`` counts on which days how many of them were made, or were to be seen; later editions
    were made on ``reissued``; ``onwards`` where it went on from there.
    """

    message: WrittenMessage
    way: Way
    occurrence: Occurrence
    planned: int
    delivered: int = 0
    days: Counter[tuple[date, ...]] = field(default_factory=Counter)
    reissued: set[date] = field(default_factory=set)
    onwards: bool = False

    def is_on_its_day(self, at: datetime, timezone: ZoneInfo) -> bool:
        """Whether it was due on the day of ``at``, or at no time of its own."""
        due = self.occurrence.due
        return due is None or due.astimezone(timezone).date() == at.astimezone(timezone).date()

    def slots(self, file: CampaignFile) -> Iterator[Slot]:
        """Its deliveries' places in the file."""
        for recipient in file.recipients.get(self.way.channel, (None,)):
            yield Slot(self.message, self.way, self.occurrence, recipient)


def tally(file: CampaignFile, ledger: Ledger, wording: Wording, campaign: Campaign) -> tuple[list[Group], int]:
    """Every group of the campaign, in the file's order, with what was delivered; and how many deliveries were made that
    the file does not name any more."""
    groups = {
        (message.id, way.channel, occurrence.label): Group(message, way, occurrence, _planned(file, way))
        for message in campaign.messages.values()
        for way in message.ways
        for occurrence in message.occurrences
    }
    unnamed = 0
    made: list[tuple[Group, str, datetime]] = []
    for key, state, at in ledger.standing(f"{campaign.id}/"):
        _, message_id, channel, *who, last = key.split("/")
        label, _, edition = last.partition(EDITION)
        group = groups.get((message_id, channel, label))
        if group is None or not _is_named(file, channel, who):
            unnamed += state is State.DELIVERED
            continue
        nothing_sent = state in (State.UNREACHED, State.REFUSED)
        group.planned += (bool(edition) and not nothing_sent) or file.is_private(channel)
        if state is State.DELIVERED:
            group.delivered += 1
            made.append((group, key, at))
            if len(made) == CHUNK:
                _count_days(file, ledger, made)
    _count_days(file, ledger, made)
    for group in groups.values():
        if group.delivered:
            _find_days(file, ledger, wording, group)
    return list(groups.values()), unnamed


def _planned(file: CampaignFile, way: Way) -> int:
    """How many deliveries the file names."""
    if file.is_private(way.channel):
        return 0
    return len(file.recipients[way.channel]) if way.channel in file.recipients else 1


def _is_named(file: CampaignFile, channel: str, who: list[str]) -> bool:
    if not who:
        return channel not in file.recipients
    return file.may_have(channel, who[0])


def undelivered(file: CampaignFile, ledger: Ledger, groups: Iterable[Group], now: datetime) -> Iterator[Slot]:
    """What was to be delivered by ``now`` and is not, or comes after another message and is not; and what may need
    another edition. Private lists, which are not read, are left out."""
    remaining = (slot for group in groups if _may_be_open(file, group, now) for slot in group.slots(file))
    while chunk := list(islice(remaining, CHUNK)):
        known = ledger.entries(slot.key for slot in chunk)
        yield from (
            slot
            for slot in chunk
            if file.channels[slot.way.channel].reissued
            or slot.key not in known
            or known[slot.key].state is not State.DELIVERED
        )


def _may_be_open(file: CampaignFile, group: Group, now: datetime) -> bool:
    if file.is_private(group.way.channel) or not (group.occurrence.due is None or group.occurrence.due <= now):
        return False
    return group.delivered < group.planned or file.channels[group.way.channel].reissued


def _count_days(file: CampaignFile, ledger: Ledger, made: list[tuple[Group, str, datetime]]) -> None:
    """Count the day of each delivery, and forget them: the day on which it was made, or, where a person said so
    afterwards, on which it was due."""
    late = [key for group, key, at in made if not group.is_on_its_day(at, file.timezone)]
    said = {key for key, entry in ledger.entries(late).items() if entry.by}
    for group, key, at in made:
        due = group.occurrence.due
        day = (due if due is not None and key in said else at).astimezone(file.timezone).date()
        if EDITION in key:
            group.reissued.add(day)
        else:
            group.days[day,] += 1
    made.clear()


def _find_days(file: CampaignFile, ledger: Ledger, wording: Wording, group: Group) -> None:
    """The days that the task names, such as days of publication, in the place of those of the deliveries.

    One rendition tells whether the task names days at all; only where it does is each recipient's looked at, and not
    where it goes on from the first.
    """
    if file.channels[group.way.channel].form != "requested":
        return
    task = wording.render(next(group.slots(file))).task
    if task is None:
        return
    group.onwards = task.onwards
    if task.days and (group.planned == 1 or task.onwards):
        group.days = Counter({task.days: group.delivered})
    elif task.days:
        tasks = (wording.render(slot).task for slot in _delivered(ledger, group.slots(file)))
        group.days = Counter(one.days for one in tasks if one is not None and one.days) or group.days


def _delivered(ledger: Ledger, among: Iterator[Slot]) -> Iterator[Slot]:
    while chunk := list(islice(among, CHUNK)):
        known = ledger.entries(slot.key for slot in chunk)
        yield from (slot for slot in chunk if slot.key in known and known[slot.key].state is State.DELIVERED)


def days_of(groups: Iterable[Group]) -> Days:
    """The days of what was delivered in ``groups``. Of recipients with different days, those of the most come first."""
    most: set[date] = set()
    others: set[date] = set()
    onwards = False
    for group in groups:
        main, *rest = sorted(group.days, key=lambda days: (-group.days[days], days))
        most.update(main, group.reissued)
        others.update(day for days in rest for day in days)
        onwards = onwards or group.onwards
    return Days(tuple(sorted(most)), tuple(sorted(others - most)), onwards)
