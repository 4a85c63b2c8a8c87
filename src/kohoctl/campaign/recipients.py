"""Lists of recipients: typed into the campaign file, or in a CSV file beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kohoctl.campaign.assets import inside
from kohoctl.campaign.problems import PROBLEM_LIMIT, Problems, Wrong, too_many
from kohoctl.campaign.shape import RecipientFile, parse_id
from kohoctl.campaign.source import read_bounded, reason
from kohoctl.campaign.table import Row, count_problem, field_problems, header_problems, lines_of, rows
from kohoctl.language import either
from kohoctl.model import Recipient
from kohoctl.problem import Problem

LIST_BYTES = 64 * 1024 * 1024
"""The largest CSV file: room for `ROWS` addresses of 300 bytes, twice over."""
ROWS = 100_000
"""Recipients in one list: the largest mailing that one campaign has to one kind of reader."""

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
    raise Wrong(text, "save it as CSV UTF-8", ("file",), name=shape.file, encoding=either(encodings), line=line)


class _Table:
    """Reads one CSV file, adding each problem at its place."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems

    def recipients(self, text: str) -> tuple[Recipient, ...] | None:
        before = len(self._problems.found)
        found = list(self._read(text))
        if not found and len(self._problems.found) == before:
            self._add(_NO_ROW, Problem("this list holds no recipient"))
        return None if len(self._problems.found) > before else tuple(found)

    def _read(self, text: str) -> Iterator[Recipient]:
        table = rows(lines_of(text))
        header = next(table, None)
        if header is None:
            self._add(_NO_ROW, Problem("this file has no line of column names", hint="id,name"))
            return
        wrong = [replace(header.wrong, place=header.place(self._file))] if header.wrong else []
        wrong += [] if header.wrong else header_problems(header, self._file)
        self._problems.found.extend(wrong)
        seen: dict[str, int] = {}
        before = len(self._problems.found)
        for count, row in enumerate(() if wrong else table, start=1):
            if len(self._problems.found) - before >= PROBLEM_LIMIT:
                self._problems.found.append(too_many(row.place(self._file)))
                return
            if count > ROWS:
                self._add(row, Problem("this list has more than {limit} rows", {"limit": ROWS}))
                return
            if self._is_right(row, header.fields, seen):
                fields = dict(zip(header.fields, row.fields, strict=True))
                yield Recipient(fields["id"], fields)

    def _is_right(self, row: Row, header: Sequence[str], seen: dict[str, int]) -> bool:
        wrong = count_problem(row, header)
        if wrong is not None:
            self._add(row, wrong)
            return False
        before = len(self._problems.found)
        self._problems.found.extend(field_problems(row, self._file))
        index = header.index("id")
        try:
            _check_id(row.fields[index], seen, row.line, "the id {id} stands here twice, first in line {first}")
        except Wrong as problem:
            self._add(row, problem.problem, index)
        return len(self._problems.found) == before

    def _add(self, row: Row, problem: Problem, index: int = 0) -> None:
        self._problems.found.append(replace(problem, place=row.place(self._file, index)))


_NO_ROW = Row(1, (), "")


def _check_id(value: str, seen: dict[str, int], number: int, taken: str) -> None:
    """Raises `Wrong` where the id cannot be a part of a key, or is ``taken``; ``number`` is its line or entry."""
    parse_id(value)
    first = seen.setdefault(value, number)
    if first != number:
        raise Wrong(taken, id=value, first=first)
