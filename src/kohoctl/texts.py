"""What every service asks of a text: that there is one, that it is not too long, and that it holds only characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import reduce

from kohoctl.problem import Problem

_LINE_ENDS = "\n\r\t"
_BLANK = f"{_LINE_ENDS}\u3000"
"""What is no control character and yet not printable: a quick look is then enough for most texts."""
SHOWN = 5
"""Characters that one problem names: enough to find them, few enough to read."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a service takes of a field, in what unit, and why: who says so, and where.

    ``Limit(60, "characters", "what the bulletin's list shows on one line")``
    """

    most: int
    unit: str
    reason: str


def text_problems(text: str, field: str, limit: Limit | None = None) -> tuple[Problem, ...]:
    """What keeps ``text`` from going out as the message's ``field``: it is empty, too long, or no writing.

    Length is counted in Unicode characters. Line ends and tabs are no control characters here.
    """
    if not text.strip():
        return (Problem("there is no {field}", {"field": field}, field=field),)
    problems, length = [], len(text)
    if odd := control_characters(text):
        shown = ", ".join(f"U+{ord(letter):04X}" for letter in odd[:SHOWN])
        values: dict[str, object] = {"field": field, "characters": shown}
        text = "the {field} holds control characters: {characters}"
        problems.append(Problem(text, values, field, hint="take them out"))
    if limit is not None and length > limit.most:
        values = {"field": field, "over": length - limit.most, "most": limit.most, "unit": limit.unit}
        problems.append(
            Problem("the {field} is over the limit of {most} {unit} by {over}", values, field, rule="too-long")
        )
    return tuple(problems)


def control_characters(text: str) -> tuple[str, ...]:
    """The characters of ``text`` that are no writing: control characters and lone surrogates, each once, in order."""
    if reduce(lambda left, blank: left.replace(blank, ""), _BLANK, text).isprintable():
        return ()
    odd = (letter for letter in text if letter not in _LINE_ENDS and unicodedata.category(letter) in ("Cc", "Cs"))
    return tuple(dict.fromkeys(odd))


def without_control_characters(text: str) -> str:
    """``text`` without what is no writing; line ends and tabs stay."""
    return text.translate(dict.fromkeys(map(ord, control_characters(text))))
