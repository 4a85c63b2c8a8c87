"""Dates in years of the era, as official texts write them: ``{{ leaked_on | wareki }}`` is 平成27年6月1日.

An example of filters. The fact is typed once, as 2015-06-01, and each text writes it as its readers know it;
``wareki_weekday`` adds the day of the week: 平成27年6月1日（月）.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from kohoctl import hookimpl

ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)
"""Each era with its first day, the latest first. The Cabinet Order that names a new one adds a line."""
EARLIEST = date(1873, 1, 1)
"""明治6年1月1日: the first day on which Japan's calendar is the one that dates are typed in (太政官布告第337号)."""
WEEKDAYS = "月火水木金土日"

_TYPED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def wareki(text: str) -> str:
    """平成27年6月1日 of 2015-06-01. Raises ValueError for what is no date, and for one before 明治6年."""
    day = _day(text)
    era, first = next((name, first) for name, first in ERAS if day >= first)
    year = day.year - first.year + 1
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def wareki_weekday(text: str) -> str:
    """平成27年6月1日（月） of 2015-06-01. Raises ValueError as `wareki` does."""
    return f"{wareki(text)}（{WEEKDAYS[_day(text).weekday()]}）"


@hookimpl
def kohoctl_filters() -> Mapping[str, Callable[[str], str]]:
    return {"wareki": wareki, "wareki_weekday": wareki_weekday}


def _day(text: str) -> date:
    typed = text.strip()
    try:
        day = date.fromisoformat(typed) if _TYPED.fullmatch(typed) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"{text} is no date: write it as 2015-06-01")
    if day < EARLIEST:
        raise ValueError(f"{text} is before {EARLIEST} (明治6年), in Japan's old calendar: write it out instead")
    return day
