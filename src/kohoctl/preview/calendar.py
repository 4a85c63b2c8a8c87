"""The months of a campaign: what goes out on each day, the holidays, and the days of the file's own calendars."""

from __future__ import annotations

from calendar import SUNDAY, Calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kohoctl.campaign.calendars import holiday_name
from kohoctl.preview.gathering import Preview, Sheet
from kohoctl.states import State

if TYPE_CHECKING:
    from datetime import datetime

MOST_MONTHS = 36
"""Months that are all drawn; of a longer campaign, those on which nothing goes out are left out."""
MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Going:
    """What goes out of one sheet at one moment: how many deliveries, and the states that they are in."""

    sheet: Sheet
    at: datetime | None
    count: int
    states: tuple[State, ...]


@dataclass(frozen=True)
class Slot:
    """One message at one moment, with its ways."""

    at: datetime | None
    title: str
    going: tuple[Going, ...]


@dataclass(frozen=True)
class Day:
    """One day of a month. ``holiday`` is its name in both languages, ``named`` the calendars it is a day of."""

    date: date
    slots: tuple[Slot, ...]
    holiday: tuple[str, str] | None = None
    named: tuple[str, ...] = ()

    @property
    def is_off(self) -> bool:
        """Whether it is a Sunday or a holiday."""
        return self.holiday is not None or self.date.weekday() == SUNDAY


@dataclass(frozen=True)
class Month:
    """A month as rows of seven days from Sunday on; None where the week has days of another month."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def months_of(preview: Preview) -> list[Month]:
    """The months from the first delivery to the last."""
    going = [one for one in _all_going(preview) if one.at is not None]
    by_day = {day: tuple(_slots(ones)) for day, ones in _by_day(going).items()}
    if not by_day:
        return []
    firsts = list(_months_between(min(by_day), max(by_day)))
    if len(firsts) > MOST_MONTHS:
        firsts = sorted({day.replace(day=1) for day in by_day})
    named = _named_days(preview, firsts[0], _end(firsts[-1]))
    return [_month(first, by_day, named) for first in firsts]


def without_time(preview: Preview) -> list[Slot]:
    """What waits for another message, and so stands on no day yet."""
    return list(_slots([one for one in _all_going(preview) if one.at is None]))


def _all_going(preview: Preview) -> Iterator[Going]:
    """What goes out of each sheet at each moment."""
    for sheet in preview.sheets:
        by_moment: dict[datetime | None, dict[State, int]] = {}
        for (at, state), count in sheet.standing.items():
            by_moment.setdefault(at, {})[state] = count
        for at, states in by_moment.items():
            if sheet.is_private:  # made-up people are not counted, and what they would get is nobody's state
                yield Going(sheet, at, sheet.recipient_count or 1, tuple(sheet.states))
            else:
                yield Going(sheet, at, sum(states.values()), tuple(states))


def _by_day(going: Iterable[Going]) -> Mapping[date, list[Going]]:
    found: dict[date, list[Going]] = {}
    for one in going:
        if one.at is not None:
            found.setdefault(one.at.date(), []).append(one)
    return found


def _slots(going: Sequence[Going]) -> Iterator[Slot]:
    """Those of one message and moment together, in order of time, then of the file."""

    def which(one: Going) -> tuple[str, str, str]:
        return one.at.isoformat() if one.at else "", one.sheet.campaign.id, one.sheet.message.id

    together: dict[tuple[str, str, str], list[Going]] = {}
    for one in going:
        together.setdefault(which(one), []).append(one)
    ordered = sorted(together.values(), key=lambda ones: (which(ones[0])[0], ones[0].sheet.number))
    return (Slot(ones[0].at, ones[0].sheet.title, tuple(ones)) for ones in ordered)


def _months_between(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + MONTH).replace(day=1)


def _end(month: date) -> date:
    return (month + MONTH).replace(day=1) - timedelta(days=1)


def _month(first: date, by_day: Mapping[date, tuple[Slot, ...]], named: Mapping[date, tuple[str, ...]]) -> Month:
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    return Month(
        first,
        tuple(tuple(_day(day, by_day, named) if day.month == first.month else None for day in week) for week in weeks),
    )


def _day(day: date, by_day: Mapping[date, tuple[Slot, ...]], named: Mapping[date, tuple[str, ...]]) -> Day:
    name = holiday_name(day)
    holiday = (name, holiday_name(day, "en_US") or name) if name else None
    return Day(day, by_day.get(day, ()), holiday, named.get(day, ()))


def _named_days(preview: Preview, first: date, last: date) -> Mapping[date, tuple[str, ...]]:
    found: dict[date, tuple[str, ...]] = {}
    for name, calendar in (preview.file.calendars if preview.file else {}).items():
        for day in calendar.days(first, last):
            found[day] = (*found.get(day, ()), name)
    return found
