"""Where a part of a text stands in the campaign file, however YAML wrote it and whatever a fact brought into it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from kohoctl.campaign.problems import pack, unpack
from kohoctl.campaign.source import Source
from kohoctl.problem import Place

LOOKED_THROUGH = 10_000
"""Characters of a folded or escaped text in which a part is looked for; one further on has the place of the whole."""
_STYLE = re.compile(r"(?:&\S+ +)?(.?)")


class InFile:
    """Gives the place of each part of ``text``, the value at ``mark``. What is worked out once is kept: a text may have
    a hundred thousand parts that are asked for."""

    __slots__ = ("_last", "_mark", "_source", "_starts", "_text")

    def __init__(self, source: Source, mark: int, text: str) -> None:
        self._source = source
        self._mark = mark
        self._text = text
        self._starts: list[int] = []
        self._last: tuple[int, int | None] = -1, None  # the line of the text that was asked for last, and its mark

    def __call__(self, start: int, end: int) -> Place:
        mark = self._mark_as_typed(start)
        if mark is None and start <= LOOKED_THROUGH:
            mark = self._source.inside(self._mark, self._text, start, end - start)
        return self._source.problems.place(self._mark if mark is None else mark)

    @property
    def takes_braces(self) -> bool:
        """Whether the text stays one where a part of it becomes ``{{ a_fact }}``: in quotes, or in a block."""
        return self._style in ("|", ">", '"', "'")

    @property
    def _style(self) -> str:
        line, column = unpack(self._mark)
        found = _STYLE.match(self._source.lines[line], column)
        return found[1] if found else ""

    def _mark_as_typed(self, start: int) -> int | None:
        """The mark of a part of a text that keeps its lines in the file; None where this text does not."""
        number = self._line_of(start)
        if number != self._last[0]:
            self._last = number, self._mark_of_line(number)
        mark = self._last[1]
        return None if mark is None else mark + start - self._starts[number]

    def _mark_of_line(self, number: int) -> int | None:
        lines = self._source.lines
        line, column = unpack(self._mark)
        written = self._text[self._starts[number] : self._starts[number + 1] - 1]
        if self._style == "|":
            line += number + 1
            found = len(lines[line]) - len(written) if line < len(lines) and lines[line].endswith(written) else -1
        else:
            found = -1 if number else lines[line].find(written, column)
        return None if found < 0 else pack(line, found)

    def _line_of(self, start: int) -> int:
        if not self._starts:
            self._starts = [0, *accumulate(len(line) + 1 for line in self._text.split("\n"))]
        return bisect_right(self._starts, start) - 1


class Filled:
    """Gives the place of each part of a text whose facts were filled in: that of the braces, for what they brought.

    ``brought`` has for each reference where it begins and ends in the filled text, and in the typed one.
    """

    __slots__ = ("_brought", "_ends", "_typed")

    def __init__(self, typed: Callable[[int, int], Place], brought: Sequence[tuple[int, int, int, int]]) -> None:
        self._typed = typed
        self._brought = brought
        self._ends = [end for _, end, _, _ in brought]

    def __call__(self, start: int, end: int) -> Place:
        first, last = self._back(start), self._back(end)
        return self._typed(first, max(first + 1, last))

    def covers(self, start: int, end: int) -> bool:
        """Whether all from ``start`` to ``end`` comes from one fact."""
        number = bisect_right(self._ends, start)
        return number < len(self._brought) and self._brought[number][0] <= start and end <= self._brought[number][1]

    def _back(self, at: int) -> int:
        number = bisect_right(self._ends, at)
        if number < len(self._brought) and self._brought[number][0] <= at:
            return self._brought[number][2]
        return at + (self._brought[number - 1][3] - self._ends[number - 1] if number else 0)
