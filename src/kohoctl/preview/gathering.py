"""What stands on a preview: a sheet for each message and channel, with its deliveries as the plan of now sees them."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from kohoctl.campaign.file import Campaign, CampaignFile, Way, WrittenMessage
from kohoctl.campaign.people import ReadPeople
from kohoctl.campaign.problems import Wrong as Unreadable
from kohoctl.channel import Channel
from kohoctl.fulfilment import STANDINGS, Request, first_edition, requests_of
from kohoctl.ledger import Ledger
from kohoctl.model import Recipient
from kohoctl.plan import Planner, slots
from kohoctl.preview.tallying import KEPT, Tally, Wrong
from kohoctl.problem import Problem
from kohoctl.states import Entry, Planned, State
from kohoctl.wording import Slot, Wording, title_of

SHOWN = 5
"""Recipients that are named of a long list."""
LISTED = 30
"""Recipients that are all named: more than the ministries."""
ANSWERS_OF = 500
"""Recipients of a channel at the most whose answers are looked up: every ministry and every station of the country."""

_Named = tuple[str, str, str]
"""A campaign, a message and a channel."""


@dataclass(frozen=True)
class Sheet:
    """One message on its way out by one channel: all that the preview says of it, but what it looks like."""

    number: int
    campaign: Campaign
    message: WrittenMessage
    channel: Channel
    title: str
    planned: tuple[Planned, ...]
    """The deliveries that are shown, in order of time: of a list, to its first recipients."""
    count: int
    """How many there are in all."""
    recipients: tuple[Recipient, ...]
    """Some of them; made-up people, where the list is private."""
    recipient_count: int | None
    """None where there is no list, or a private one that could not be read."""
    is_private: bool
    standing: Mapping[tuple[datetime | None, State], int]
    """How many of all deliveries are due at a moment and in a state; of a private list, of those to made-up people."""
    wrong: tuple[Wrong, ...] = ()
    """What is wrong with any of the deliveries, to the people of a private list too."""
    blocked: int = 0
    """How many deliveries have problems."""
    known: Mapping[State, int] = field(default_factory=dict)
    """Of a private list, how many deliveries the ledger knows in each state."""
    requests: Mapping[str, Request] = field(default_factory=dict)
    """What became of the deliveries that were requests, each by the key of its first edition, the latest edition."""

    @property
    def in_table(self) -> tuple[Planned, ...]:
        """The deliveries of which a table says who is asked for what: where there are answers, or few recipients, all
        that are shown."""
        found = tuple(one for one in self.planned if _asks(one) or self.request_of(one))
        return found if self.requests or (self.recipient_count or 0) <= LISTED else found[:SHOWN]

    @property
    def anchor(self) -> str:
        """What the page's links call it."""
        return f"s{self.number}"

    @property
    def states(self) -> Counter[State]:
        """How many of the deliveries are in each state; of a private list, how many the ledger knows, where it knows of
        any."""
        found = Counter(self.known)
        if not found:
            for (_, state), count in self.standing.items():
                found[state] += count
        return found

    def request_of(self, planned: Planned) -> Request | None:
        """What became of one of its deliveries, where that went out as a request."""
        return self.requests.get(first_edition(planned.delivery.key))

    def standings(self, today: date) -> Counter[str]:
        """How many of the requests stand where."""
        found = Counter(request.standing(today) for request in self.requests.values())
        return Counter({standing: found[standing] for standing in STANDINGS if found[standing]})

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which it goes out, as far as they are known."""
        return tuple(sorted({due.date() for due, _ in self.standing if due}))


@dataclass(frozen=True)
class Preview:
    """A campaign file as it stands at one moment. ``sheets`` are in the order of the file."""

    path: Path
    at: datetime
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...]
    """Those of the file itself: until they are mended, nothing of it is sent."""
    dropped: tuple[Entry, ...] = ()
    """What the ledger knows and the file does not name any more."""
    file: CampaignFile | None = None
    """None where nothing of the file can be used."""
    plugin_problems: tuple[Problem, ...] = ()
    """Those of plugins that did not load: what needs none of them is sent all the same."""
    findings: tuple[Problem, ...] = ()
    """What the rules of ``check`` found, hints left out."""
    unusable_rows: tuple[Problem, ...] = ()
    """Those of private lists, of which nobody can tell whose they are."""

    @property
    def wrong(self) -> int:
        """How much is wrong: problems, and deliveries that have some."""
        found = (self.problems, self.plugin_problems, self.findings, self.unusable_rows)
        return sum(map(len, found)) + sum(sheet.blocked for sheet in self.sheets)


def gather(file: CampaignFile, ledger: Ledger, now: datetime, problems: Sequence[Problem] = ()) -> Preview:
    """The preview of what can be used of ``file``. Private lists are gone through as ``check`` does: only what is wrong
    in them is known afterwards, and how many people they have."""
    planner = Planner(file, ledger)
    tallies: dict[_Named, Tally] = defaultdict(Tally)
    for one in planner.plan(now):
        tallies[one.delivery.campaign, one.delivery.message, one.delivery.channel].add(one)
    for request in requests_of(file, ledger, now, _of_few(file)):
        if not request.is_replaced:
            asked = request.delivery
            tallies[asked.campaign, asked.message, asked.channel].requests[first_edition(asked.key)] = request
    people, unreadable = _with_people(file)
    for named, tally in _of_people(people).items():
        tallies[named].wrong |= tally.wrong
        tallies[named].blocked = tally.blocked or tallies[named].blocked
    ways = [(campaign, message, way) for campaign, message in _messages(file) for way in message.ways]
    sheets = tuple(
        _sheet(people, ledger, number, way, tallies[way[0].id, way[1].id, way[2].channel])
        for number, way in enumerate(ways, 1)
    )
    dropped, rows = tuple(planner.dropped()), people.unusable_rows
    return Preview(file.path, now, sheets, (*problems, *unreadable), dropped, file, unusable_rows=rows)


def _with_people(file: CampaignFile) -> tuple[CampaignFile, Sequence[Problem]]:
    """The file with the people of its private lists, under a key of the moment: nobody need be known again."""
    try:
        return file.with_people(lambda _: secrets.token_hex()), ()
    except Unreadable as unreadable:
        return file, (unreadable.problem,)


def _of_people(file: CampaignFile) -> Mapping[_Named, Tally]:
    """What is wrong with the deliveries to the people of private lists."""
    wording = Wording(file)
    found: dict[_Named, Tally] = defaultdict(Tally)
    for channel in file.people:
        for slot in slots(file, channel):
            found[slot.message.campaign, slot.message.id, channel].complain(wording.render(slot).problems)
    return found


def _of_few(file: CampaignFile) -> Collection[str]:
    return {name for name in file.channels if len(file.recipients.get(name, ())) <= ANSWERS_OF}


def slots_looked_at(file: CampaignFile) -> Iterator[Slot]:
    """The deliveries in which the preview looks for changes: of a long list, the first ones."""
    return (slot for _, message in _messages(file) for way in message.ways for slot in _slots(file, message, way))


def _messages(file: CampaignFile) -> Iterator[tuple[Campaign, WrittenMessage]]:
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            yield campaign, message


def _slots(file: CampaignFile, message: WrittenMessage, way: Way) -> Iterator[Slot]:
    for occurrence in message.occurrences:
        yield from (Slot(message, way, occurrence, recipient) for recipient in _some(file, way.channel, KEPT))


def _some(file: CampaignFile, channel: str, most: int) -> Iterable[Recipient | None]:
    nobody_in_particular: tuple[Recipient | None, ...] = (None,)
    return islice(file.recipients.get(channel, nobody_in_particular), most)


def _sheet(
    file: CampaignFile, ledger: Ledger, number: int, way: tuple[Campaign, WrittenMessage, Way], tally: Tally
) -> Sheet:
    campaign, message, way_out = way
    listed, is_private = file.recipients.get(way_out.channel), file.is_private(way_out.channel)
    known = listed is not None and (not is_private or isinstance(listed, ReadPeople))
    count = len(listed) if listed is not None and known else None
    return Sheet(
        number=number,
        campaign=campaign,
        message=message,
        channel=file.channels[way_out.channel],
        title=title_of(file, message),
        planned=tuple(sorted(tally.kept, key=_moment)),
        count=len(message.occurrences) * (1 if count is None else count),
        recipients=_named(file, way_out.channel),
        recipient_count=count,
        is_private=is_private,
        standing=tally.standing,
        wrong=tuple(tally.wrong.values()),
        blocked=tally.blocked,
        requests=tally.requests,
        known=_known(ledger, f"{campaign.id}/{message.id}/{way_out.channel}/") if is_private else {},
    )


def _asks(planned: Planned) -> bool:
    task = planned.rendition.task
    return task is not None and bool(task.places)


def _named(file: CampaignFile, channel: str) -> tuple[Recipient, ...]:
    """Some recipients, whom the page names; of a private list, made-up people."""
    if channel in file.people:
        return file.people[channel].made_up()
    return tuple(one for one in _some(file, channel, SHOWN) if one is not None)


def _moment(planned: Planned) -> tuple[bool, datetime | None]:
    return planned.delivery.due is None, planned.delivery.due


def _known(ledger: Ledger, prefix: str) -> Counter[State]:
    return Counter(state for _, state, _ in ledger.standing(prefix))
