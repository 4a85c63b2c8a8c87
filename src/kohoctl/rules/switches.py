"""Switching rules off, for a line or a file, by a comment with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kohoctl.campaign.problems import no_such
from kohoctl.problem import Place, Problem

_SWITCH = re.compile(
    r"(?P<mark>#|//)\s*kohoctl:\s*allow\s+(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)(?P<whole>\s+in this file)?"
    r"(?:\s+--\s*(?P<reason>\S.*))?\s*$"
)
"""``# kohoctl: allow long-sentence -- as it was said``; with ``in this file`` before the dashes, for all of it."""

Lines = Callable[[str], Sequence[str]]
"""The lines of a file, none where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A comment that switches rules off for the lines from ``first`` to ``last``, counted from 1, both included."""

    rules: tuple[str, ...]
    place: Place
    first: int
    last: int
    reason: str | None


def switches_in(file: str, lines: Sequence[str]) -> Iterator[Switch]:
    """The switches in a file's ``lines``."""
    for number, line in enumerate(lines, 1):
        match = _SWITCH.search(line) if "kohoctl:" in line else None
        if match is None:
            continue
        rules = tuple(name.strip() for name in match["rules"].split(","))
        first, last = (1, len(lines)) if match["whole"] else _extent(lines, number, line[: match.start()].strip() == "")
        yield Switch(rules, Place(file, number, match.start() + 1), first, last, match["reason"])


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


def without_allowed(found: Iterable[Problem], known: Collection[str], main: str, lines: Lines) -> Iterator[Problem]:
    """The problems that no switch allows, and what is wrong with the switches of the file ``main`` and of those that
    problems stand in."""
    problems = list(found)
    files = dict.fromkeys([main, *(problem.place.file for problem in problems if problem.place)])
    switches = {file: list(switches_in(file, lines(file))) for file in files}
    used: set[Place] = set()
    for problem in problems:
        switch = _allowing(problem, switches)
        if switch is None:
            yield problem
        else:
            used.add(switch.place)
    for switch in (switch for of_one in switches.values() for switch in of_one):
        yield from _problems_of(switch, known, switch.place in used)


def _allowing(problem: Problem, switches: dict[str, list[Switch]]) -> Switch | None:
    place = problem.place
    if place is None or problem.rule is None:
        return None
    return next(
        (
            switch
            for switch in switches[place.file]
            if problem.rule in switch.rules and switch.reason and switch.first <= place.line <= switch.last
        ),
        None,
    )


def _problems_of(switch: Switch, known: Collection[str], is_used: bool) -> Iterator[Problem]:
    unknown = [name for name in switch.rules if name not in known]
    for name in unknown:
        yield replace(no_such("rule", name, known), place=switch.place, rule="switch")
    if not switch.reason:
        hint = f"# kohoctl: allow {', '.join(switch.rules)} -- why it is right here"
        yield Problem("this switches a rule off without a reason", hint=hint, place=switch.place, rule="switch")
    elif not unknown and not is_used:
        text = "this switches off {rules}, and nothing here breaks that"
        values = {"rules": ", ".join(switch.rules)}
        yield Problem(text, values, hint="take it out", place=switch.place, severity="hint", rule="switch")
