"""What is wrong, each problem once and in both languages, with the message that it is about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kohoctl.campaign.encodings import decoded
from kohoctl.campaign.source import read_bounded, split_lines
from kohoctl.language import ENGLISH, JAPANESE, said
from kohoctl.preview.gathering import Preview, Sheet
from kohoctl.preview.words import Both
from kohoctl.problem import Place, Problem

FILE_BYTES = 64 * 1024 * 1024
"""Of the campaign file that is looked through for the message which a line belongs to."""


@dataclass(frozen=True)
class Trouble:
    """Something wrong: a sentence, what would be right, and where; how many deliveries it is about, and the sheet on
    which it is seen, where it is about any."""

    text: Both
    hint: Both | None = None
    place: Place | None = None
    count: int = 0
    sheet: Sheet | None = None


def troubles_of_file(preview: Preview) -> list[Trouble]:
    """The problems of the file itself, of its plugins and what rules found, each with the first sheet of the message
    in whose lines it stands."""
    found = [*preview.problems, *preview.plugin_problems, *preview.findings, *preview.of_lists]
    starts = _starts(preview)
    lines = _lines(preview.path) if starts and found else []
    return [replace(_trouble(one), sheet=_around(one.place, starts, lines)) for one in found]


def troubles_of(sheet: Sheet) -> list[Trouble]:
    """What is wrong with the deliveries of one sheet."""
    return [replace(_trouble(one.problem), count=one.count, sheet=sheet) for one in sheet.wrong]


def _trouble(problem: Problem) -> Trouble:
    hint = _in_both(problem.hint) if problem.hint else None
    return Trouble(_in_both(problem), hint, problem.place)


def _in_both(what: Problem | str) -> Both:
    return Both(said(what, JAPANESE), said(what, ENGLISH))


def _starts(preview: Preview) -> list[tuple[Place, Sheet]]:
    """Where each message begins in the campaign file, in order."""
    first: dict[tuple[str, str], tuple[Place, Sheet]] = {}
    for sheet in preview.sheets:
        place = sheet.message.places.get("")
        if place is not None:
            first.setdefault((sheet.campaign.id, sheet.message.id), (place, sheet))
    return sorted(first.values(), key=lambda one: one[0].line)


def _around(place: Place | None, starts: Sequence[tuple[Place, Sheet]], lines: Sequence[str]) -> Sheet | None:
    """The message in whose lines ``place`` is: the last one that begins before it, unless what follows is less indented
    than that message."""
    if place is None or not starts or place.file != starts[0][0].file:
        return None
    number = bisect_right(starts, place.line, key=lambda one: one[0].line)
    if number == 0:
        return None
    start, sheet = starts[number - 1]
    between = lines[start.line : place.line]
    left = any(line.strip() and _indent(line) < start.column and not line.lstrip().startswith("#") for line in between)
    return None if left else sheet


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _lines(path: Path) -> list[str]:
    try:
        return split_lines(decoded(read_bounded(path, FILE_BYTES) or b""))
    except (OSError, ValueError):
        return []
