"""A CSV file row by row, as it stands in the file, and what is wrong with its rows."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kohoctl.problem import Place, Problem

FIELD_LENGTH = 10_000
"""Characters in one field: a ministry's whole list of facilities fits, a forgotten closing quote is found."""

LINE_LENGTH = 1024 * 1024
"""Of one line, in characters or bytes: a hundred times the longest address. A longer one is read as several."""

MOST_COLUMNS = 1000
"""Columns of a table: many times those of any list or form."""

MOST_UNCLOSED = 100
"""Rows with a quote that nothing closes, behind each of which the lines are read again: a file with more of them is no
table, and reading it so would take for ever."""

_CONTROL = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]"
)  # lines within a field are allowed: addresses
_LINE = re.compile(f"[^\\r\\n]{{0,{LINE_LENGTH}}}+(?:\\r\\n|\\r|\\n)|[^\\r\\n]{{1,{LINE_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line, its fields, and that line as it stands in the file.

    ``wrong`` says why it is no row at all; it then has no fields.
    """

    line: int
    fields: Sequence[str]
    text: str
    wrong: Problem | None = None

    def column(self, index: int) -> int:
        """Where the ``index``-th field stands in the row's first line, from 0; 0 where that is in a later line."""
        quoted = False
        for column, character in enumerate(self.text):
            if index == 0:
                return column
            quoted ^= character == '"'
            index -= character == "," and not quoted
        return len(self.text) if index == 0 else 0

    def place(self, file: str, index: int = 0) -> Place:
        """The place of the ``index``-th field."""
        return Place(file, self.line, self.column(index) + 1)


def lines_of(text: str) -> Iterator[str]:
    """The lines of a table, with their ends. Only one of them is in memory at a time."""
    return (match[0] for match in _LINE.finditer(text))


def rows(lines: Iterable[str]) -> Iterator[Row]:
    """Each row that is not empty. A row that cannot be read is given as it is, and the next line begins another."""
    source, taken = iter(lines), list[str]()
    again: deque[str] = deque()

    def noted() -> Iterator[str]:
        while (text := again.popleft() if again else next(source, None)) is not None:
            taken.append(text)
            yield text

    reader = csv.reader(noted(), strict=True)
    line, unclosed = 1, 0
    while True:
        fields, wrong = None, None
        try:
            fields = next(reader, None)
        except csv.Error as error:
            wrong = Problem("this row is no CSV: {what}", {"what": str(error)})
        if not taken:
            return
        if fields or wrong:
            yield Row(line, fields or (), taken[0].rstrip("\r\n"), wrong)
        if wrong and len(taken) > 1 and unclosed < MOST_UNCLOSED:
            unclosed += 1
            again.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(noted(), strict=True)
        line += len(taken)
        taken.clear()


def header_problems(header: Row, file: str) -> list[Problem]:
    """What is wrong with the line of column names."""
    names = header.fields
    if wrong := columns_problem(header):
        return [replace(wrong, place=header.place(file))]
    found = []
    for index, name in enumerate(names):
        problem = _name_problem(name, names[:index])
        if problem:
            found.append(replace(problem, place=header.place(file, index)))
    if "id" not in names:
        text = "there is no column id; the columns are {columns}"
        found.append(Problem(text, {"columns": ", ".join(names)[:200]}, place=header.place(file)))
    return found


def columns_problem(header: Row) -> Problem | None:
    """Why a line of column names is none: nothing has so many."""
    if len(header.fields) <= MOST_COLUMNS:
        return None
    return Problem("this line names more than {limit} columns", {"limit": MOST_COLUMNS})


def _name_problem(name: str, before: Sequence[str]) -> Problem | None:
    if not name:
        return Problem("this column has no name")
    if name in before:
        return Problem("the column {name} stands here twice", {"name": name})
    return Problem("this name holds a control character") if _CONTROL.search(name) else None


def count_problem(row: Row, header: Sequence[str]) -> Problem | None:
    """Why the row is none of a table with this ``header``."""
    if row.wrong is not None or len(row.fields) == len(header):
        return row.wrong
    values = {"count": len(row.fields), "expected": len(header)}
    text = "this row has {count} fields, and the first line has {expected}"
    return Problem(text, values, hint="put a field with a comma in quotes")


def field_problems(row: Row, file: str) -> Iterator[Problem]:
    """What is wrong with the fields themselves."""
    for index, value in enumerate(row.fields):
        if len(value) > FIELD_LENGTH:
            text = "this field has more than {limit} characters"
            yield Problem(text, {"limit": FIELD_LENGTH}, place=row.place(file, index))
        elif _CONTROL.search(value):
            yield Problem("this field holds a control character", place=row.place(file, index))
