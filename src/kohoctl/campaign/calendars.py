"""Business days, and calendars of days that come again, such as the day on which pensions are paid."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from kohoctl.campaign.problems import Wrong
from kohoctl.campaign.times import FIRST_YEAR, LAST_YEAR, Day
from kohoctl.extensions import DaysBetween, Part
from kohoctl.foreign import foreign
from kohoctl.redaction import failure

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5
_SHORTEST_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FAILED = "the calendar {name} of the plugin {origin} cannot be used: {error}"
LAST = 0
"""The day of a month that stands for its last one."""


@lru_cache
def _holidays(language: str | None = None) -> HolidayBase:
    from holidays import country_holidays  # only a calendar needs it, and it is slow to import

    return country_holidays("JP", language=language)


def holiday_name(day: date, language: Literal["ja", "en_US"] = "ja") -> str | None:
    """What the Japanese holiday on that day is called; None where there is none, and outside the years known."""
    return _holidays(language).get(day) if FIRST_YEAR <= day.year <= LAST_YEAR else None


def is_business_day(day: date) -> bool:
    """Whether public offices are open: no Saturday, Sunday or Japanese holiday, and not 29 December to 3 January.

    (Act on Holidays of Administrative Organs, 1988.) Holidays are known from 1949 to 2099; those after next year as
    the law stands now.
    """
    if day.weekday() >= _SATURDAY or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return False
    return day not in _holidays()


def add_business_days(day: date, count: int) -> date:
    """The ``count``-th business day after ``day``, or before it where ``count`` is negative; ``day`` itself for 0."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day):
            day += step
    return day


Roll = Literal["back", "forward", "none"]
"""What becomes of a day that is no business day: the business day before, the one after, or nothing."""


def roll(day: date, direction: Roll) -> date:
    """``day``, or the nearest business day in that direction where it is none."""
    step = timedelta(days={"back": -1, "forward": 1, "none": 0}[direction])
    while step and not is_business_day(day):
        day += step
    return day


def _day_of_month(value: object) -> int:
    if value == "last":
        return LAST
    if isinstance(value, str) and value.isdecimal() and 1 <= int(value) <= max(_SHORTEST_MONTH):
        return int(value)
    raise Wrong("a day of the month is a number from 1 to 31, or last")


def _month(value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and 1 <= int(value) <= len(_SHORTEST_MONTH):
        return int(value)
    raise Wrong("a month is a number from 1 to 12")


Month = Annotated[int, BeforeValidator(_month), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 12})]
DayOfMonth = Annotated[
    int,
    BeforeValidator(_day_of_month),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 31}, {"const": "last"}]}),
]


def _without_repeats(values: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(values)) < len(values):
        raise Wrong("a month stands here twice")
    return values


class Days(Protocol):
    """A calendar, wherever it comes from."""

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days from ``first`` to ``last``, in order."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The calendar ``name`` that a plugin brings."""

    name: str
    part: Part[DaysBetween]

    @property
    def origin(self) -> str:
        """Where the plugin comes from."""
        return self.part.origin

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days from ``first`` to ``last``, in order, each once. Raises `Wrong` where the plugin gives none."""
        most = (last - first).days + 1
        try:
            with foreign(self.origin):
                found = list(islice(self.part.it(first, last), most + 1))
                fits = all(type(day) is date and first <= day <= last for day in found)
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs what uses its calendar
            raise Wrong(_FAILED, name=self.name, origin=self.origin, error=failure(error)) from None
        if not fits or len(found) > most:
            what = "it gives something else than days from the first to the last one"
            raise Wrong(_FAILED, name=self.name, origin=self.origin, error=what)
        return iter(sorted(set(found)))


_EITHER = "a calendar has either months and a day, or dates"
_EITHER_HINT = "{months: [2, 4], day: 15}"


class Calendar(BaseModel):
    """Days that come again: a day of some months, or dates one by one."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "if": {"required": ["dates"], "properties": {"dates": {"minItems": 1}}},
            "then": {"properties": {"months": False, "day": False}, "errorMessage": f"{_EITHER}: {_EITHER_HINT}"},
            "else": {"required": ["months", "day"], "errorMessage": f"{_EITHER}: {_EITHER_HINT}"},
        },
    )

    months: Annotated[tuple[Month, ...], AfterValidator(_without_repeats)] = Field(
        (), description="The months, as numbers from 1 to 12.", json_schema_extra={"uniqueItems": True}
    )
    day: DayOfMonth | None = Field(None, description="The day of each of these months: 1 to 31, or last.")
    dates: tuple[Day, ...] = Field((), description="The days one by one, instead of months and day.")
    roll: Roll = Field(
        "none", description="Where a day is no business day: back or forward to one, or none to keep it."
    )

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Calendar:
        if bool(self.dates) == bool(self.months) or bool(self.months) != (self.day is not None):
            raise Wrong(_EITHER, _EITHER_HINT)
        for month in self.months:
            if self.day and self.day > _SHORTEST_MONTH[month - 1]:
                raise Wrong("month {month} does not always have a day {day}", "day: last", month=month, day=self.day)
        return self

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days from ``first`` to ``last``, each rolled to a business day where the calendar says so, in order."""
        margin = timedelta(days=15)  # longer than any row of days off, so that a day rolled into the span is seen
        rolled = (roll(day, self.roll) for day in self._planned(first - margin, last + margin))
        return (day for day in rolled if first <= day <= last)

    def _planned(self, first: date, last: date) -> Iterator[date]:
        if self.dates:
            yield from sorted(self.dates)
        for year in range(first.year, last.year + 1):
            for month in sorted(self.months):
                yield date(year, month, self.day or monthrange(year, month)[1])
