"""Findings stand where they were typed, however YAML wrote the text and whatever a fact brought into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.rules.example import example
from rules.looking import found_in

FOUND = "①"
STYLES = {
    "plain": "title: 受付は①電話",
    "anchored": "title: &name 受付は①電話",
    "in double quotes": 'title: "受付は①電話"',
    "in single quotes": "title: '受付は''①''電話'",
    "with an escape before it": 'title: "受\\u4ed8は①電話"',
    "over two lines": "title: 受付は\n  ①電話",
    "in a block": "title: |-\n  受付は、\n    次のとおり。\n\n  一つ、①電話",
    "in a block that ends with its text": "title: |+\n  受付は①電話\n",
    "folded": "title: >-\n  受付は\n  ①電話",
}


@pytest.mark.parametrize("typed", STYLES.values(), ids=STYLES)
def test_a_finding_stands_where_it_was_typed(tmp_path: Path, typed: str) -> None:
    text = example(body="お電話ください。").replace("title: お知らせ", typed.replace("\n", "\n        "))
    (problem,) = (one for one in found_in(tmp_path, text, ("platform-character",)) if one.rule)
    lines = text.splitlines()
    line = next(number for number, line in enumerate(lines, 1) if FOUND in line)
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (line, lines[line - 1].index(FOUND) + 1)


def test_a_finding_in_an_alias_stands_at_the_alias(tmp_path: Path) -> None:
    more = "other:\n  title: お知らせ\n  when: 2015-06-05T10:00\n  channels: {site: {slug: other}}\n  body: *text"
    text = example(body="受付は①電話", more=more).replace("body: |", "body: &text |")
    first, second = found_in(tmp_path, text, ("platform-character",))
    lines = text.splitlines()
    assert [problem.place.line for problem in (first, second) if problem.place] == [
        next(number for number, line in enumerate(lines, 1) if "①" in line),
        next(number for number, line in enumerate(lines, 1) if "*text" in line),
    ]


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("{{ a }}{{ b }}、6月15日（火）", 26),
        ("{{ long }}、{{ day }}（火）", 22),
        ("6月15日（火）{{ a }}", 11),
    ],
)
def test_a_finding_behind_facts_stands_behind_their_braces(tmp_path: Path, body: str, column: int) -> None:
    facts = "{a: あ, b: い, long: とても長い言葉でできた事実, day: 6月15日}"
    (problem,) = found_in(tmp_path, example(body=body, facts=facts), ("weekday-differs",))
    assert problem.place is not None
    assert problem.place.column == column


def test_what_a_fact_itself_has_wrong_is_found_once_and_there(tmp_path: Path) -> None:
    text = example(body="{{ day }}です。{{ day }}です。", facts="{day: 6月15日（火）}")
    (problem,) = found_in(tmp_path, text, ("weekday-differs",))
    assert problem.place is not None
    assert problem.place.line == 2
