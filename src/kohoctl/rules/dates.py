"""Days as Japanese texts write them, and which day a message means by one that names no year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from kohoctl.language import Sentence
from kohoctl.rules.things import plain, without_references

ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The year before each era's first (元号を改める政令, and the customs before it)."""
WEEKDAYS = "月火水木金土日"
ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MEANT_WITHIN = timedelta(days=300)
"""A day without a year is in the year that brings it this near: further off, nobody leaves the year out. In most cases
only one year does; where two do, either may be meant."""

_ERA = "|".join(ERAS)
YEAR = rf"(?:(?P<era>{_ERA})(?P<of_era>\d{{1,2}}|元)|(?P<year>[12]\d{{3}}))年"
_DAY = re.compile(
    rf"(?:{YEAR})?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日"
    r"|(?<![\d月/.])(?P<day_alone>\d{1,2})日(?=まで| ?\([月火水木金土日](?:曜日?)?[・)])"
)
_MAY_HOLD = re.compile(r"\d日")
_WEEKDAY = re.compile(r" ?\((?P<weekday>[月火水木金土日])(?:曜日?)?(?:・(?:祝日?|休日?|振休))?\)")


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day in a text, from ``start`` to ``end``, the weekday in parentheses behind it included.

    ``month`` is that before it in the text where it names none itself, and None where there is none.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int
    weekday: int | None
    names_month: bool
    is_of_era: bool
    """Whether its year is that of an era."""

    def in_year(self, year: int) -> date | None:
        """The day in that year; None where that year has no such day."""
        return _date(year, self.month or 0, self.day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def weekday_of(day: date) -> Sentence:
    """``Monday``."""
    return Sentence(ENGLISH[day.weekday()])


def western(era: str, year: str) -> int:
    """平成27年 as 2015."""
    return ERAS[era] + (1 if year == "元" else int(year))


@lru_cache(maxsize=2**16)
def days_in(text: str) -> tuple[WrittenDay, ...]:
    """The days that ``text`` names, in order; of those without a month or a year, the one before them gives it."""
    return tuple(_days(without_references(plain(text)))) if _MAY_HOLD.search(text) else ()


def _days(text: str) -> Iterator[WrittenDay]:
    month: int | None = None
    for match in _DAY.finditer(text):
        month = int(match["month"]) if match["month"] else month
        weekday = _WEEKDAY.match(text, match.end())
        yield WrittenDay(
            match.start(),
            weekday.end() if weekday else match.end(),
            western(match["era"], match["of_era"]) if match["era"] else int(match["year"]) if match["year"] else None,
            month,
            int(match["day"] or match["day_alone"]),
            WEEKDAYS.index(weekday["weekday"]) if weekday else None,
            match["month"] is not None,
            match["era"] is not None,
        )


def meant(written: WrittenDay, near: Sequence[date]) -> list[date]:
    """The days that may be meant, from the first to the last of ``near``, in order; none where there is no such day."""
    if written.year is not None:
        found = written.in_year(written.year)
        return [found] if found else []
    first = max(near[0], date.min + MEANT_WITHIN) - MEANT_WITHIN
    last = min(near[-1], date.max - MEANT_WITHIN) + MEANT_WITHIN
    in_years = (written.in_year(year) for year in range(first.year, last.year + 1))
    return [day for day in in_years if day and first <= day <= last]
