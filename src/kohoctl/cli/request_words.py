"""How requests and calls read as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from rich.cells import cell_len

from kohoctl.cli import words
from kohoctl.fulfilment import OVERDUE, STANDINGS, PlaceState, Request
from kohoctl.language import counted, listed, said
from kohoctl.language import translated as _
from kohoctl.states import Calls, Step

NO_WORD = "–"


def requests_text(requests: Sequence[Request], today: date) -> Iterator[str]:
    """The requests for people: those that are overdue, with whom to ask, then each message's recipients by place."""
    late = [request for request in requests if request.standing(today) == OVERDUE]
    if late:
        yield "\n" + _("The day of answer has passed:")
        yield from aligned(_late_row(request) for request in late)
    for _asked, group in groupby(requests, key=_asked_with):
        asked = sorted(group, key=lambda one: STANDINGS.index(one.standing(today)))
        yield f"\n{' '.join(asked[0].title.split())} ({words.clock_time(asked[0].delivery.due)})"
        yield from aligned((one.standing(today), one.recipient_name, places_text(one)) for one in asked)
    if requests:
        counts = {name: sum(one.standing(today) == name for one in requests) for name in STANDINGS}
        told = listed(_("{number} {word}", number=number, word=said(name)) for name, number in counts.items() if number)
        yield "\n" + _("{requests}: {states}", requests=counted(len(requests), "request"), states=told)


def _asked_with(request: Request) -> tuple[object, ...]:
    delivery = request.delivery
    return delivery.campaign, delivery.message, delivery.channel, delivery.due


def _late_row(request: Request) -> tuple[str, ...]:
    reply_by = _("by {day}", day=request.task.reply_by)
    return request.recipient_name, reply_by, request.owner, request.delivery.key


def places_text(request: Request) -> str:
    """``警察署 40/47, 運転免許センター 3/3 evidenced``; a place of the recipient's own name goes without it."""
    named = ((place.name if place.name != request.recipient_name else None, place) for place in request.places)
    return ", ".join(" ".join(filter(None, (name, _how_far(place)))) for name, place in named)


def _how_far(place: PlaceState) -> str:
    shown = place.how_far or NO_WORD
    return f"{shown} {place.step}" if place.step is Step.EVIDENCED else shown


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """``rows`` as lines with their columns under each other, however wide the characters are."""
    table = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    for row in table:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def calls_text(calls: Sequence[Calls]) -> Iterator[str]:
    """The calls for people: under each campaign, a line for each day."""
    for campaign, of_campaign in groupby(calls, key=lambda one: one.campaign):
        yield "\n" + _("Calls of {campaign}:", campaign=campaign)
        for day, group in groupby(of_campaign, key=lambda one: one.day):
            on_day = list(group)
            topics = ", ".join(f"{one.topic} {one.count:,}" for one in on_day)
            yield f"{day}  {sum(one.count for one in on_day):,}: {topics}"


def request_json(request: Request, today: date) -> dict[str, object]:
    """A request as the JSON of ``status`` shows it."""
    return {
        "key": request.delivery.key,
        "recipient": request.delivery.recipient,
        "owner": request.owner,
        "reply_by": request.task.reply_by.isoformat() if request.task.reply_by else None,
        "step": request.step,
        "open": request.is_open,
        "overdue": request.is_overdue(today),
        "replaced": request.is_replaced,
        "places": [_place_json(place) for place in request.places],
    }


def _place_json(place: PlaceState) -> dict[str, object]:
    record = place.record
    return {
        "name": place.name,
        "step": place.step,
        "count": place.count,
        "total": place.total,
        "evidence": place.evidence,
        "by": record.by if record else None,
        "on": record.on.isoformat() if record and record.on else None,
    }


def calls_json(calls: Calls) -> dict[str, object]:
    """Calls as the JSON of ``status`` shows them."""
    return {
        "campaign": calls.campaign,
        "day": calls.day.isoformat(),
        "topic": calls.topic,
        "count": calls.count,
        "by": calls.by,
    }
