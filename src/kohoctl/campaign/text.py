"""A problem as people read it: the sentence with its place, the line, and a caret under the spot."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from kohoctl.campaign.encodings import decoded
from kohoctl.campaign.source import read_bounded, split_lines
from kohoctl.language import hint_of, said
from kohoctl.problem import Place, Problem

WIDTH = 100
"""Columns of a terminal that a line may take; of a longer one the part around the spot is shown."""
READ_BYTES = 64 * 1024 * 1024
"""Of the file that is read for the line: as large as a list of recipients may be."""

_WIDE = frozenset("WF")


def problems_text(problems: Iterable[Problem]) -> Iterator[str]:
    """Each of a file's problems as people read it.

    Where one of them says that a line holds a secret, no other shows that line either.
    """
    told = list(problems)
    hidden = {(problem.place.file, problem.place.line) for problem in told if problem.hides_line and problem.place}
    return (_problem_text(problem, hidden) for problem in told)


def _problem_text(problem: Problem, hidden: Collection[tuple[str, int]]) -> str:
    """``file:line:column: sentence``, the line itself, a caret under the spot, and what would be right."""
    where = f"{problem.place}: " if problem.place else ""
    parts = [where + _on_one_line(said(problem))]
    line = _line(problem.place) if problem.place else None
    if problem.place and line and (problem.place.file, problem.place.line) not in hidden:
        shown, before = _excerpt(line, problem.place.column - 1)
        parts += [f"    {shown}", f"    {' ' * _width(before)}^"]
    if hint := hint_of(problem):
        parts.append(f"    {_on_one_line(hint)}")
    return "\n".join(parts)


def _on_one_line(sentence: str) -> str:
    """A sentence that may quote several lines, which nobody is to take for sentences of their own."""
    return " ".join(sentence.splitlines())


def _line(place: Place) -> str | None:
    """The line as it stands in the file; None where it cannot be read."""
    path = Path(place.file)
    try:
        status = path.stat()
        lines = _lines(path, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        return None
    return lines[place.line - 1] if place.line <= len(lines) else None


@lru_cache(maxsize=4)
def _lines(path: Path, _changed: int, _size: int) -> list[str]:
    return split_lines(decoded(read_bounded(path, READ_BYTES) or b""))


def _excerpt(line: str, column: int) -> tuple[str, str]:
    """The part of ``line`` around ``column`` that fits, and what of it stands before the column."""
    first, last = max(0, column - WIDTH), column + WIDTH
    around = line[first:last]
    if not around.isprintable():
        around = "".join(character if character.isprintable() else " " for character in around)
    return _cut(around, column - first, bool(first), last < len(line))


def _cut(line: str, column: int, goes_before: bool, goes_on: bool) -> tuple[str, str]:
    start, end = 0, len(line)
    before = _width(line[:column])
    while before > WIDTH // 2:
        before -= _width(line[start])
        start += 1
    whole = _width(line[start:])
    while whole > WIDTH and end > column + 1:
        end -= 1
        whole -= _width(line[end])
    left, right = "…" if start or goes_before else "", "…" if end < len(line) or goes_on else ""
    return left + line[start:end] + right, left + line[start:column]


def _width(text: str) -> int:
    """Columns that a terminal shows ``text`` in."""
    return sum(map(_columns, text))


@lru_cache(maxsize=2**13)
def _columns(character: str) -> int:
    """Full-width characters take two, combining ones none."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
