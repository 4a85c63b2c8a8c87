"""The days on which pension offices (年金事務所) are open beyond their usual hours.

An example of calendars: ``when: {calendar: pension-office-saturdays, offset: -1 day, at: "10:00", …}`` reminds people
the day before. A single office may differ: its own notice counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from kohoctl import hookimpl

if TYPE_CHECKING:
    from holidays import HolidayBase

MONDAY, SATURDAY = 0, 5
WORKING_WEEK = 5
"""Days from Monday to Friday."""
SECOND_OF_ITS_KIND = range(8, 15)
"""The days of a month on which its second Saturday, as any second weekday, falls."""


def saturdays(first: date, last: date) -> Iterator[date]:
    """週末相談: the second Saturday of each month, 9:30 to 16:00."""
    return (day for day in _days(first, last) if day.weekday() == SATURDAY and day.day in SECOND_OF_ITS_KIND)


def late_days(first: date, last: date) -> Iterator[date]:
    """延長相談: the first business day of each week, until 19:00. A week without a business day has none."""
    return (day for day in _days(first, last) if day == _first_business_day_of_week(day))


@hookimpl
def kohoctl_calendars() -> Mapping[str, Callable[[date, date], Iterator[date]]]:
    return {"pension-office-saturdays": saturdays, "pension-office-late-days": late_days}


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _first_business_day_of_week(day: date) -> date | None:
    monday = day - timedelta(days=day.weekday() - MONDAY)
    return next(filter(_is_business_day, _days(monday, monday + timedelta(days=WORKING_WEEK - 1))), None)


def _is_business_day(day: date) -> bool:
    """Whether public offices are open: a weekday, no holiday, and not 29 December to 3 January."""
    at_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < SATURDAY and not at_new_year and day not in _holidays()


@cache
def _holidays() -> HolidayBase:
    from holidays import country_holidays  # slow to import, and most campaigns use neither calendar

    return country_holidays("JP")
