"""The forms of ``when``, and the moments that they stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from kohoctl.campaign.calendars import Days, add_business_days
from kohoctl.campaign.file import After, Occurrence
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.campaign.times import LONGEST, WRITTEN_TIME, AlsoText, Day, Duration, Moment, TimeOfDay, written

MOST = 10_000
"""Occurrences of one message: an announcement every hour for a year. More is a slip in a date."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "月", "火", "水", "木", "金", "土", "日"]
_WEEKDAYS = {name: number % 7 for number, name in enumerate(get_args(Weekday))}
_OFFSET = re.compile(r"([+-]?\d{1,3}) (business )?days?")


@dataclass(frozen=True, slots=True)
class Offset:
    """Days to add to each day: ``-1 day``, ``-2 business days``."""

    days: int
    unit: Literal["day", "business day"]

    def applied(self, day: date) -> date:
        """The day that is so many days after ``day``, or before it."""
        return add_business_days(day, self.days) if self.unit == "business day" else day + timedelta(days=self.days)


def parse_offset(value: object) -> Offset:
    """``-1 day`` or ``2 business days`` as an `Offset`. Raises `Wrong` for anything else."""
    match = _OFFSET.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Wrong("an offset is a number of days or business days", "-1 day")
    if abs(int(match[1])) > LONGEST.days:
        raise Wrong("this is longer than {days} days", days=LONGEST.days)
    return Offset(int(match[1]), "business day" if match[2] else "day")


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Times = Annotated[
    tuple[TimeOfDay, ...],
    BeforeValidator(_listed),
    AlsoText(WRITTEN_TIME),
    Field(min_length=1, description="The time of day, such as 10:00, or several."),
]
OffsetText = Annotated[
    Offset,
    BeforeValidator(parse_offset),
    written(_OFFSET, "an offset is a number of days or business days: -1 day"),
]


class _Days(BaseModel):
    """What all forms that give days have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Times
    offset: OffsetText | None = Field(None, description="Days to add to each day: -1 day, 2 business days.")
    without: tuple[Day, ...] = Field((), alias="except", description="Days to leave out.")

    def days(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        """The days, the offset and the exceptions not yet applied."""
        raise NotImplementedError

    def moments(self, calendars: Mapping[str, Days], zone: tzinfo) -> Iterator[datetime]:
        """The moments in the zone."""
        without = frozenset(self.without)
        for day in self._moved(calendars):
            if day not in without:
                yield from (_local(datetime.combine(day, at), zone) for at in self.at)

    def _moved(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        days = self.days(calendars)
        return map(self.offset.applied, days) if self.offset else days


class Span(_Days):
    """Each day of a span."""

    first: Day = Field(alias="from", description="The first day.")
    last: Day = Field(alias="to", description="The last day.")

    @model_validator(mode="after")
    def _is_in_order(self) -> Span:
        if self.first > self.last:
            raise Wrong("from {first} is after to {last}", first=self.first, last=self.last)
        return self

    def days(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        return (self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1))


class Weekdays(Span):
    """Some weekdays of a span."""

    weekdays: tuple[Weekday, ...] = Field(min_length=1, description="mon to sun, or 月 to 日.")

    def days(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        wanted = {_WEEKDAYS[name] for name in self.weekdays}
        return (day for day in super().days(calendars) if day.weekday() in wanted)


class NamedDays(_Days):
    """Days one by one."""

    named: tuple[Day, ...] = Field(alias="days", min_length=1, description="The days.")

    def days(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        return self.named


class CalendarDays(Span):
    """A calendar's days, moved by the offset, where they then lie in the span."""

    calendar: str = Field(description="Name of a calendar: the file's own, or one that a plugin brings.")

    def days(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        reach = timedelta(days=3 * abs(self.offset.days) + 15 if self.offset else 0)  # with all the days off between
        return calendars[self.calendar].days(self.first - reach, self.last + reach)

    def _moved(self, calendars: Mapping[str, Days]) -> Iterable[date]:
        return (day for day in super()._moved(calendars) if self.first <= day <= self.last)


class AfterMessage(BaseModel):
    """Once another message of the campaign has gone out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: str = Field(description="Id of the message to wait for.")
    channel: str | None = Field(None, description="The one of its channels to wait for; all of them if left out.")
    delay: Duration = Field(timedelta(0), description="How long after it: 30 minutes, 1 hour, 2 days.")


_FORMS = {"after": "after a message", "calendar": "a calendar's days", "weekdays": "some weekdays", "days": "some days"}


def _form(value: Any) -> str:
    """Which form a value is meant to have. (The names hold a space, as no key does: pydantic puts them into paths.)"""
    if isinstance(value, dict):
        return next((form for key, form in _FORMS.items() if key in value), "each day")
    return "many moments" if isinstance(value, list) else "a moment"


When = Annotated[
    Annotated[Moment, Tag("a moment")]
    | Annotated[tuple[Moment, ...], Field(min_length=1), Tag("many moments")]
    | Annotated[Span, Tag("each day")]
    | Annotated[Weekdays, Tag("some weekdays")]
    | Annotated[NamedDays, Tag("some days")]
    | Annotated[CalendarDays, Tag("a calendar's days")]
    | Annotated[AfterMessage, Tag("after a message")],
    Discriminator(_form),
]
"""When a message goes out: a moment, several, days and times, or after another message."""
WhenValue = datetime | tuple[datetime, ...] | Span | Weekdays | NamedDays | CalendarDays | AfterMessage
"""What `When` is read as."""


def occurrences(when: WhenValue, calendars: Mapping[str, Days], timezone: tzinfo) -> tuple[Occurrence, ...]:
    """The moments of a ``when``, in order, each with its label.

    Raises `Wrong` where there are none, too many, or two at one time, where a calendar is unknown, and for a time that
    the clock skips or shows twice in ``timezone``.
    """
    if isinstance(when, datetime):
        local = _local(when, timezone)
        return (Occurrence(_label(local, alone=True), local),)
    if isinstance(when, AfterMessage):
        return (Occurrence(f"after-{when.after}", None, After(when.after, when.delay, when.channel)),)
    if isinstance(when, CalendarDays) and when.calendar not in calendars:
        raise Wrong.about(no_such("calendar", when.calendar, calendars), ("calendar",))
    if isinstance(when, tuple):
        moments = [_local(moment, timezone, (index,)) for index, moment in enumerate(when)]
    else:
        moments = list(islice(when.moments(calendars, timezone), MOST + 1))
    return _labelled(moments)


def _labelled(moments: list[datetime]) -> tuple[Occurrence, ...]:
    if not moments:
        raise Wrong("no day fits this")
    if len(moments) > MOST:
        raise Wrong("these are more than {most} moments", most=MOST)
    moments.sort(
        key=lambda moment: moment.astimezone(UTC)
    )  # without it, the hour that the clock repeats is in disorder
    shown = Counter(_label(moment, alone=False) for moment in moments)
    for label, count in shown.items():
        if count > 1:
            raise Wrong("{moment} stands here twice", moment=label)
    on_day = Counter(moment.toordinal() for moment in moments)
    return tuple(Occurrence(_label(moment, alone=on_day[moment.toordinal()] == 1), moment) for moment in moments)


def _label(moment: datetime, *, alone: bool) -> str:
    if alone:
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(timespec="seconds" if moment.second else "minutes")


def _local(moment: datetime, zone: tzinfo, path: tuple[str | int, ...] = ()) -> datetime:
    """``moment`` in the zone; a naive one is the zone's own time."""
    if moment.tzinfo is not None:
        return moment.astimezone(zone)
    local = moment.replace(tzinfo=zone)
    if local.utcoffset() == local.replace(fold=1).utcoffset():
        return local
    name = _label(moment, alone=False)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise Wrong("the clock skips {moment} in this timezone", "choose another time", path, moment=name)
    hint = "write the offset that is meant, such as +01:00"
    raise Wrong("the clock shows {moment} twice in this timezone", hint, path, moment=name)
