"""The chart of a call centre's numbers over the campaign's actions, so that one sees what each action did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from kohoctl.documents.drawing import draw
from kohoctl.model import Json
from kohoctl.report.values import Action, CampaignReport
from kohoctl.report.words import Language

TEMPLATE = Path(__file__).with_name("call-chart.typ")
TICK_DAYS = 7
"""Days between two dates below the chart, as long as it is short."""
NAME_LENGTH = 40
"""Characters of a topic's name that fit above its chart; the table has all of it."""
SHORT = 70
"""Days of a chart that has a date at each week; a longer one has one at each month's beginning."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What people called about, and how many calls each day had; None where nothing was reported."""

    name: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Calls of each day in a row of days, by topic and in all, and the actions of those days with their numbers."""

    days: tuple[date, ...]
    topics: tuple[Topic, ...]
    total: tuple[int | None, ...]
    done: Mapping[date, tuple[tuple[int, str], ...]]
    total_name: str
    ticks: tuple[tuple[int, str], ...]
    """Below which days a date stands, and what it is."""

    def drawn(self, suffix: Literal["svg", "png"]) -> bytes:
        """The picture, the same bytes each time."""
        return draw(TEMPLATE, self._data(), suffix)

    def _data(self) -> dict[str, Json]:
        return {
            "days": len(self.days),
            "panels": [
                {"name": self.total_name, "counts": self.total},
                *({"name": _shown(topic.name), "counts": topic.counts} for topic in self.topics),
            ],
            "marks": _marks(self),
            "ticks": [{"at": at, "text": text} for at, text in self.ticks],
        }


def _shown(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def chart_of(campaign: CampaignReport, language: Language) -> Chart:
    """The chart of a campaign of which calls were reported."""
    first, last = campaign.calls[0].day, campaign.calls[-1].day
    days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    names = dict.fromkeys(calls.topic for calls in campaign.calls)
    counted = {(calls.day, calls.topic): calls.count for calls in campaign.calls}
    topics = tuple(Topic(name, tuple(counted.get((day, name)) for day in days)) for name in names)
    return Chart(
        days,
        topics,
        tuple(_sum(topic.counts[index] for topic in topics) for index in range(len(days))),
        _done(campaign.actions, frozenset(days)),
        language.calls_total,
        _ticks(days, language),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    reported = [count for count in counts if count is not None]
    return sum(reported) if reported else None


def _done(actions: tuple[Action, ...], days: frozenset[date]) -> dict[date, tuple[tuple[int, str], ...]]:
    """The actions of each day, numbered as in the list; one of several days stands at its first."""
    done: dict[date, tuple[tuple[int, str], ...]] = {}
    for number, action in enumerate(actions, start=1):
        day = action.days.days[0]
        if day in days:
            done[day] = (*done.get(day, ()), (number, action.words))
    return done


def _ticks(days: tuple[date, ...], language: Language) -> tuple[tuple[int, str], ...]:
    short = len(days) <= SHORT
    at = (index for index, day in enumerate(days) if (index % TICK_DAYS == 0 if short else day.day == 1))
    return tuple((index, language.short_day(days[index])) for index in at)


def _marks(chart: Chart) -> list[dict[str, Json]]:
    """The dashed lines: at which day, and with which numbers."""
    marks: list[dict[str, Json]] = []
    for index, day in enumerate(chart.days):
        if numbers := [number for number, _ in chart.done.get(day, ())]:
            text = f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
            marks.append({"at": index, "text": text})
    return marks
