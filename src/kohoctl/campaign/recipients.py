"""Lists of recipients: typed into the campaign file, or in a CSV file beside it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kohoctl.campaign.assets import inside
from kohoctl.campaign.problems import Problems, Wrong
from kohoctl.campaign.shape import RecipientFile, parse_id
from kohoctl.campaign.source import read_bounded, reason, split_lines
from kohoctl.model import Recipient
from kohoctl.problem import Place, Problem

LIST_BYTES = 64 * 1024 * 1024
"""The largest CSV file: room for `ROWS` addresses of 300 bytes, twice over."""
ROWS = 100_000
"""Recipients in one list: the largest mailing that one campaign has to one kind of reader."""
FIELD_LENGTH = 10_000
"""Characters in one field: a ministry's whole list of facilities fits, a forgotten closing quote is found."""

_CONTROL = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]"
)  # lines within a field are allowed: addresses
_ENCODINGS = {"utf-8": "utf-8-sig", "cp932": "cp932"}


def typed(rows: Sequence[Mapping[str, str]]) -> tuple[Recipient, ...]:
    """The recipients of a list in the campaign file. Raises `Wrong` at the first that cannot be used."""
    if not rows:
        raise Wrong("this list holds no recipient")
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        if "id" not in row:
            raise Wrong("this recipient has no id", path=(index,))
        try:
            _check_id(row["id"], seen, index + 1, "the id {id} stands here twice, first as entry {first}")
        except Wrong as wrong:
            raise Wrong.about(wrong.problem, (index, "id")) from None
    return tuple(Recipient(row["id"], row) for row in rows)


def from_file(shape: RecipientFile, folder: Path, problems: Problems) -> tuple[Recipient, ...] | None:
    """The recipients in a CSV file; None where there is a problem with one, which is then added with its place.

    Raises `Wrong` where the file cannot be read at all.
    """
    path = inside(folder, shape.file)
    try:
        content = read_bounded(path, LIST_BYTES)
    except OSError as error:
        raise Wrong("the file {name} cannot be read: {reason}", name=shape.file, reason=reason(error)) from None
    if content is None:
        raise Wrong("the file {name} has more than {limit} bytes", name=shape.file, limit=LIST_BYTES)
    table = _Table(str(folder / shape.file), problems)
    return table.recipients(_decoded(content, shape))


def _decoded(content: bytes, shape: RecipientFile) -> str:
    """The text: UTF-8 with or without its mark, or CP932 as Excel writes it in Japan."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Wrong("the file {name} is UTF-16", "save it as CSV UTF-8", ("file",), name=shape.file)
    encodings = [shape.encoding] if shape.encoding else ["utf-8", "cp932"]
    for encoding in encodings:
        try:
            return content.decode(_ENCODINGS[encoding])
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
    text = "the file {name} is not {encoding}: its line {line} holds other bytes"
    raise Wrong(text, "save it as CSV UTF-8", ("file",), name=shape.file, encoding=" or ".join(encodings), line=line)


class _Table:
    """Reads one CSV file, adding each problem at its place."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._lines: list[str] = []
        self._wrong = False

    def recipients(self, text: str) -> tuple[Recipient, ...] | None:
        self._lines = split_lines(text)
        rows = self._rows(text)
        line, header = next(rows, (1, []))
        if not self._header_is_right(line, header):
            return None
        seen: dict[str, int] = {}
        found = [Recipient(row[header.index("id")], dict(zip(header, row, strict=True)))
                 for line, row in rows if self._row_is_right(line, row, header, seen)]  # fmt: skip
        if not found and not self._wrong:
            self._add(1, 0, "this list holds no recipient")
        return None if self._wrong else tuple(found)

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not empty, with the number of its first line."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        line = 1
        try:
            for count, row in enumerate(reader):
                if count > ROWS:
                    self._add(line, 0, "this list has more than {limit} rows", limit=ROWS)
                    return
                if row:
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            self._add(line, 0, "this row is no CSV: {what}", what=str(error))

    def _header_is_right(self, line: int, header: list[str]) -> bool:
        if not header:
            self._add(line, 0, "this file has no line of column names", hint="id,name")
        for index, name in enumerate(header):
            if not name:
                self._add(line, self._column(line, index), "this column has no name")
            elif name in header[:index]:
                self._add(line, self._column(line, index), "the column {name} stands here twice", name=name)
            elif _CONTROL.search(name):
                self._add(line, self._column(line, index), "this name holds a control character")
        if header and "id" not in header:
            self._add(line, 0, "there is no column id; the columns are {columns}", columns=", ".join(header)[:200])
        return not self._wrong

    def _row_is_right(self, line: int, row: list[str], header: list[str], seen: dict[str, int]) -> bool:
        before = len(self._problems.found)
        if len(row) != len(header):
            text = "this row has {count} fields, and the first line has {expected}"
            self._add(line, 0, text, "put a field with a comma in quotes", count=len(row), expected=len(header))
            return False
        for index, value in enumerate(row):
            if len(value) > FIELD_LENGTH:
                self._add(
                    line, self._column(line, index), "this field has more than {limit} characters", limit=FIELD_LENGTH
                )
            elif _CONTROL.search(value):
                self._add(line, self._column(line, index), "this field holds a control character")
        index = header.index("id")
        try:
            _check_id(row[index], seen, line, "the id {id} stands here twice, first in line {first}")
        except Wrong as wrong:
            self._put(line, self._column(line, index), wrong.problem)
        return len(self._problems.found) == before

    def _column(self, line: int, index: int) -> int:
        """Where the ``index``-th field of the row that begins in ``line`` stands; 0 where that is in a later line."""
        quoted = False
        for column, character in enumerate(self._lines[line - 1]):
            if index == 0:
                return column
            quoted ^= character == '"'
            index -= character == "," and not quoted
        return 0

    def _add(self, line: int, column: int, text: str, hint: str | None = None, **values: object) -> None:
        self._put(line, column, Problem(text, values, hint=hint))

    def _put(self, line: int, column: int, problem: Problem) -> None:
        self._wrong = True
        self._problems.found.append(replace(problem, place=Place(self._file, line, column + 1)))


def _check_id(value: str, seen: dict[str, int], number: int, taken: str) -> None:
    """Raises `Wrong` where the id cannot be a part of a key, or is ``taken``; ``number`` is its line or entry."""
    parse_id(value)
    first = seen.setdefault(value, number)
    if first != number:
        raise Wrong(taken, id=value, first=first)
