"""What is open of private lists: how many people, and never who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from kohoctl.campaign.file import CampaignFile
from kohoctl.language import Sentence
from kohoctl.ledger import Ledger
from kohoctl.plan import CHUNK
from kohoctl.report.tally import Group
from kohoctl.report.values import ANYBODY, WAITING_FOR_A_PERSON, Unfinished
from kohoctl.states import Entry, State
from kohoctl.wording import title_of

MOST_REASONS = 3
"""Of a state's reasons, that are named: what most of its letters share, and no page of them."""
NOTHING_TRIED = Sentence("nothing was sent to anybody of the list in time")


def unread_channels(file: CampaignFile, groups: Iterable[Group]) -> tuple[str, ...]:
    """The channels of ``groups`` whose private lists are not read."""
    return tuple(dict.fromkeys(group.way.channel for group in groups if group.way.channel in file.closed))


def unfinished_of_people(
    file: CampaignFile, ledger: Ledger, groups: Iterable[Group], now: datetime
) -> Iterator[Unfinished]:
    """What is open of each private list: one for each message, occurrence and state, the states in the order of their
    names."""
    for group in groups:
        if not file.is_private(group.way.channel):
            continue
        way = f"{group.message.campaign}/{group.message.id}/{group.way.channel}"
        key = f"{way}/{ANYBODY}/{group.occurrence.label}"
        due = group.occurrence.due.astimezone(file.timezone) if group.occurrence.due else None
        title = title_of(file, group.message)
        if group.planned == 0 and due is not None and now > due + group.message.grace:
            yield Unfinished(key, title, State.MISSED, due, (NOTHING_TRIED,), None)
        if group.delivered < group.planned:
            for state, reasons in sorted(_reasons(ledger, f"{way}/", f"/{group.occurrence.label}").items()):
                yield Unfinished(key, title, state, due, _commonest(reasons), reasons.total())


def _reasons(ledger: Ledger, way: str, label: str) -> dict[State, Counter[str]]:
    """How often each reason stands in the ledger, by state; without those that a person has decided."""
    found: dict[State, Counter[str]] = {}
    for entry in _open(ledger, way, label):
        if entry.by is None:
            found.setdefault(entry.state, Counter())[entry.reason or ""] += 1
    return found


def _open(ledger: Ledger, way: str, label: str) -> Iterator[Entry]:
    keys = (key for key, state, _ in ledger.standing(way) if state in WAITING_FOR_A_PERSON and key.endswith(label))
    while chunk := list(islice(keys, CHUNK)):
        yield from ledger.entries(chunk).values()


def _commonest(reasons: Counter[str]) -> tuple[str, ...]:
    return tuple(reason for reason, _ in reasons.most_common(MOST_REASONS) if reason)
