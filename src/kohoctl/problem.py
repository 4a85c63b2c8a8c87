"""What is wrong, and where: the one form in which kohoctl and its plugins say so."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file. ``line`` and ``column`` count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


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

    def __str__(self) -> str:
        return self.text.format_map(self.values) if self.values else self.text

    @property
    def with_hint(self) -> str:
        """The sentence, and what would be right behind it."""
        return f"{self} ({self.hint})" if self.hint else str(self)
