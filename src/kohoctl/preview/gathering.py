"""What stands on a preview: a sheet for each message and channel, with its deliveries as the plan of now sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from kohoctl.campaign.file import Campaign, CampaignFile, Way, WrittenMessage
from kohoctl.channel import Channel
from kohoctl.ledger import Ledger
from kohoctl.model import Recipient
from kohoctl.plan import Planner
from kohoctl.problem import Problem
from kohoctl.states import Entry, Planned, State
from kohoctl.wording import Slot, title_of

LOOKED_AT = 100
"""Recipients of one occurrence whose deliveries are rendered and looked up: of a longer list, the first ones stand for
all. ``check`` and ``plan`` look at every one."""
SHOWN = 5
"""Recipients that are named."""


@dataclass(frozen=True)
class Sheet:
    """One message on its way out by one channel: all that the preview says of it, but what it looks like."""

    number: int
    campaign: Campaign
    message: WrittenMessage
    channel: Channel
    title: str
    planned: tuple[Planned, ...]
    """The deliveries that were looked at, in order of time."""
    count: int | None
    """How many there are in all; None where the list is private, and so was not read."""
    recipients: tuple[Recipient, ...]
    """Some of them; made-up people, where the list is private."""
    recipient_count: int | None
    """None where there is no list, or a private one."""
    is_private: bool
    known: Mapping[State, int] = field(default_factory=dict)
    """Of a private list, how many deliveries the ledger knows in each state."""

    @property
    def anchor(self) -> str:
        """What the page's links call it."""
        return f"s{self.number}"

    @property
    def states(self) -> Counter[State]:
        """How many of the deliveries that were looked at are in each state; of a private list, how many the ledger
        knows, where it knows of any."""
        return Counter(self.known) or Counter(one.state for one in self.planned)

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which it goes out, as far as they are known."""
        return tuple(sorted({one.delivery.due.date() for one in self.planned if one.delivery.due}))


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
    findings: tuple[Problem, ...] = ()
    """What the rules of ``check`` found, hints left out."""
    """Those of plugins that did not load: what needs none of them is sent all the same."""


def gather(file: CampaignFile, ledger: Ledger, now: datetime, problems: Sequence[Problem] = ()) -> Preview:
    """The preview of what can be used of ``file``. No private list is read."""
    planner = Planner(file, ledger)
    ways = [(campaign, message, way) for campaign, message in _messages(file) for way in message.ways]
    planned: dict[tuple[str, str, str], list[Planned]] = {}
    for one in planner.plan(now, slots_looked_at(file)):
        planned.setdefault((one.delivery.campaign, one.delivery.message, one.delivery.channel), []).append(one)
    sheets = tuple(
        _sheet(file, ledger, number, way, planned.get((way[0].id, way[1].id, way[2].channel), []))
        for number, way in enumerate(ways, 1)
    )
    return Preview(file.path, now, sheets, tuple(problems), tuple(planner.dropped()), file)


def slots_looked_at(file: CampaignFile) -> Iterator[Slot]:
    """The deliveries that the preview looks at: of a long list, the first ones."""
    return (slot for _, message in _messages(file) for way in message.ways for slot in _slots(file, message, way))


def _messages(file: CampaignFile) -> Iterator[tuple[Campaign, WrittenMessage]]:
    for campaign in file.campaigns.values():
        for message in campaign.messages.values():
            yield campaign, message


def _slots(file: CampaignFile, message: WrittenMessage, way: Way) -> Iterator[Slot]:
    for occurrence in message.occurrences:
        yield from (Slot(message, way, occurrence, recipient) for recipient in _some(file, way.channel, LOOKED_AT))


def _some(file: CampaignFile, channel: str, most: int) -> Iterable[Recipient | None]:
    nobody_in_particular: tuple[Recipient | None, ...] = (None,)
    return islice(file.recipients.get(channel, nobody_in_particular), most)


def _sheet(
    file: CampaignFile, ledger: Ledger, number: int, way: tuple[Campaign, WrittenMessage, Way], planned: list[Planned]
) -> Sheet:
    campaign, message, way_out = way
    listed, is_private = file.recipients.get(way_out.channel), file.is_private(way_out.channel)
    count = None if is_private or listed is None else len(listed)
    return Sheet(
        number=number,
        campaign=campaign,
        message=message,
        channel=file.channels[way_out.channel],
        title=title_of(file, message),
        planned=tuple(sorted(planned, key=_moment)),
        count=None if is_private else len(message.occurrences) * (1 if count is None else count),
        recipients=tuple(one for one in _some(file, way_out.channel, SHOWN) if one is not None),
        recipient_count=count,
        is_private=is_private,
        known=_known(ledger, f"{campaign.id}/{message.id}/{way_out.channel}/") if is_private else {},
    )


def _moment(planned: Planned) -> tuple[bool, datetime | None]:
    return planned.delivery.due is None, planned.delivery.due


def _known(ledger: Ledger, prefix: str) -> Counter[State]:
    return Counter(state for _, state, _ in ledger.standing(prefix))
