"""Every rule finds what it shows, at its line, and nothing in the mended file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.rules import RULES
from kohoctl.rules.rule import Rule
from rules.looking import found_in

EACH = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


def changed_lines(wrong: str, right: str) -> set[int]:
    after = right.splitlines()
    return {number for number, line in enumerate(wrong.splitlines(), 1) if line not in after}


@EACH
def test_a_rule_finds_what_it_shows_at_its_line_and_nothing_else_does(tmp_path: Path, rule: Rule) -> None:
    found = found_in(tmp_path, rule.wrong)
    assert {problem.rule for problem in found} == {rule.name}, found
    changed = changed_lines(rule.wrong, rule.right)
    blocks = {number - 1 for number in changed} if rule.look is None else set()  # a kind names the field: body: |
    assert {problem.place.line for problem in found if problem.place} <= changed | blocks
    assert {problem.severity for problem in found} == {rule.severity}


@EACH
def test_the_mended_file_is_clean(tmp_path: Path, rule: Rule) -> None:
    assert found_in(tmp_path, rule.right) == []


SWITCH = "# kohoctl: allow {} in this file -- 当時の文面のとおり\n"


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.look], ids=lambda rule: rule.name)
def test_a_rule_is_switched_off_for_the_file_with_a_reason(tmp_path: Path, rule: Rule) -> None:
    assert found_in(tmp_path, SWITCH.format(rule.name) + rule.wrong) == []


@pytest.mark.parametrize("name", ["missing-alt", "too-long"])
def test_what_keeps_a_message_from_going_out_cannot_be_switched_off(tmp_path: Path, name: str) -> None:
    found = found_in(tmp_path, SWITCH.format(name) + RULES[name].wrong)
    assert {problem.rule for problem in found} == {name, "switch"}
    assert f"{name} cannot be switched off: it keeps the message from going out" in map(str, found)


@EACH
def test_a_rule_says_what_it_is_in_both_languages(rule: Rule) -> None:
    for english, japanese in (rule.title, rule.why):
        assert english.isascii()
        assert not japanese.isascii()
