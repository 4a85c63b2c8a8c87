"""Rules about days: what a calendar shows to be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from kohoctl.language import Sentence
from kohoctl.rules.dates import ERAS, WEEKDAYS, WrittenDay, days_in, meant, weekday_of, western
from kohoctl.rules.example import example
from kohoctl.rules.rule import Finding, Rule, Subject, Text
from kohoctl.rules.things import plain

LEAP_YEAR = 2000
MONTH = 31
"""A day without a month is at most so long past, and at most twice as far ahead."""
LONGEST_LOOK = 12 * MONTH
"""Of a message that goes out over a longer time, such a day may have any weekday."""


def _read(subject: Subject) -> Iterator[tuple[Text, Sequence[date]]]:
    """The texts that name days, each with the days around which it is read."""
    for text in _all(subject):
        if days_in(text.value):
            yield text, subject.sent.around(text)


def _all(subject: Subject) -> Iterator[Text]:
    yield from subject.facts
    yield from subject.read
    yield from subject.attached


def _dated(text: Text, around: Sequence[date]) -> Iterator[tuple[WrittenDay, Sequence[date]]]:
    """The days that ``text`` names, each with the days that it is near to: the last full date before it, or
    ``around``."""
    for written in days_in(text.value):
        if not text.is_of_a_fact(written.start, written.end):
            yield written, around
        if written.year is not None and (full := written.in_year(written.year)):
            around = (full, full)


def _weekdays(subject: Subject) -> Iterator[Finding]:
    for text, around in _read(subject):
        for written, near in _dated(text, around):
            if written.weekday is None or not (near or written.year):
                continue
            may_be = _any_month(written, near) if written.month is None else meant(written, near)
            if may_be and all(day.weekday() != written.weekday for day in may_be):
                day = may_be[0]
                hint = Sentence(
                    "it is {weekday}（{written}）: see which of both is wrong",
                    weekday=weekday_of(day),
                    written=WEEKDAYS[day.weekday()],
                )
                where = written.start, written.end
                yield text.problem(where, "{found}: {day} is another weekday", hint=hint, day=day.isoformat())


def _any_month(written: WrittenDay, near: Sequence[date]) -> list[date]:
    """The days of that number in the months around ``near``."""
    first, last = near[0].toordinal() - MONTH, near[-1].toordinal() + 2 * MONTH
    if last - first > LONGEST_LOOK:
        return []
    days = map(date.fromordinal, range(max(1, first), min(date.max.toordinal(), last) + 1))
    return [day for day in days if day.day == written.day]


def _impossible(subject: Subject) -> Iterator[Finding]:
    for text, around in _read(subject):
        for written, near in _dated(text, around):
            if written.names_month and not _exists(written, near):
                yield text.problem((written.start, written.end), "there is no {found}", hint="see which day is meant")


def _exists(written: WrittenDay, near: Sequence[date]) -> bool:
    if not written.in_year(LEAP_YEAR):
        return False
    return not (near or written.year) or bool(meant(written, near)) or (written.month, written.day) != (2, 29)


_PAIR = "|".join(
    (
        rf"(?P<era>{'|'.join(ERAS)})(?P<of_era>\d{{1,2}}|元)年?度?{{day}} ?[(/] ?(?:西暦)?(?P<year>[12]\d{{3}})(?!\d)",
        rf"(?<!\d)(?P<year2>[12]\d{{3}})年?度?{{day}} ?[(/] ?(?P<era2>{'|'.join(ERAS)})(?P<of_era2>\d{{1,2}}|元)",
    )
).replace("{day}", r"(?:\d{1,2}月(?:\d{1,2}日)?)?")
_BOTH_FORMS = re.compile(rf"(?:{_PAIR})年?\)?")


def _eras(subject: Subject) -> Iterator[Finding]:
    for text in _all(subject):
        if any(era in text.value for era in ERAS):
            yield from _side_by_side(text)
            yield from _apart(text)


def _side_by_side(text: Text) -> Iterator[Finding]:
    for match in _BOTH_FORMS.finditer(plain(text.value)):
        era, year = match["era"] or match["era2"], match["of_era"] or match["of_era2"]
        is_year = western(era, year)
        if is_year != int(match["year"] or match["year2"]) and not text.is_of_a_fact(*match.span()):
            hint = "{era}{year}年 is {western}: see which of both is wrong"
            mended = Sentence(hint, era=era, year=year, western=is_year)
            yield text.problem(match, "{found}: the two years differ", hint=mended)


def _apart(text: Text) -> Iterator[Finding]:
    """One day in both forms, with two years, in the same text."""
    dated = [written for written in days_in(text.value) if written.year is not None]
    of_eras = {(one.month, one.day): one for one in dated if one.is_of_era}
    known = {(one.month, one.day, one.year) for one in dated if one.is_of_era}
    for written in dated:
        other = of_eras.get((written.month, written.day))
        if other and not written.is_of_era and (written.month, written.day, written.year) not in known:
            if _BOTH_FORMS.search(plain(text.value[min(other.start, written.start) : max(other.end, written.end) + 1])):
                continue  # they stand side by side, and are found there
            said = "{found} is of another year than {other}, in the same text"
            where = written.start, written.end
            named = text.value[other.start : other.end]
            yield text.problem(where, said, hint="see which of both is wrong", other=named)


RULES = (
    Rule(
        "weekday-differs",
        "error",
        ("a weekday that is not the day's", "日付と曜日の不一致"),
        (
            "Some readers go by the date and others by the weekday: they come on two days. The year is that of the"
            " text, or the one in which the message goes out.",
            "日付で覚える人と曜日で覚える人とで、来る日が分かれます。年の記載がない日付は、送信日に最も近い年の日付として"
            "確かめます。",
        ),
        example(
            body="説明会は、{{ day }}に開催します。{{ hotline }}", facts="{hotline: 0120-818211, day: 6月15日（火）}"
        ),
        example(
            body="説明会は、{{ day }}に開催します。{{ hotline }}", facts="{hotline: 0120-818211, day: 6月15日（月）}"
        ),
        _weekdays,
    ),
    Rule(
        "era-differs",
        "error",
        ("a year of the era that is not the Western one beside it", "元号と西暦の不一致"),
        (
            "Heisei 27 is 2015. Where both stand side by side and differ, nobody knows which one is meant.",
            "平成27年は2015年です。併記した元号と西暦が食い違うと、どちらが正しいか分かりません。",
        ),
        example(body="平成27年（2016年）の年金について、お知らせします。{{ hotline }}"),
        example(body="平成27年（2015年）の年金について、お知らせします。{{ hotline }}"),
        _eras,
    ),
    Rule(
        "impossible-day",
        "error",
        ("a day that there is not", "存在しない日付"),
        (
            "There is no 30 February, and no 29 February in most years: a reader misses the day that was meant.",
            "2月30日など、存在しない日付です。読者は、正しい日付を知ることができません。",
        ),
        example(body="締切りは、{{ day }}です。{{ hotline }}", facts="{hotline: 0120-818211, day: 2015年6月31日}"),
        example(body="締切りは、{{ day }}です。{{ hotline }}", facts="{hotline: 0120-818211, day: 2015年6月30日}"),
        _impossible,
    ),
)
