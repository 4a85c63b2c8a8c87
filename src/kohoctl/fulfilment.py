"""How far people have come with what was requested of them: deliveries × their records → requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kohoctl.campaign.facts import fill
from kohoctl.campaign.file import CampaignFile, WrittenMessage
from kohoctl.ledger import Ledger, records_of
from kohoctl.model import Recipient, Task
from kohoctl.plan import Planner, slots
from kohoctl.states import Delivery, Entry, Planned, Record, State, Step
from kohoctl.wording import EDITION

ANSWERS = frozenset({Step.PLACED, Step.EVIDENCED, Step.DECLINED})
"""The steps that say what became of a request; with any other, the person has still to do it and to say so."""
OVERDUE, OPEN, DECLINED, DONE, REPLACED = STANDINGS = ("overdue", "open", "declined", "done", "replaced")
"""Where a request stands, in the order in which a person has to look after it."""
_ORDER = (None, Step.ACCEPTED, Step.PLACED, Step.EVIDENCED)


@dataclass(frozen=True, slots=True)
class PlaceState:
    """How far a person has come at one place, or, with no ``name``, with a task that names none.

    ``count`` of ``total`` are done there; both are None where nobody has counted. ``record`` is the latest word on the
    place, and ``evidence`` the latest that was given for it.
    """

    name: str | None
    step: Step | None = None
    count: int | None = None
    total: int | None = None
    record: Record | None = None
    evidence: str | None = None

    @property
    def is_answered(self) -> bool:
        """Whether somebody has said what became of it here."""
        return self.step in ANSWERS

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do here, since all of it is done or they will not do it."""
        missing = self.count is not None and self.total is not None and self.count < self.total
        return self.step is Step.DECLINED or (self.is_answered and not missing)

    @property
    def how_far(self) -> str:
        """``40/47``, ``3``, ``all``, or the step where nothing is counted; nothing where there is no word yet."""
        if self.step not in (Step.PLACED, Step.EVIDENCED):
            return str(self.step or "")
        if self.count is None:
            return "all"
        return str(self.count) if self.total is None else f"{self.count}/{self.total}"

    def after(self, record: Record) -> PlaceState:
        """The place as it is once ``record`` is known. What was placed without a count is all of it."""
        total = self.total if record.total is None else record.total
        count = total if record.step is Step.PLACED else self.count
        return replace(
            self,
            step=record.step,
            count=count if record.count is None else record.count,
            total=total,
            record=record,
            evidence=record.evidence or self.evidence,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """Something that was requested of a recipient, and what became of it.

    ``owner`` answers for the channel that it went out by. ``recipient_name`` is what people call the recipient: its id
    where it has no name, or where its name is nobody's business; the channel's name where it has no recipients.
    ``places`` are those of the ``task``, then those that only a record names; ``records`` are in the order in which
    they were written down. It ``is_replaced`` where a later edition was requested in its place.
    """

    delivery: Delivery
    title: str
    owner: str
    recipient_name: str
    task: Task
    requested_on: date
    entry: Entry
    places: tuple[PlaceState, ...]
    records: tuple[Record, ...]
    is_replaced: bool = False

    @property
    def step(self) -> Step | None:
        """How far all of it is: as far as the place that is least far, declined where every place is."""
        steps = [place.step for place in self.places if place.step is not Step.DECLINED]
        return min(steps, key=_ORDER.index) if steps else Step.DECLINED

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done at any of its places."""
        return not self.is_replaced and not all(place.is_done for place in self.places)

    def is_overdue(self, today: date) -> bool:
        """Whether the day of answer has passed, and nobody has said of some place what became of it."""
        reply_by = self.task.reply_by
        is_late = reply_by is not None and reply_by < today and not self.is_replaced
        return is_late and not all(place.is_answered for place in self.places)

    def standing(self, today: date) -> str:
        """Where it stands, in a word."""
        if self.is_overdue(today):
            return OVERDUE
        if self.is_open:
            return OPEN
        if self.is_replaced and not all(place.is_done for place in self.places):
            return REPLACED
        return DECLINED if self.step is Step.DECLINED else DONE


def requests_of(
    file: CampaignFile, ledger: Ledger, now: datetime, channels: Collection[str] | None = None
) -> list[Request]:
    """Every request of the file that the ledger knows as delivered, in order of time, then as the file has them, and
    each in all its editions.

    Only those by ``channels``, where these are given: a letter to each of many people is nothing to list. People whom
    nobody is to know are left out in any case.
    """
    wanted = file.channels if channels is None else channels
    asked = _asked(file, ledger, [channel for channel in wanted if not file.is_private(channel)])
    if not asked:
        return []
    said: dict[str, list[Record]] = {}
    for campaign in {key.partition("/")[0] for key in asked}:
        for record in records_of(ledger, campaign):
            said.setdefault(record.key, []).append(record)
    among = {first_edition(key) for key in asked}
    made = Planner(file, ledger).delivered(now, (slot for slot in slots(file) if slot.key in among))
    found = [_request(file, one, one.entry, said.get(one.delivery.key, ())) for one in made if one.entry is not None]
    latest = {first_edition(request.delivery.key): request.delivery.key for request in found}
    return [
        replace(request, is_replaced=latest[first_edition(request.delivery.key)] != request.delivery.key)
        for request in found
        if request.delivery.key in asked
    ]


def first_edition(key: str) -> str:
    """The key of a delivery's first edition, which all its editions begin with."""
    return key.partition(EDITION)[0]


def places_of(task: Task, records: Iterable[Record] = ()) -> tuple[PlaceState, ...]:
    """The places of ``task``, each as far as ``records`` say; a record that names no place speaks of all of them."""
    names: tuple[str | None, ...] = task.places or (None,)
    places = {name: PlaceState(name) for name in names}
    for record in records:
        places |= spoken_of(record, places)
    return tuple(places.values())


def spoken_of(record: Record, places: Mapping[str | None, PlaceState]) -> dict[str | None, PlaceState]:
    """Those of ``places`` that ``record`` is about, by name, as they are once it is known."""
    if record.place in places:
        names: Iterable[str | None] = (record.place,)
    else:  # all of the task, or a place that the file does not name any more
        names = places.keys() if record.place is None else (record.place,)
    return {name: places.get(name, PlaceState(name)).after(record) for name in names}


def _asked(file: CampaignFile, ledger: Ledger, channels: Collection[str]) -> set[str]:
    """The keys of the deliveries that ended as requests. What is published is not even looked up."""
    ways = (
        f"{message.campaign}/{message.id}/{way.channel}/"
        for campaign in file.campaigns.values()
        for message in campaign.messages.values()
        for way in message.ways
        if way.channel in channels and file.channels[way.channel].form == "requested"
    )
    return {entry.key for way in ways for entry in ledger.under(way) if _is_request(entry)}


def _is_request(entry: Entry) -> bool:
    return entry.state is State.DELIVERED and entry.receipt is not None and entry.receipt.form == "requested"


def _request(file: CampaignFile, planned: Planned, entry: Entry, records: Sequence[Record]) -> Request:
    delivery = planned.delivery
    task = planned.rendition.task or Task()
    return Request(
        delivery=delivery,
        title=_title(file, file.campaigns[delivery.campaign].messages[delivery.message], delivery.channel),
        owner=file.channels[delivery.channel].owner,
        recipient_name=_name(planned.recipient) or delivery.channel,
        task=task,
        requested_on=entry.at.astimezone(file.timezone).date(),
        entry=entry,
        places=places_of(task, records),
        records=tuple(records),
    )


def _name(recipient: Recipient | None) -> str:
    return (recipient["name"].strip() or recipient.id) if recipient else ""


def _title(file: CampaignFile, message: WrittenMessage, channel: str) -> str:
    """The request's title; as it was typed, where it says more than facts: a recipient's words stay out of it."""
    own = next((way.own for way in message.ways if way.channel == channel), {})
    typed = str(own.get("title") or message.title)
    try:
        return fill(typed, file.facts, filters=file.extensions.filters)
    except ValueError:
        return typed
