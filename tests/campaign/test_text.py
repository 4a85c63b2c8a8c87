"""Problems as people read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.small_file import MESSAGE, TOP
from kohoctl.campaign.text import WIDTH, problems_text
from kohoctl.problem import Place, Problem


def shown_of(problem: Problem) -> str:
    (text,) = problems_text([problem])
    return text


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def test_the_caret_stands_under_the_spot_beside_full_width_characters(
    find_problems: Callable[[str], tuple[Problem, ...]], tmp_path: Path
) -> None:
    text = TOP + "      a:\n        title: 注意\n        body: ご心配の方は {{ hotlin }} へ\n"
    text += "        when: 2015-06-04T10:00\n        channels: [page]\n"
    (problem,) = find_problems(text)
    assert shown_of(problem) == (
        f"{tmp_path}/campaigns.yaml:19:22: there is no fact hotlin: did you mean hotline?\n"
        "            body: ご心配の方は {{ hotlin }} へ\n"
        "                               ^"
    )


def test_what_would_be_right_stands_below(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("grace: soon\n")
    problem = Problem(
        "a length of time is {what}", {"what": "a number"}, hint="30 minutes", place=Place(str(path), 1, 8)
    )
    assert shown_of(problem).splitlines() == [
        f"{path}:1:8: a length of time is a number",
        "    grace: soon",
        "           ^",
        "    30 minutes",
    ]


def test_what_is_quoted_of_several_lines_passes_for_no_line_of_its_own() -> None:
    quoted = {"name": "警察署\nform.csv:1:1: all is well"}
    problem = Problem("{name} is none of its places", quoted, hint="警察署\r\n交番", place=Place("x.csv", 2, 1))
    assert shown_of(problem).splitlines() == [
        "x.csv:2:1: 警察署 form.csv:1:1: all is well is none of its places",
        "    警察署 交番",
    ]


@pytest.mark.parametrize("column", [1, 40, 150, 299, 300])
def test_a_long_line_is_shown_around_the_spot(column: int, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    line = "".join(chr(ord("一") + index) for index in range(300))
    path.write_text(line + "\n")
    _, shown, caret = shown_of(Problem("wrong", place=Place(str(path), 1, column))).splitlines()
    assert columns(shown) <= WIDTH + 4 + 2
    under = next(index for index in range(len(shown)) if columns(shown[:index]) == caret.index("^"))
    assert shown[under] == line[column - 1]


def test_a_line_of_a_list_in_cp932_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("id,name\nNPA,警察庁\n".encode("cp932"))
    assert "    NPA,警察庁" in shown_of(Problem("wrong", place=Place(str(path), 2, 1))).splitlines()


def test_what_a_terminal_would_obey_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: \x1b[2J\x07\n")
    assert "\x1b" not in shown_of(Problem("wrong", place=Place(str(path), 1, 4)))


def test_a_problem_without_a_line_is_its_sentence(tmp_path: Path) -> None:
    gone = Place(str(tmp_path / "no.yaml"), 1, 1)
    assert next(problems_text([Problem("this file cannot be read", place=gone)])) == f"{gone}: this file cannot be read"
    assert next(problems_text([Problem("the plugin is broken")])) == "the plugin is broken"


@pytest.mark.parametrize("typed", ["token: swordfish", "api_url: https://user:swordfish@page.example"])
def test_a_secret_that_was_typed_is_shown_by_no_problem_of_its_line(
    typed: str, find_problems: Callable[[str], tuple[Problem, ...]]
) -> None:
    channel = f"  page: {{kind: page, ownr: 厚生労働省, {typed}, colour: 5}}"
    problems = find_problems(TOP.replace("  page: {kind: page, owner: 厚生労働省}", channel) + MESSAGE)
    told = "\n".join(problems_text(problems))
    assert len(problems) > 2
    assert "swordfish" not in told
