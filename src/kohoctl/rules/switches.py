"""Switching rules off, for a line or a file, by a comment with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kohoctl.campaign.problems import no_such
from kohoctl.language import Sentence
from kohoctl.problem import Place, Problem
from kohoctl.rules.rule import Rule

_SWITCH = re.compile(
    r"(?P<mark>#|//)\s*kohoctl:\s*allow\s+(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)(?P<whole>\s+in this file)?"
    r"(?:\s+--\s*(?P<reason>\S.*))?\s*$"
)
"""``# kohoctl: allow long-sentence -- as it was said``; with ``in this file`` before the dashes, for all of it."""

Lines = Callable[[str], Sequence[str]]
"""The lines of a file, none where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A comment that switches rules off for the lines from ``first`` to ``last``, counted from 1, both included; where
    it is for the ``whole`` file, for all."""

    rules: tuple[str, ...]
    place: Place
    first: int
    last: int
    whole: bool
    reason: str | None


def switches_in(file: str, lines: Sequence[str]) -> Iterator[Switch]:
    """The switches in a file's ``lines``."""
    for number, line in enumerate(lines, 1):
        match = _SWITCH.search(line) if "kohoctl:" in line else None
        if match is None:
            continue
        rules = tuple(name.strip() for name in match["rules"].split(","))
        first, last = _extent(lines, number, line[: match.start()].strip() == "")
        place = Place(file, number, match.start() + 1)
        yield Switch(rules, place, first, last, bool(match["whole"]), match["reason"])


def _extent(lines: Sequence[str], number: int, stands_alone: bool) -> tuple[int, int]:
    """The lines that a comment speaks of: its own and what is indented below it, or the next one and what is below
    that."""
    first = number
    if stands_alone:
        first = next((at for at in range(number + 1, len(lines) + 1) if _is_content(lines[at - 1])), number)
    depth, last = _indent(lines[first - 1]), first
    for at in range(first + 1, len(lines) + 1):
        if lines[at - 1].strip():
            if _indent(lines[at - 1]) <= depth:
                break
            last = at
    return first, last


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "//"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class Switches:
    """The switches of the files that problems stand in, and which of them have switched something off."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._read: dict[str, _OfFile] = {}
        self._used: set[Place] = set()

    def may_allow(self, rule: str, file: str) -> bool:
        """Whether there is a comment in ``file`` that allows what breaks ``rule`` anywhere: if none, no place is
        needed to tell."""
        return rule in self._of(file).rules

    def allow(self, rule: str, place: Place | None) -> bool:
        """Whether a comment allows what breaks ``rule`` at ``place``."""
        switch = self._of(place.file).at(rule, place.line) if place else None
        if switch is None:
            return False
        self._used.add(switch.place)
        return True

    def problems(self, main: str, looked_for: Collection[str], rules: Mapping[str, Rule]) -> Iterator[Problem]:
        """What is wrong with the switches of the file ``main`` and of those that problems stand in; of one that
        switches nothing off, only where all its rules were ``looked_for``."""
        self._of(main)
        for switch in (switch for of_one in self._read.values() for switch in of_one.switches):
            is_used = switch.place in self._used or not set(switch.rules) <= set(looked_for)
            yield from _problems_of(switch, rules, is_used)

    def _of(self, file: str) -> _OfFile:
        if file not in self._read:
            self._read[file] = _OfFile(list(switches_in(file, self._lines(file))))
        return self._read[file]


class _OfFile:
    """The switches of one file, by the rule and the line that each is for."""

    def __init__(self, switches: list[Switch]) -> None:
        self.switches = switches
        self.rules = frozenset(rule for switch in switches if switch.reason for rule in switch.rules)
        """Those that something in the file may break."""
        self._whole: dict[str, Switch] = {}
        self._by_line: dict[tuple[str, int], Switch] = {}
        for switch in (switch for switch in switches if switch.reason):
            for rule in switch.rules:
                if switch.whole:
                    self._whole.setdefault(rule, switch)
                else:
                    for line in range(switch.first, switch.last + 1):
                        self._by_line.setdefault((rule, line), switch)

    def at(self, rule: str, line: int) -> Switch | None:
        """The one that allows what breaks ``rule`` on ``line``."""
        return self._by_line.get((rule, line)) or self._whole.get(rule)


def _problems_of(switch: Switch, rules: Mapping[str, Rule], is_used: bool) -> Iterator[Problem]:
    unknown = [name for name in switch.rules if name not in rules]
    for name in unknown:
        yield replace(no_such("rule", name, rules), place=switch.place, rule="switch")
    for name in (name for name in switch.rules if name in rules and rules[name].look is None):
        text = "{rule} cannot be switched off: it keeps the message from going out"
        yield Problem(text, {"rule": name}, hint="mend what it finds", place=switch.place, rule="switch")
    if not switch.reason:
        hint = Sentence("# kohoctl: allow {rules} -- why it is right here", rules=", ".join(switch.rules))
        yield Problem("this switches a rule off without a reason", hint=hint, place=switch.place, rule="switch")
    elif not unknown and not is_used:
        text = "this switches off {rules}, and nothing here breaks that"
        values = {"rules": ", ".join(switch.rules)}
        yield Problem(text, values, hint="take it out", place=switch.place, severity="hint", rule="switch")
