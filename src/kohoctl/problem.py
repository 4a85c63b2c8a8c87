"""What is wrong, and where: the one form in which kohoctl and its plugins say so."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Severity = Literal["error", "warning", "hint"]
"""*Error*: it is wrong, and nothing goes out where a rendition has it. *Warning*: it is most likely wrong. *Hint*: it
could be said more plainly."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file. ``line`` and ``column`` count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fix:
    """``new`` in the place of ``old``, which stands at the problem's place, on one line."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, in a sentence.

    ``text`` may hold ``{names}`` that ``values`` fills, so that the sentence can be translated as one.
    ``field`` names the message's field it is about (``body``, ``script``); kohoctl finds the place in the file from it.
    ``hint`` says what would be right, where that is known.
    """

    text: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    field: str | None = None
    hint: str | None = None
    place: Place | None = None
    hides_line: bool = False
    """Whether the line holds what nobody should read, such as a secret typed into the file."""
    severity: Severity = "error"
    rule: str | None = None
    """The rule of ``kohoctl check`` that it breaks, such as ``too-long``; None where it breaks none that has a name."""
    fix: Fix | None = None
    """What mends it and changes nothing else, where that is known."""

    def __str__(self) -> str:
        return self.text.format_map(self.values) if self.values else self.text

    @classmethod
    def usable(cls, found: object, source: str) -> Problem:
        """``found``, which ``source`` gave, where it is a problem that can be talked about; else raises TypeError, or
        whatever its parts raise. What is no character in it is replaced."""
        if not isinstance(found, Problem):
            raise TypeError(f"a problem is a Problem, and {source} gave {type(found).__name__}")
        parts: dict[str, object] = {"field": found.field, "hint": found.hint, "rule": found.rule}
        for name, part in parts.items():
            if not isinstance(part, str | None):
                raise TypeError(f"a problem's {name} is text, and {source} gave {type(part).__name__}")
        if found.severity not in get_args(Severity):
            raise TypeError(f"a problem's severity is {', '.join(get_args(Severity))}, and {source} gave another")
        place: object = found.place
        if not isinstance(place, Place | None):
            raise TypeError(f"a problem's place is a Place, and {source} gave {type(place).__name__}")
        said = f"{found}\n{found.hint or ''}"
        if said.isascii() or _characters(said) == said:
            return found
        hint = _characters(found.hint) if found.hint else None
        return dataclasses.replace(found, text=_characters(str(found)), values={}, hint=hint)

    @property
    def with_hint(self) -> str:
        """The sentence, and what would be right behind it."""
        return f"{self} ({self.hint})" if self.hint else str(self)


def _characters(text: str) -> str:
    """``text`` without the halves of characters that some programs leave behind: nothing could print them."""
    return text.encode("utf-8", "replace").decode()
