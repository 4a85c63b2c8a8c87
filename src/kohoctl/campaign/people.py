"""Private lists: people in a CSV file, which is read as a stream, and never but for a live run, its plan, a preview and
``check``.

A person is known by a hash of the file's id under the list's key. Whoever has the key and the list can tell who that
is; the ledger, a log or a printed letter alone tell nobody.
"""

from __future__ import annotations

import base64
import hmac
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from kohoctl.campaign.assets import inside
from kohoctl.campaign.problems import PROBLEM_LIMIT, Problems, Wrong, too_many
from kohoctl.campaign.source import reason
from kohoctl.campaign.table import LINE_LENGTH, Row, count_problem, field_problems, header_problems, rows
from kohoctl.errors import MissingSecret
from kohoctl.language import Sentence, either
from kohoctl.model import Recipient
from kohoctl.problem import Place, Problem
from kohoctl.settings import Secret

ID_BYTES = 10
"""Bytes of the hash in a person's id, 16 letters: two of a million people share one with a chance of 1 in 10^12."""
KEY_LENGTH = 16
"""The fewest characters of a list's key: with a shorter one, ids could be tried out until a hash fits."""
MADE_UP = 3
"""People in a rehearsal: enough to see that each gets a letter of their own."""
LINES_TOLD = 10
"""Of those in which one person stands again."""

_DIGITS = "一二三四五六七八九"
_MADE_UP_FIELDS = {
    "name": "見本　{digit}号",
    "postcode": "000-0000",
    "address": "見本県見本市見本町{number}-1",
    "email": "mihon-{number}@mihon.example",
}
_ENCODINGS = ("utf-8", "cp932")
_MARK = b"\xef\xbb\xbf"
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode's categories of control and format characters and of blanks."""
_UNDECODED = "\ufffd"


@dataclass(frozen=True, slots=True)
class People:
    """A private list as the campaign file names it. Of the file itself, only the line of ``columns`` has been read."""

    path: Path
    shown: str
    """The path as problems show it."""
    encoding: str | None
    columns: tuple[str, ...]
    key: Secret

    def made_up(self) -> tuple[Recipient, ...]:
        """People who do not exist and plainly so, with the list's columns: for rehearsals, previews and reviewers."""
        return tuple(_made_up(number, self.columns) for number in range(1, MADE_UP + 1))

    def read(self, secret: str) -> ReadPeople:
        """The people themselves. Raises `MissingSecret` for a key that could be guessed, and `Wrong` where the file
        cannot be read."""
        if len(secret) < KEY_LENGTH:
            text = "the key of {name} is too short to keep anything: make one of {least} characters or more"
            raise MissingSecret(Sentence(text, name=self.shown, least=KEY_LENGTH))
        try:
            return ReadPeople(self, secret.encode())
        except OSError as error:
            raise Wrong("the file {name} cannot be read: {reason}", name=self.shown, reason=reason(error)) from None


def _made_up(number: int, columns: Sequence[str]) -> Recipient:
    words = {"number": number, "digit": _DIGITS[number - 1]}
    fields = {column: _MADE_UP_FIELDS.get(column, "見本").format_map(words) for column in columns}
    id = f"mihon-{number}"
    return Recipient(id, fields | {"id": id})


def declared(file: str, encoding: str | None, key: Secret, folder: Path, problems: Problems) -> People | None:
    """The list in ``file``; None where there is a problem with its first line, which is then added.

    Raises `Wrong` where the file cannot be read at all.
    """
    path, shown = inside(folder, file), str(folder / file)
    try:
        with path.open("rb", buffering=0) as opened:  # without a buffer, so that nothing is read but the line
            first = opened.readline(LINE_LENGTH)
    except OSError as error:
        raise Wrong("the file {name} cannot be read: {reason}", name=file, reason=reason(error)) from None
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Wrong("the file {name} is UTF-16", "save it as CSV UTF-8", ("file",), name=file)
    header = next(rows([_decoded_header(first, encoding, file)]), Row(1, (), ""))
    wrong = _header_problems(header, shown)
    problems.found += [replace(problem, hides_line=True) for problem in wrong]
    return None if wrong else People(path, shown, encoding, tuple(header.fields), key)


def _decoded_header(first: bytes, declared: str | None, file: str) -> str:
    encodings = (declared,) if declared else _ENCODINGS
    for encoding in encodings:
        try:
            return first.removeprefix(_MARK).decode(encoding)
        except UnicodeDecodeError:
            continue
    text, names = "the first line of {name} is not {encoding}", either(encodings)
    raise Wrong(text, "save it as CSV UTF-8", ("file",), name=file, encoding=names)


def _header_problems(header: Row, shown: str) -> list[Problem]:
    if header.wrong:
        return [replace(header.wrong, place=header.place(shown))]
    if not header.fields:
        hint = "id,name,postcode,address"
        return [Problem("this file has no line of column names", hint=hint, place=header.place(shown))]
    return header_problems(header, shown)


class ReadPeople:
    """The people of a private list, read anew each time that they are gone through: none of them is kept.

    What is kept is 16 bytes for each: a part of the hash and the line, which tell an id that stands there twice.
    ``problems`` are the rows that name no person, so that nothing can go out to one.
    """

    def __init__(self, people: People, secret: bytes) -> None:
        self._people = people
        self._secret = secret
        self._salt = hmac.digest(secret, b"digest", "sha256").hex()
        self._encoding = people.encoding or _encoding_of(people.path)
        self._id_at = people.columns.index("id")
        self.problems: list[Problem] = []
        self._known, self._again = self._look_through()

    @property
    def key_check(self) -> str:
        """What tells the list's key from any other, and does not tell the key."""
        return hmac.digest(self._secret, b"check", "sha256")[:ID_BYTES].hex()

    @property
    def name(self) -> str:
        """The name of the list's file."""
        return self._people.path.name

    def __iter__(self) -> Iterator[Recipient]:
        for row in self._rows():
            if self._no_person(row) is None:
                hashed = self._hash(row)
                again = self._again.get(_number(hashed), ())
                if not again or again[0] == row.line:
                    yield self._person(row, hashed, again[1:])

    def __contains__(self, id: object) -> bool:
        try:
            number = _number(base64.b32decode(str(id).upper()))
        except ValueError:
            return False  # no id of a person
        at = bisect_left(self._known, number)
        return at < len(self._known) and self._known[at] == number

    def __len__(self) -> int:
        return len(self._known)

    def _look_through(self) -> tuple[array[int], dict[int, list[int]]]:
        """The number of each person in order, and the lines of those who stand there several times."""
        numbers, lines = array("Q"), array("Q")
        for row in self._rows():
            wrong = self._no_person(row)
            if wrong is not None:
                self._note(wrong, row)
                continue
            numbers.append(_number(self._hash(row)))
            lines.append(row.line)
        order = sorted(range(len(numbers)), key=numbers.__getitem__)
        again: dict[int, list[int]] = {}
        for one, other in pairwise(order):
            if numbers[one] == numbers[other]:
                again.setdefault(numbers[one], [lines[one]]).append(lines[other])
        return array("Q", (numbers[index] for index in order)), again

    def _note(self, wrong: Problem, row: Row) -> None:
        """Tell of a row that names no person, unless there are too many of them."""
        place = wrong.place or row.place(self._people.shown)
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(replace(wrong, place=place, hides_line=True))
        elif len(self.problems) == PROBLEM_LIMIT:
            self.problems.append(replace(too_many(place), hides_line=True))

    def _rows(self) -> Iterator[Row]:
        table = rows(_lines(self._people.path, self._encoding))
        next(table, None)
        return table

    def _no_person(self, row: Row) -> Problem | None:
        """Why nobody can tell whose row this is; None where that can be told."""
        wrong = count_problem(row, self._people.columns)
        if wrong is not None:
            return wrong
        place = row.place(self._people.shown, self._id_at) if not _plain_id(row.fields[self._id_at]) else None
        if place is not None:
            return Problem("this row has no id", place=place)
        if _UNDECODED in row.fields[self._id_at]:
            return self._not_decoded(row, self._id_at)
        return None

    def _hash(self, row: Row) -> bytes:
        return hmac.digest(self._secret, b"person\0" + _plain_id(row.fields[self._id_at]).encode(), "sha256")[:ID_BYTES]

    def _person(self, row: Row, hashed: bytes, again: Sequence[int]) -> Recipient:
        id = base64.b32encode(hashed).decode().lower()
        fields = dict(zip(self._people.columns, row.fields, strict=True))
        places = _Places(self._people, row)
        return Recipient(id, fields, tuple(self._problems_of(row, again)), places, self._salt)

    def _problems_of(self, row: Row, again: Sequence[int]) -> Iterator[Problem]:
        yield from field_problems(row, self._people.shown)
        for index, value in enumerate(row.fields):
            if _UNDECODED in value:
                yield self._not_decoded(row, index)
        if again:
            more = len(again) - LINES_TOLD
            values = {"lines": ", ".join(map(str, again[:LINES_TOLD])), "more": more}
            place = row.place(self._people.shown, self._id_at)
            text = "the id of this row stands again in line {lines}"
            if more > 0:
                text = "the id of this row stands again in line {lines}, and in {more} more"
            yield Problem(text, values, place=place)

    def _not_decoded(self, row: Row, index: int) -> Problem:
        values = {"encoding": self._encoding}
        place = row.place(self._people.shown, index)
        return Problem("the bytes of this field are not {encoding}", values, hint="save it as CSV UTF-8", place=place)


class _Places(Mapping[str, Place]):
    """Where a person's fields stand, worked out when asked for; under the empty name, the row itself."""

    __slots__ = ("_people", "_row")

    def __init__(self, people: People, row: Row) -> None:
        self._people = people
        self._row = row

    def __getitem__(self, name: str) -> Place:
        if name and name not in self._people.columns:
            raise KeyError(name)
        return self._row.place(self._people.shown, self._people.columns.index(name) if name else 0)

    def __iter__(self) -> Iterator[str]:
        yield ""
        yield from self._people.columns

    def __len__(self) -> int:
        return 1 + len(self._people.columns)


def _plain_id(typed: str) -> str:
    """An id as it counts: the same however wide its digits are, in capitals or not, and without blanks and characters
    that nobody sees, which a spreadsheet or a copy adds."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(character for character in plain if unicodedata.category(character) not in _UNSEEN)


def _number(hashed: bytes) -> int:
    return int.from_bytes(hashed[:8])


def _lines(path: Path, encoding: str) -> Iterator[str]:
    for content in _content(path):
        yield content.decode(encoding, "replace")


def _content(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield file.readline(LINE_LENGTH).removeprefix(_MARK)
        while content := file.readline(LINE_LENGTH):
            yield content


def _encoding_of(path: Path) -> str:
    """UTF-8, unless more lines are none than are: CP932 hardly ever looks like UTF-8, which often looks like CP932."""
    balance = 0
    for content in _content(path):
        if not content.isascii():
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                balance -= 1
            else:
                balance += 1
    return "utf-8" if balance >= 0 else "cp932"
