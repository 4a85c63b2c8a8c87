"""The spaces that newspapers sell, and whether words have room in them.

記事下, below the articles, is counted in 段 by a fraction of the page's width, of 15 段 a page, whatever number the
paper sets its articles in. 突き出し is a small space at a page's corner, whose size each paper names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

COLUMNS = 15
"""段 of a page, as advertisements are counted."""
PAGE_WIDTH_MM = 378.0
PAGE_HEIGHT_MM = 511.0
"""A full page in N-SIZE, which the papers' association recommends since April 2013: each paper fits it to its own."""
SMALLEST_TYPE_MM = 8 * 25.4 / 72
"""Eight points. Papers take type from six on; but a warning to pensioners that is set smaller is not read by them."""

WIDE = 1.6
"""From this width by height on, the telephone number stands beside the text, else under it."""
BESIDE = 0.38
"""What it then takes of the width."""
EDGE, GAP, GUTTER = 1.0, 1.0, 1.5
HEADLINE, HEADLINE_PITCH, BALANCED = 1.7, 2.3, 0.9
PITCH, HOTLINE_PITCH, ISSUER_PITCH = 1.5, 3.9, 1.9
"""Sizes, and distances from line to line, in the size of the text, and the part of the width that a headline's lines
take at the most: those of the template newspaper-space."""


@dataclass(frozen=True, slots=True)
class Space:
    """A space, its name as it is sold under, its size in millimetres."""

    name: str
    width_mm: float
    height_mm: float


def below_articles(columns: int, width: str, page_width_mm: float, page_height_mm: float) -> Space:
    """The 記事下 of so many 段 by a ``width`` such as ``full`` or ``1/2``, on a page of that size."""
    part = Fraction(1) if width == "full" else Fraction(width)
    across, down = page_width_mm * float(part), page_height_mm * columns / COLUMNS
    return Space(_name(columns, width, part), round(across, 1), round(down, 1))


def _name(columns: int, width: str, part: Fraction) -> str:
    """全5段, 5段1/2, or 3段8割: the name of an eighth or a sixth of three 段."""
    if part == 1:
        return f"全{columns}段"
    if columns == 3 and part in (Fraction(1, 6), Fraction(1, 8)):
        return f"3段{part.denominator}割"
    return f"{columns}段{width}"


def characters_over(space: Space, words: Mapping[str, Any]) -> int:
    """About how many characters of ``words`` have no room in ``space``, in the smallest type; 0 where all have.

    Every line is taken to lose one character, which a mark that may not begin a line pulls down with it.
    """
    width, height = (side / SMALLEST_TYPE_MM - 2 * EDGE for side in (space.width_mm, space.height_mm))
    beside = space.width_mm >= WIDE * space.height_mm
    text_width = (width - GUTTER) * (1 - BESIDE) if beside else width
    told_width = (width - GUTTER) * BESIDE if beside else width
    headline = _lines(words["headline"], width * BALANCED / HEADLINE) * HEADLINE_PITCH + GAP
    text, told = _text_height(words, text_width), _told_height(words, told_width)
    over = headline + (max(text, told) if beside else text + GAP + told) - height
    return ceil(over / PITCH) * max(1, int(text_width) - 1) if over > 0 else 0


def _text_height(words: Mapping[str, Any], width: float) -> float:
    points = sum(_lines(point, width - 1) for point in words["points"])
    return (_lines(words["text"], width) + points) * PITCH + GAP * bool(points)


def _told_height(words: Mapping[str, Any], width: float) -> float:
    hours = 1 + _lines(words["hours"], width) if words["hours"] else 0
    return HOTLINE_PITCH + hours * PITCH + _lines(words["issuer"], width / 1.2) * ISSUER_PITCH


def _lines(text: str | None, width: float) -> int:
    """Lines of so many ems that a text needs at the most."""
    paragraphs = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return sum(ceil(_ems(line) / max(1, width - 1)) for line in paragraphs)


def _ems(text: str) -> float:
    return sum(0.5 if unicodedata.east_asian_width(letter) in "NaH" else 1 for letter in text)
