"""How many calls a call centre had, as it counts them: a day, a topic and a number in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from kohoctl.campaign.problems import Wrong
from kohoctl.problem import Problem
from kohoctl.sheet import Column, about, answers_in, day_of, number_of
from kohoctl.states import Calls

COLUMNS = (
    Column("date", "日付", needed=True),
    Column("topic", "内容", needed=True),
    Column("count", "件数", needed=True),
)


def calls_in(path: Path, campaign: str, by: str, at: datetime, problems: list[Problem]) -> list[Calls]:
    """What the file at ``path`` counts; what is wrong in it is added to ``problems``, and the rest goes on."""
    found: dict[tuple[date, str], Calls] = {}
    for row in answers_in(path, COLUMNS, problems):
        try:
            day, topic = row.read("date", day_of), row.read("topic", topic_of)
            calls = Calls(campaign, day, topic, row.read("count", count_of), by, at)
            with about("date"):
                check_day(day, at)
            if (day, topic) in found and found[day, topic] != calls:
                text = "{topic} of {day} stands here twice, with {count} before"
                raise Wrong(text, path=(), topic=topic, day=day, count=found[day, topic].count)
            found[day, topic] = calls
        except Wrong as wrong:
            problems.append(row.placed(wrong.problem))
    return list(found.values())


def check_day(day: date, now: datetime) -> None:
    """Raises `Wrong` where the day is still to come: nobody can have called yet."""
    if day > now.date():
        raise Wrong("{day} is still to come", day=day.isoformat())


def topic_of(text: str) -> str:
    """What the calls were about, on one line. Raises `Wrong` where it is empty."""
    topic = " ".join(text.split())
    if not topic:
        raise Wrong("this row does not say what the calls were about", "詐欺の相談")
    return topic


def count_of(text: str) -> int:
    """A number of calls. Raises `Wrong` for anything else."""
    count = number_of(text)
    if count < 0:
        raise Wrong("a count is 0 or more")
    return count


def new_counts(counted: Iterable[Calls], known: Iterable[Calls]) -> Iterator[Calls]:
    """Those of ``counted`` that say another number for a day and topic than the one before."""
    latest = {(one.day, one.topic): one for one in known}
    for calls in counted:
        before = latest.get((calls.day, calls.topic))
        if before is None or replace(calls, at=before.at) != before:
            latest[calls.day, calls.topic] = calls
            yield calls
