"""A picture that a template draws from data, freely laid out on one page: the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from kohoctl.documents.characters import missing_characters
from kohoctl.documents.template import find_template
from kohoctl.documents.typesetting import drawn
from kohoctl.model import Json, canonical_json

LACKING = "〓"
"""What printers set where they have no type for a character."""


def draw(template: Path, data: Mapping[str, Json], suffix: Literal["svg", "png"]) -> bytes:
    """The picture as SVG, its letters as outlines, or as PNG at 300 dots to the inch.

    A character that no font has is drawn as `LACKING`. Raises `DocumentError` where the template fails.
    """
    found = find_template(template)
    return drawn(found, suffix, {"data": canonical_json(_drawable(data))})


def _drawable(value: Any) -> Any:
    """``value`` with each character that the fonts lack replaced."""
    if isinstance(value, str):
        for _ in value:  # one look-up names only some of them
            lacking = missing_characters(value)
            if not lacking:
                break
            value = value.translate(dict.fromkeys(map(ord, lacking), LACKING))
        return value
    if isinstance(value, Mapping):
        return {name: _drawable(item) for name, item in value.items()}
    if isinstance(value, Iterable):
        return [_drawable(item) for item in value]
    return value
