"""A document as a PDF."""

from __future__ import annotations

from collections.abc import Mapping

from kohoctl.documents.template import Template
from kohoctl.documents.typesetting import cannot_be_made, typeset
from kohoctl.model import Json, canonical_json


def make_pdf(template: Template, name: str, data: Mapping[str, Json]) -> bytes:
    """The PDF. Raises `DocumentError`, which names the character where one is missing."""
    import typst

    try:
        return typeset(template.path, template.font_folders, {"data": canonical_json(data)})
    except typst.TypstError as error:
        raise cannot_be_made(name, error) from None
