"""Days as a report writes them: 「6月13日及び14日、6月20日及び21日」, 「6月11日～17日」, 「6月3日より順次」."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
)
"""Each era with its first day, by the Cabinet Order that named it, the latest first. A new one adds a line."""
SPAN = 3
"""Days in a row from which on only the first and the last are written; two are written out."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Their English names, whatever the machine's locale."""


@dataclass(frozen=True, slots=True)
class Days:
    """When something was to be seen or heard, each day once and in order.

    ``some`` are days on which only a part of the recipients had it; ``onwards`` where it went on from the first day.
    """

    days: tuple[date, ...]
    some: tuple[date, ...] = ()
    onwards: bool = False


def runs_of(days: Iterable[date]) -> list[tuple[date, ...]]:
    """``days``, which are in order, in runs without a gap."""
    runs: list[tuple[date, ...]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1] += (day,)
        else:
            runs.append((day,))
    return runs


def year_in_japanese(day: date) -> str:
    """The year of the era, 平成27年; of the common era for what is before the eras in `ERAS`."""
    for era, first in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年"
    return f"{day.year}年"


def year_in_english(day: date) -> str:
    return str(day.year)


def in_japanese(days: Days, with_year: bool = False, part: str = "一部") -> str:
    """「6月8日（一部は9日）」; ``with_year``, each year is named where it begins: 「平成27年6月8日」.

    ``part`` is what those are called whose day is another.
    """
    if days.onwards:
        return f"{_japanese_runs(days.days[:1], with_year)}より順次"
    written = _japanese_runs(days.days, with_year)
    if not days.some:
        return written
    return f"{written}（{part}は{_japanese_runs(days.some, with_year, days.days[-1])}）"


def _japanese_runs(days: Iterable[date], with_year: bool, after: date | None = None) -> str:
    """The runs, joined by 、, each with its month; the first without it where it is that of the day ``after`` which."""
    parts, before = [], after
    for run in runs_of(days):
        first, last = run[0], run[-1]
        same_month = before is after and before is not None and _month(before) == _month(first)
        text = _japanese_day(first, before if same_month else None, with_year and _new_year(before, first))
        if len(run) > 1:
            joint = "～" if len(run) >= SPAN else "及び"
            text += joint + _japanese_day(last, first, with_year and _new_year(first, last))
        parts.append(text)
        before = last
    return "、".join(parts)


def _japanese_day(day: date, before: date | None, with_year: bool) -> str:
    """``day``, without its month where that was just named by the day ``before``."""
    month = "" if before is not None and _month(before) == _month(day) else f"{day.month}月"
    return f"{year_in_japanese(day) if with_year else ''}{month}{day.day}日"


def _month(day: date) -> tuple[str, int]:
    return year_in_japanese(day), day.month


def _new_year(before: date | None, day: date) -> bool:
    return before is None or year_in_japanese(before) != year_in_japanese(day)


def in_english(days: Days, with_year: bool = False) -> str:
    """``8 June (some on 9 June)``; ``with_year``, ``8 June 2015``."""
    if days.onwards:
        return f"from {_english_runs(days.days[:1], with_year)}"
    written = _english_runs(days.days, with_year)
    return f"{written} (some on {_english_runs(days.some, with_year)})" if days.some else written


def _english_runs(days: Iterable[date], with_year: bool) -> str:
    return ", ".join(_english_run(run, with_year) for run in runs_of(days))


def _english_run(run: tuple[date, ...], with_year: bool) -> str:
    first, last = run[0], run[-1]
    end = f"{last.day} {MONTHS[last.month - 1]}{f' {last.year}' if with_year else ''}"
    if len(run) == 1:
        return end
    begin, spaced = f"{first.day}", False
    if (first.year, first.month) != (last.year, last.month):
        year = f" {first.year}" if with_year and first.year != last.year else ""
        begin, spaced = f"{first.day} {MONTHS[first.month - 1]}{year}", True
    if len(run) < SPAN:
        return f"{begin} and {end}"
    return f"{begin} – {end}" if spaced else f"{begin}–{end}"


def in_table(days: Days, part: str = "some") -> str:
    """``2015-06-11..2015-06-17``, ``2015-06-13,2015-06-14``, ``2015-06-03 onwards``; ``part`` is who has other days:
    ``2015-06-08 (some papers 2015-06-09)``."""
    if days.onwards:
        return f"{days.days[0]} onwards"
    written = _table_runs(days.days)
    return f"{written} ({part} {_table_runs(days.some)})" if days.some else written


def _table_runs(days: Iterable[date]) -> str:
    return ",".join(f"{run[0]}..{run[-1]}" if len(run) >= SPAN else ",".join(map(str, run)) for run in runs_of(days))
