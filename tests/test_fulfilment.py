"""How far people have come, worked out from what they said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kohoctl.fulfilment import Request, places_of
from kohoctl.model import Receipt, Task
from kohoctl.states import Delivery, Entry, Record, State, Step

NOW = datetime(2015, 6, 5, 1, 0, tzinfo=UTC)
KEY = "nenkin/flyers/requests/npa/2015-06-05"
POLICE = Task(("警察署", "運転免許センター"), reply_by=date(2015, 6, 12))


def said(step: str, place: str | None = None, **more: Any) -> Record:
    return Record(KEY, Step(step), "警察庁", NOW, place, **more)


def request(*records: Record, task: Task = POLICE) -> Request:
    delivery = Delivery(KEY, "nenkin", "flyers", "requests", "flyer-request", "npa", NOW, NOW)
    entry = Entry(KEY, State.DELIVERED, "digest", 1, NOW, NOW, Receipt.requested())
    places = places_of(task, records)
    return Request(delivery, "題", "厚生労働省", "警察庁", task, date(2015, 6, 5), entry, places, records)


@pytest.mark.parametrize(
    ("records", "shown"),
    [
        ([], ["", ""]),
        ([said("accepted")], ["accepted", "accepted"]),
        ([said("placed")], ["all", "all"]),
        ([said("placed", "警察署", count=40, total=47)], ["40/47", ""]),
        ([said("placed", "警察署", count=40)], ["40", ""]),
        ([said("placed", "警察署", count=40, total=47), said("placed", "警察署", count=45)], ["45/47", ""]),
        ([said("placed", "警察署", count=40, total=47), said("placed", "警察署")], ["47/47", ""]),
        ([said("placed", "警察署", count=40, total=47), said("evidenced", "警察署", evidence="a")], ["40/47", ""]),
        ([said("placed", "警察署", count=40, total=47), said("placed")], ["47/47", "all"]),
        ([said("declined", "警察署"), said("placed", "運転免許センター", count=3, total=3)], ["declined", "3/3"]),
        ([said("placed", "交番", count=1, total=2)], ["", "", "1/2"]),
    ],
)
def test_the_latest_word_on_a_place_says_how_far_it_is(records: list[Record], shown: list[str]) -> None:
    assert [place.how_far for place in request(*records).places] == shown


def test_evidence_stays_known_when_more_is_placed() -> None:
    first, _ = request(said("evidenced", "警察署", evidence="sign.jpg"), said("placed", "警察署", count=47)).places
    assert (first.step, first.evidence) == (Step.PLACED, "sign.jpg")


@pytest.mark.parametrize(
    ("records", "step", "is_open", "overdue"),
    [
        ([], None, True, True),
        ([said("accepted")], Step.ACCEPTED, True, True),
        ([said("placed", "警察署")], None, True, True),
        ([said("placed")], Step.PLACED, False, False),
        ([said("evidenced", evidence="a"), said("placed", "警察署")], Step.PLACED, False, False),
        ([said("placed", "運転免許センター"), said("placed", "警察署", count=40, total=47)], Step.PLACED, True, False),
        ([said("placed", "運転免許センター"), said("declined", "警察署")], Step.PLACED, False, False),
        ([said("declined")], Step.DECLINED, False, False),
    ],
)
def test_a_request_is_as_far_as_the_place_that_is_least_far(
    records: list[Record], step: Step | None, is_open: bool, overdue: bool
) -> None:
    found = request(*records)
    assert (found.step, found.is_open, found.is_overdue(date(2015, 6, 13))) == (step, is_open, overdue)


def test_a_request_is_overdue_only_once_its_day_of_answer_has_passed() -> None:
    assert not request().is_overdue(date(2015, 6, 12))
    assert not request(task=Task()).is_overdue(date(2099, 1, 1))


def test_a_task_without_places_has_one_that_needs_no_name() -> None:
    (place,) = request(said("placed"), task=Task()).places
    assert (place.name, place.how_far) == (None, "all")
