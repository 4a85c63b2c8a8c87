"""What stands on a preview: a sheet for each message and channel, with its deliveries as the plan of now sees them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from kohoctl.campaign.file import Campaign, CampaignFile, Way, WrittenMessage
from kohoctl.channel import Channel
from kohoctl.fulfilment import STANDINGS, Request, first_edition, requests_of
from kohoctl.ledger import Ledger
from kohoctl.model import Recipient
from kohoctl.plan import Planner
from kohoctl.preview.people import looked_through
from kohoctl.preview.tallying import KEPT, Named, Tally, Wrong, named
from kohoctl.problem import Problem
from kohoctl.states import Entry, Planned, State
from kohoctl.wording import Slot, title_of

SHOWN = 5
"""Recipients that are named of a long list."""
LISTED = 30
"""Recipients that are all named: more than the ministries."""
ANSWERS_OF = 500
"""Recipients of a channel at the most whose answers are looked up: every ministry and every station of the country."""


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
    of_lists: tuple[Problem, ...] = ()
    """Those of private lists: rows that name nobody, and why nothing goes out to a list."""

    @property
    def wrong(self) -> int:
        """How much is wrong: problems, and deliveries that have some."""
        found = (self.problems, self.plugin_problems, self.findings, self.of_lists)
        return sum(map(len, found)) + sum(sheet.blocked for sheet in self.sheets)


def gather(file: CampaignFile, ledger: Ledger, now: datetime, problems: Sequence[Problem] = ()) -> Preview:
    """The preview of what can be used of ``file``. Of private lists it has no more than `Lists`."""
    planner = Planner(file, ledger)
    tallies: dict[Named, Tally] = defaultdict(Tally)
    for one in planner.plan(now):
        tallies[named(one.delivery)].add(one)
    for request in requests_of(file, ledger, now, _of_few(file)):
        if not request.is_replaced:
            tallies[named(request.delivery)].requests[first_edition(request.delivery.key)] = request
    lists = looked_through(file, ledger, now)
    for name, tally in lists.tallies.items():
        tallies[name].wrong |= tally.wrong
        tallies[name].blocked = tally.blocked or tallies[name].blocked
    counts = {channel: len(listed) for channel, listed in file.recipients.items() if not file.is_private(channel)}
    counts |= lists.counts
    ways = [(campaign, message, way) for campaign, message in _messages(file) for way in message.ways]
    sheets = tuple(
        _sheet(file, ledger, number, way, tallies[way[0].id, way[1].id, way[2].channel], counts.get(way[2].channel))
        for number, way in enumerate(ways, 1)
    )
    return Preview(file.path, now, sheets, tuple(problems), tuple(planner.dropped()), file, of_lists=lists.problems)


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
    file: CampaignFile,
    ledger: Ledger,
    number: int,
    way: tuple[Campaign, WrittenMessage, Way],
    tally: Tally,
    count: int | None,
) -> Sheet:
    campaign, message, way_out = way
    is_private = file.is_private(way_out.channel)
    return Sheet(
        number=number,
        campaign=campaign,
        message=message,
        channel=file.channels[way_out.channel],
        title=title_of(file, message),
        planned=tuple(sorted(tally.kept, key=_moment)),
        count=len(message.occurrences) * (1 if count is None else count),
        recipients=tuple(one for one in _some(file, way_out.channel, SHOWN) if one is not None),
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


def _moment(planned: Planned) -> tuple[bool, datetime | None]:
    return planned.delivery.due is None, planned.delivery.due


def _known(ledger: Ledger, prefix: str) -> Counter[State]:
    return Counter(state for _, state, _ in ledger.standing(prefix))
