"""Two versions of a text in one: what both say, what is gone, and what is new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

LONGEST = 5000
"""Words and characters of two passages together that are compared one by one: it takes the square of their number."""
_WORD = re.compile(r"[0-9A-Za-z_'’.-]+|\s+|.", re.DOTALL)
"""What is compared: a word in Latin letters, or one character, since Japanese has no spaces."""

How = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that both versions have, or one of them alone."""

    text: str
    how: How


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that differs. ``name`` says which: ``text``, ``images.1.alt``, ``to.account``, ``files``. None where a
    version has no such text."""

    name: str
    old: str | None
    new: str | None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Both versions in one, what is gone before what is new."""
        return tuple(pieces(self.old or "", self.new or ""))


def pieces(old: str, new: str) -> Iterator[Piece]:
    """Both texts in one: compared line by line, and where lines differ, by words and characters."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for how, first, second in _differing(before, after):
        one, other = "".join(first), "".join(second)
        if how == "same":
            yield Piece(one, "same")
        else:
            yield from _word_by_word(one, other)


def _word_by_word(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > LONGEST:
        yield from (Piece(text, how) for text, how in _told(old, new))
        return
    for how, first, second in _differing(before, after):
        if how == "same":
            yield Piece("".join(first), "same")
        else:
            yield from (Piece(text, told) for text, told in _told("".join(first), "".join(second)))


def _told(old: str, new: str) -> Iterator[tuple[str, How]]:
    if old:
        yield old, "gone"
    if new:
        yield new, "new"


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for tag, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=len(old) > LONGEST).get_opcodes():
        yield "same" if tag == "equal" else "different", old[start:end], new[from_:to]
