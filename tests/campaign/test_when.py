"""Each form of ``when``, and the moments that it stands for."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from kohoctl.campaign.calendars import Calendar
from kohoctl.campaign.file import Occurrence
from kohoctl.campaign.problems import Wrong
from kohoctl.campaign.when import When, occurrences

TOKYO = ZoneInfo("Asia/Tokyo")
PAYDAY = Calendar.model_validate({"months": ["8"], "day": "15", "roll": "back"})
AUGUST = {"from": "2015-08-01", "to": "2015-08-31"}


def worked_out(when: Any, zone: ZoneInfo = TOKYO) -> tuple[Occurrence, ...]:
    value: Any = TypeAdapter(When).validate_python(when)
    return occurrences(value, {"payday": PAYDAY}, zone)


def labels(when: Any) -> list[str]:
    return [occurrence.label for occurrence in worked_out(when)]


def due(when: Any, zone: ZoneInfo = TOKYO) -> list[str]:
    return [occurrence.due.isoformat() for occurrence in worked_out(when, zone) if occurrence.due]


def test_a_moment_is_in_the_file_s_timezone() -> None:
    assert due("2015-06-04T10:00") == ["2015-06-04T10:00:00+09:00"]


def test_a_moment_with_an_offset_is_told_in_the_file_s_timezone() -> None:
    assert due("2015-06-04T23:30:15Z") == ["2015-06-05T08:30:15+09:00"]
    assert labels("2015-06-04T23:30:15Z") == ["2015-06-05"]


def test_several_moments_are_put_in_order() -> None:
    assert due(["2015-06-05T10:00", "2015-06-04 09:00"]) == ["2015-06-04T09:00:00+09:00", "2015-06-05T10:00:00+09:00"]


def test_a_label_holds_the_time_only_where_a_day_has_several() -> None:
    when = ["2015-06-04T09:00", "2015-06-05T10:00", "2015-06-04T09:00:30"]
    assert labels(when) == ["2015-06-04T09:00", "2015-06-04T09:00:30", "2015-06-05"]


def test_a_span_is_each_of_its_days() -> None:
    assert labels({"from": "2015-06-11", "to": "2015-06-13", "at": "8:30"}) == [
        "2015-06-11",
        "2015-06-12",
        "2015-06-13",
    ]


def test_a_span_may_leave_days_out_and_have_several_times() -> None:
    when = {"from": "2015-06-11", "to": "2015-06-12", "at": ["8:30", "18:00"], "except": ["2015-06-11"]}
    assert labels(when) == ["2015-06-12T08:30", "2015-06-12T18:00"]


@pytest.mark.parametrize("weekdays", [["sat", "sun"], ["土", "日"]])
def test_weekdays_are_those_of_the_span(weekdays: list[str]) -> None:
    when = {"weekdays": weekdays, "from": "2015-06-13", "to": "2015-06-28", "at": "10:00"}
    assert [label[8:] for label in labels(when)] == ["13", "14", "20", "21", "27", "28"]


def test_days_may_stand_one_by_one() -> None:
    assert labels({"days": ["2015-06-20", "2015-06-16"], "at": "10:00"}) == ["2015-06-16", "2015-06-20"]


@pytest.mark.parametrize(
    ("offset", "day"),
    [
        (None, "2015-08-14"),
        ("0 days", "2015-08-14"),
        ("-1 day", "2015-08-13"),
        ("+3 days", "2015-08-17"),
        ("-1 business day", "2015-08-13"),
        ("1 business day", "2015-08-17"),
        ("-10 business days", "2015-07-31"),
    ],
)
def test_a_calendar_s_day_is_moved_by_the_offset(offset: str | None, day: str) -> None:
    when = {"calendar": "payday", "at": "10:00", "from": "2015-07-01", "to": "2015-12-31"}
    assert labels(when if offset is None else when | {"offset": offset}) == [day]


def test_the_span_of_a_calendar_is_that_of_the_days_moved() -> None:
    when = {"calendar": "payday", "at": "10:00", "offset": "-20 days", "from": "2015-07-20", "to": "2015-07-31"}
    assert labels(when) == ["2015-07-25"]


def test_days_moved_onto_one_are_told() -> None:
    when = {"days": ["2015-06-13", "2015-06-14"], "offset": "1 business day", "at": "10:00"}
    with pytest.raises(Wrong, match="stands here twice"):
        worked_out(when)


def test_a_message_may_wait_for_another() -> None:
    (occurrence,) = worked_out({"after": "warning"})
    assert (occurrence.label, occurrence.due) == ("after-warning", None)


@pytest.mark.parametrize(("moment", "said"), [("2015-03-29T02:30", "skips"), ("2015-10-25T02:30", "shows .* twice")])
def test_a_time_that_the_clock_skips_or_shows_twice_is_told(moment: str, said: str) -> None:
    with pytest.raises(Wrong, match=said):
        worked_out(moment, ZoneInfo("Europe/Berlin"))


def test_an_offset_says_which_of_two_times_is_meant() -> None:
    zone = ZoneInfo("Europe/Berlin")
    when = ["2015-10-25T02:10+01:00", "2015-10-25T02:30+02:00"]
    assert due(when, zone) == ["2015-10-25T02:30:00+02:00", "2015-10-25T02:10:00+01:00"]


def test_two_moments_of_one_label_are_told() -> None:
    with pytest.raises(Wrong, match="2015-10-25T02:30 stands here twice"):
        worked_out(["2015-10-25T02:30+01:00", "2015-10-25T02:30+02:00"], ZoneInfo("Europe/Berlin"))
