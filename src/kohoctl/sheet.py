"""Forms that people fill in with a spreadsheet: CSV files whose columns go by a Japanese or an English name."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from kohoctl.campaign.encodings import STRAY, UTF_16, decoded
from kohoctl.campaign.problems import PROBLEM_LIMIT, Wrong, no_such, too_many
from kohoctl.campaign.source import read_bounded, reason
from kohoctl.campaign.table import Row, columns_problem, count_problem, field_problems, lines_of, rows
from kohoctl.campaign.times import parse_day
from kohoctl.problem import Place, Problem

T = TypeVar("T")

FORM_BYTES = 16 * 1024 * 1024
"""The largest form: room for 50,000 places, each with a note of a few lines."""

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
"""The year before each era's first."""
_DAY = re.compile(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?")
_DAY_OF_ERA = re.compile(r"(?P<era>令和|平成|R|H)(?P<year>\d{1,2}|元)[年.](?P<month>\d{1,2})[月.](?P<day>\d{1,2})日?")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
"""How a field begins that Excel takes for a formula, those in full width too, behind any marks that say it is none."""
_MARKED = re.compile(r"'+[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: its English ``name``, its Japanese ``heading``, and a ``hint`` at how it is filled in."""

    name: str
    heading: str
    hint: str = ""
    needed: bool = False

    @property
    def whole_heading(self) -> str:
        """What stands over the column."""
        return f"{self.heading}（{self.hint}）" if self.hint else self.heading


@dataclass(frozen=True, slots=True)
class Answers:
    """What stands in a row: its ``cells`` by the English names of the columns, each empty where there is nothing."""

    cells: Mapping[str, str]
    _row: Row
    _indices: Mapping[str, int]
    _file: str

    def read(self, column: str, read: Callable[[str], T]) -> T:
        """What ``read`` makes of a cell. Raises `Wrong` as that does, saying of which column."""
        with about(column):
            return read(self.cells[column])

    def placed(self, problem: Problem) -> Problem:
        """``problem``, placed at the cell of the column that its field names."""
        return replace(problem, place=self._row.place(self._file, self._indices.get(problem.field or "", 0)))


@contextmanager
def about(column: str) -> Iterator[None]:
    """What is found wrong within is wrong with ``column``."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong.about(replace(wrong.problem, field=column)) from None


def answers_in(path: Path, columns: Sequence[Column], problems: list[Problem]) -> Iterator[Answers]:
    """The rows of the form at ``path`` that can be read; what is wrong with the others is added to ``problems``. Behind
    too many of these, nothing is read."""
    try:
        text = _text(path)
    except Wrong as wrong:
        problems.append(replace(wrong.problem, place=Place(str(path), 1, 1)))
        return
    table = rows(lines_of(text))
    header = next(table, Row(1, (), ""))
    indices = _indices(header, columns, str(path), problems)
    if indices is None:
        return
    for row in table:
        if len(problems) >= PROBLEM_LIMIT:
            problems.append(too_many(row.place(str(path))))
            return
        if found := list(_row_problems(row, header, str(path))):
            problems += found
        elif any(map(str.strip, row.fields)):
            cells = {column.name: "" for column in columns}
            cells |= {name: unescaped(row.fields[index].strip()) for name, index in indices.items()}
            yield Answers(cells, row, indices, str(path))


def _text(path: Path) -> str:
    """The file's text. Raises `Wrong` where it cannot be read."""
    try:
        content = read_bounded(path, FORM_BYTES)
    except OSError as error:
        raise Wrong("this file cannot be read: {reason}", reason=reason(error)) from None
    if content is None:
        raise Wrong("this file has more than {limit} bytes", limit=FORM_BYTES)
    if content.startswith(UTF_16):
        raise Wrong("this file is UTF-16", "save it as CSV UTF-8")
    return decoded(content)


def _row_problems(row: Row, header: Row, file: str) -> Iterator[Problem]:
    if wrong := count_problem(row, header.fields):
        yield replace(wrong, place=row.place(file))
        return
    yield from field_problems(row, file)
    for index, value in enumerate(row.fields):
        if STRAY.search(value):
            text = "this field holds bytes that are no text"
            yield Problem(text, hint="save it as CSV UTF-8", place=row.place(file, index))


def _indices(header: Row, columns: Sequence[Column], file: str, problems: list[Problem]) -> dict[str, int] | None:
    """Where each column stands; None where a needed one is missing. A column that is none of the form's is named."""
    if wrong := columns_problem(header):
        problems.append(replace(wrong, place=header.place(file)))
        return None
    names = {word: column.name for column in columns for word in (column.name, column.heading)}
    found: dict[str, int] = {}
    for index, typed in enumerate(header.fields):
        heading = _plain(typed).partition("(")[0].strip()
        name = names.get(heading) or names.get(heading.lower())
        wrong = None
        if name is None and heading:
            wrong = no_such("heading", heading, names)
        elif name in found:
            wrong = Problem("the column {name} stands here twice", {"name": heading})
        elif name is not None:
            found[name] = index
        problems += [replace(wrong, place=header.place(file, index))] if wrong else []
    missing = [f"{column.heading} ({column.name})" for column in columns if column.needed and column.name not in found]
    if missing:
        text = "the form lacks these columns: {missing}"
        problems.append(Problem(text, {"missing": ", ".join(missing)}, place=header.place(file)))
    return None if missing else found


def written(table: Iterable[Sequence[str]]) -> bytes:
    """``table`` as a CSV file that Excel opens as text: UTF-8 with its mark, and nothing in it a formula.

    A field that begins as a formula gets an apostrophe before it, which `unescaped` takes away.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([f"'{field}" if _FORMULA.match(field) else field for field in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def unescaped(field: str) -> str:
    """A field as it was before `written` made it safe."""
    return field[1:] if _MARKED.match(field) else field


def day_of(text: str) -> date:
    """``2015-06-10`` as a date, or as Excel and offices write it: 2015/6/10, 2015年6月10日, 平成27年6月10日, H27.6.10.

    Raises `Wrong` for anything else.
    """
    plain = _plain(text)
    if match := _DAY.fullmatch(plain):
        year = int(match["year"])
    elif match := _DAY_OF_ERA.fullmatch(plain.upper()):
        number = 1 if match["year"] == "元" else int(match["year"])
        if number == 0:
            raise Wrong("an era begins with its year 1: {typed}", "平成元年", typed=text)
        year = _ERAS[match["era"]] + number
    else:
        return parse_day(text)
    return parse_day(f"{year}-{int(match['month']):02}-{int(match['day']):02}")


def number_of(text: str) -> int:
    """``1,200`` as a number, full-width digits too. Raises `Wrong` for anything else."""
    plain = _plain(text).replace(",", "")
    if not plain:
        raise Wrong("there is no number", "40")
    if not _NUMBER.fullmatch(plain):
        raise Wrong("{typed} is no whole number", "40", typed=text)
    return int(plain)


def _plain(text: str) -> str:
    """``text`` without what only its width or a space within it makes another."""
    return "".join(unicodedata.normalize("NFKC", text).split())
