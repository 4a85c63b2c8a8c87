"""Documents for people, made from data by a template: the same bytes each time, on every machine.

A *template* is a Typst file. It takes the document's data, which is always text and never markup, and names the blocks
that the document is made of: lines, paragraphs, numbered points, tables. The package ``@kohoctl/documents`` lays them
out as a PDF, and the same blocks are written as a DOCX. A template may also lay out its page freely, for PDF only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath

from kohoctl.documents.characters import missing_characters
from kohoctl.documents.docx import make_docx
from kohoctl.documents.pdf import make_pdf
from kohoctl.documents.template import DocumentError, DocumentTemplate, Template, find_template
from kohoctl.documents.typesetting import described
from kohoctl.earlier import Earlier, filled
from kohoctl.model import Json
from kohoctl.problem import Problem

__all__ = ["Document", "DocumentError", "DocumentTemplate", "find_template", "missing_characters"]

_FORMATS = {
    ".pdf": ("application/pdf", make_pdf),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", make_docx),
}


@dataclass(frozen=True)
class Document:
    """A file that is made from ``data`` by a template when it is needed: ``name`` ends in ``.pdf`` or ``.docx``.

    ``template`` is the name of a template that comes with kohoctl (``letter``, ``radio-brief``), or the path of a Typst
    file of one's own, which may read the files of its own folder and no others, and use the fonts in ``fonts/`` there.
    Raises ValueError for a name with another ending and `DocumentError` where there is no such template.
    """

    name: str
    template: str | Path
    data: Mapping[str, Json] = field(repr=False)

    def __post_init__(self) -> None:
        if self._suffix not in _FORMATS:
            raise ValueError(f"{self.name}: a document's name ends in {' or '.join(_FORMATS)}")
        find_template(self.template)

    @property
    def media_type(self) -> str:
        return _FORMATS[self._suffix][0]

    def identity(self) -> Mapping[str, Json]:
        """The name, the template's digest and the data: what decides the bytes."""
        return {"name": self.name, "type": self.media_type, "template": self._template.digest, "data": self.data}

    def problems(self) -> tuple[Problem, ...]:
        """What would keep this document from being made: a problem for each field with characters that no font has.

        ``field`` is the name of the field in ``data``.
        """
        return tuple(_lacks(characters, name) for name, characters in self.lacking().items())

    def lacking(self) -> Mapping[str, str]:
        """The characters that no font has, by the field of ``data`` that holds them."""
        found = {name: missing_characters("".join(_texts(value)), self._template) for name, value in self.data.items()}
        return {name: characters for name, characters in found.items() if characters}

    def read(self) -> bytes:
        """The document. Raises `DocumentError`, which is a `Refused`, where it cannot be made."""
        self._template.ensure_unchanged()
        return _FORMATS[self._suffix][1](self._template, self.name, self.data)

    def with_parts(self, part_of: Callable[[Earlier], str]) -> Document:
        """The document with the parts of earlier receipts in their places."""
        return replace(self, data=filled(self.data, part_of))

    @property
    def _suffix(self) -> str:
        return PurePath(self.name).suffix.lower()

    @cached_property
    def _template(self) -> Template:
        return find_template(self.template)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif value is not None and not isinstance(value, (int, float)):
        for item in value:
            yield from _texts(item)


def _lacks(characters: str, name: str) -> Problem:
    return Problem(
        "the document's fonts lack {characters}",
        {"characters": " ".join(map(described, characters))},
        field=name,
        hint="write it with another character, or in kana",
    )
