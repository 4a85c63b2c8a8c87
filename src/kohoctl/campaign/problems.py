"""The problems of one campaign file, collected while it is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kohoctl.errors import BadFile
from kohoctl.problem import Place, Problem

PROBLEM_LIMIT = 1000
"""Problems that are told of one file: nobody mends more at once, and most of so many come of one mistake."""
COMPARED = 100_000
"""Names that the wrong ones of a file are compared with, to tell which was meant: half a second's work."""
COMPARED_LENGTH = 100
"""Characters of a wrong name that is compared: longer ones are no slip of the finger, and take long."""
COLUMN_BITS = 24
"""Of a mark: a place in the campaign file as one number. Wide enough for a line that is the whole file."""

_NO_SUCH = {
    "campaign": ("the file has no campaign {name}", "the file has no campaign {name}: did you mean {near}?"),
    "calendar": ("there is no calendar {name}", "there is no calendar {name}: did you mean {near}?"),
    "key": ("there is no key {name} here", "there is no key {name} here: did you mean {near}?"),
    "channel": ("there is no channel {name}", "there is no channel {name}: did you mean {near}?"),
    "column": (
        "the recipients have no column {name}",
        "the recipients have no column {name}: did you mean {near}?",
    ),
    "delivery": ("the file has no delivery {name}", "the file has no delivery {name}: did you mean {near}?"),
    "fact": ("there is no fact {name}", "there is no fact {name}: did you mean {near}?"),
    "filter": (
        "there is no filter {name}: plugins bring filters",
        "there is no filter {name}: did you mean {near}?",
    ),
    "heading": (
        "this form has no column {name}: it was left out",
        "this form has no column {name}, and it was left out: did you mean {near}?",
    ),
    "kind": (
        "there is no kind of channel {name}; the kinds at hand are {known}",
        "there is no kind of channel {name}: did you mean {near}? The kinds at hand are {known}",
    ),
    "part": ("a receipt has no {name}: it has {known}", "a receipt has no {name}: did you mean {near}?"),
    "message": (
        "there is no message {name} in this campaign",
        "there is no message {name} in this campaign: did you mean {near}?",
    ),
    "place": ("{name} is none of its places: {known}", "{name} is none of its places: did you mean {near}?"),
    "recipient": ("nothing was requested of {name}", "nothing was requested of {name}: did you mean {near}?"),
    "recipients": (
        "there is no list of recipients {name}",
        "there is no list of recipients {name}: did you mean {near}?",
    ),
    "rule": ("there is no rule {name}", "there is no rule {name}: did you mean {near}?"),
    "step": ("{name} does not say how far it has come", "{name} does not say that: did you mean {near}?"),
    "timezone": ("there is no timezone {name}", "there is no timezone {name}: did you mean {near}?"),
    "way": (
        "the message {message} does not go out by {name}",
        "the message {message} does not go out by {name}: did you mean {near}?",
    ),
}


def pack(line: int, column: int) -> int:
    """A line and a column, both counted from 0, as a mark. Marks are in the order of the file."""
    return line << COLUMN_BITS | column


def unpack(mark: int) -> tuple[int, int]:
    """The line and the column of a mark, both counted from 0."""
    return mark >> COLUMN_BITS, mark & (1 << COLUMN_BITS) - 1


class Wrong(ValueError):
    """A value that cannot be used: a sentence with ``{names}``, the values for them, and what would be right.

    ``path`` leads from the value that was looked at to the part that is wrong.
    """

    def __init__(self, text: str, hint: str | None = None, path: tuple[str | int, ...] = (), **values: object) -> None:
        self.problem = Problem(text, values, hint=hint)
        self.path = path
        super().__init__(str(self.problem))

    @classmethod
    def about(cls, problem: Problem, path: tuple[str | int, ...] = ()) -> Wrong:
        """What ``problem`` says."""
        wrong = cls(str(problem), path=path)
        wrong.problem = problem
        return wrong


class Problems:
    """The problems found so far in ``file``."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self._compared = 0

    def add(self, mark: int, text: str, hint: str | None = None, **values: object) -> None:
        """A problem at a mark of the campaign file."""
        self.put(mark, Problem(text, values, hint=hint))

    def put(self, mark: int, problem: Problem) -> None:
        """``problem``, placed at a mark of the campaign file. Raises `BadFile` where there are too many."""
        if len(self.found) >= PROBLEM_LIMIT:
            self.found = [*self.found[:PROBLEM_LIMIT], too_many(self.place(mark))]
            raise BadFile(self.in_order())
        self.found.append(replace(problem, place=self.place(mark)))

    def no_such(self, what: str, mark: int, name: str, known: Iterable[str], **values: object) -> None:
        """That ``name`` is none of ``known``, and which of these was probably meant."""
        known = list(known)
        self._compared += len(known)
        self.put(mark, no_such(what, name, known, compare=self._compared <= COMPARED, **values))

    def place(self, mark: int) -> Place:
        """A mark as people count: from 1."""
        line, column = unpack(mark)
        return Place(self.file, line + 1, column + 1)

    def in_order(self) -> tuple[Problem, ...]:
        """All of them once, in the order of the file; those without a place first, those of other files last."""
        unique = {(str(problem), problem.place): problem for problem in self.found}
        return tuple(sorted(unique.values(), key=self._position))

    def _position(self, problem: Problem) -> tuple[bool, str, int, int]:
        place = problem.place or Place(self.file, 0, 0)
        return place.file != self.file, place.file, place.line, place.column


def too_many(place: Place) -> Problem:
    """That so many problems stand before ``place`` that no more are told."""
    return Problem("there are more than {limit} problems: mend these first", {"limit": PROBLEM_LIMIT}, place=place)


def no_such(what: str, name: str, known: Iterable[str], compare: bool = True, **values: Any) -> Problem:
    """That ``name`` is none of ``known``; where it is compared with these, also which was probably meant."""
    known = sorted(known) if compare else list(known)
    near = difflib.get_close_matches(name, known, n=1) if compare and len(name) <= COMPARED_LENGTH else []
    plain, with_near = _NO_SUCH[what]
    values |= {"name": name, "near": near[0]} if near else {"name": name}
    return Problem(with_near if near else plain, values | {"known": ", ".join(known)} if "{known}" in plain else values)
