"""Days, times of day, moments and lengths of time, as a campaign file writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from kohoctl.campaign.problems import Wrong
from kohoctl.settings import Written

FIRST_YEAR, LAST_YEAR = 1949, 2099
"""The years whose Japanese holidays are known. A campaign in any other year is a slip of the finger."""
LONGEST = timedelta(days=366)
"""The longest delay, grace or offset: a campaign is planned by the year."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_DURATION = re.compile(r"(\d{1,6}) ?(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def parse_day(value: object) -> date:
    """``2015-06-05`` as a date. Raises `Wrong` for anything else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Wrong("a day is a year, a month and a day", "2015-06-05")
    try:
        return _within_reach(date.fromisoformat(value))
    except ValueError as error:
        raise error if isinstance(error, Wrong) else Wrong("there is no day {day}", day=value) from None


def parse_moment(value: object) -> datetime:
    """``2015-06-04T10:00`` as a datetime, naive where it has no offset. Raises `Wrong` for anything else."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise Wrong("a moment is a day and a time", "2015-06-04T10:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Wrong("there is no moment {moment}", moment=value) from None
    _within_reach(moment.date())
    return moment


def parse_time(value: object) -> time:
    """``10:00`` or ``8:30`` as a time of day. Raises `Wrong` for anything else."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Wrong("a time of day is an hour and minutes", "10:00")
    try:
        return time.fromisoformat(value.zfill(len("08:30")) if value.count(":") == 1 else value.zfill(len("08:30:00")))
    except ValueError:
        raise Wrong("there is no time {time}", time=value) from None


def parse_duration(value: object) -> timedelta:
    """``30 minutes``, ``1 hour`` or ``2 days`` as a length of time. Raises `Wrong` for anything else."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Wrong("a length of time is a number and a unit: seconds, minutes, hours or days", "30 minutes")
    length = timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    if length > LONGEST:
        raise Wrong("this is longer than {days} days", days=LONGEST.days)
    return length


def _within_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Wrong(
            "the year {year} is out of reach: {first} to {last}", year=day.year, first=FIRST_YEAR, last=LAST_YEAR
        )
    return day


def written(pattern: re.Pattern[str], mistake: str) -> Written:
    """Text that matches the pattern as a whole, as the JSON Schema has it."""
    return Written(f"^{pattern.pattern}$", mistake)


class AlsoText:
    """In the JSON Schema: text may stand here too, as the short form of what the model has."""

    def __init__(self, text: Written | None = None) -> None:
        self._text = text.schema if text else {"type": "string"}

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [self._text, handler(schema)]}


WRITTEN_TIME = written(_TIME, "a time of day is an hour and minutes: 10:00")

Day = Annotated[date, BeforeValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    datetime,
    BeforeValidator(parse_moment),
    written(_MOMENT, "a moment is a day and a time: 2015-06-04T10:00"),
]
TimeOfDay = Annotated[time, BeforeValidator(parse_time), WRITTEN_TIME]
Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    written(_DURATION, "a length of time is a number and a unit: 30 minutes"),
]
