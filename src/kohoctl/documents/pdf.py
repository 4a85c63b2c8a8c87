"""A document as a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kohoctl.documents.template import Template
from kohoctl.documents.typesetting import LARGE, cannot_be_made, typeset
from kohoctl.model import Json, canonical_json

KEPT = 64
"""Documents that are kept: a flyer that goes to each ministry is made once. Each has some 50 to 500 kB."""


def make_pdf(template: Template, name: str, data: Mapping[str, Json]) -> bytes:
    """The PDF. Raises `DocumentError`, which names the character where one is missing."""
    import typst

    said = canonical_json(data)
    make = _kept if len(said) <= LARGE else _made
    try:
        return make(template, said)
    except typst.TypstError as error:
        raise cannot_be_made(name, error) from None


def _made(template: Template, data: str) -> bytes:
    return typeset(template.path, template.font_folders, {"data": data})


_kept = lru_cache(maxsize=KEPT)(_made)
