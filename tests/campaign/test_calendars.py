"""Business days of Japan's public offices."""

from __future__ import annotations

from datetime import date

import pytest

from kohoctl.campaign.calendars import Calendar, Roll, add_business_days, is_business_day, roll


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2015-08-15", "a Saturday"),
        ("2015-06-07", "a Sunday"),
        ("2015-05-06", "a holiday in lieu"),
        ("2015-09-22", "a day between two holidays"),
        ("2015-09-23", "the autumn equinox"),
        ("2014-12-29", "the year's end"),
        ("2016-01-03", "the new year"),
    ],
)
def test_offices_are_closed(day: str, why: str) -> None:
    assert not is_business_day(date.fromisoformat(day)), why


@pytest.mark.parametrize("day", ["2015-06-05", "2015-05-07", "2014-12-26", "2016-01-04"])
def test_offices_are_open(day: str) -> None:
    assert is_business_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("direction", "rolled"), [("back", "2015-08-14"), ("forward", "2015-08-17"), ("none", "2015-08-15")]
)
def test_a_saturday_is_rolled(direction: Roll, rolled: str) -> None:
    assert roll(date(2015, 8, 15), direction) == date.fromisoformat(rolled)


@pytest.mark.parametrize(
    ("count", "day"), [(0, "2015-05-01"), (1, "2015-05-07"), (2, "2015-05-08"), (-1, "2015-04-30"), (-2, "2015-04-28")]
)
def test_business_days_are_counted_over_golden_week(count: int, day: str) -> None:
    assert add_business_days(date(2015, 5, 1), count) == date.fromisoformat(day)


def test_pensions_are_paid_on_the_business_day_before_a_saturday() -> None:
    payday = Calendar.model_validate({"months": ["2", "4", "6", "8", "10", "12"], "day": "15", "roll": "back"})
    year = [day.isoformat()[5:] for day in payday.days(date(2015, 1, 1), date(2015, 12, 31))]
    assert year == ["02-13", "04-15", "06-15", "08-14", "10-15", "12-15"]


def test_a_day_rolled_into_the_span_is_in_it() -> None:
    first = Calendar.model_validate({"months": ["1"], "day": "1", "roll": "back"})
    assert list(first.days(date(2014, 12, 1), date(2014, 12, 31))) == [date(2014, 12, 26)]


def test_the_last_day_of_a_month_is_its_own() -> None:
    ends = Calendar.model_validate({"months": ["2", "4"], "day": "last"})
    assert list(ends.days(date(2016, 1, 1), date(2016, 12, 31))) == [date(2016, 2, 29), date(2016, 4, 30)]


def test_dates_may_stand_one_by_one() -> None:
    named = Calendar.model_validate({"dates": ["2015-08-15", "2015-06-15"], "roll": "back"})
    assert list(named.days(date(2015, 1, 1), date(2015, 12, 31))) == [date(2015, 6, 15), date(2015, 8, 14)]
