"""Which characters a document's fonts lack, known before it is made."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from kohoctl.documents.template import HOME, Template, find_template
from kohoctl.documents.typesetting import missing_text, typeset

NAMED_AT_MOST = 10
"""Missing characters that one answer names: who writes in a script that the fonts do not have needs no full list."""

FORBIDDEN = "\0\ufeff\ufffe"
"""PDF/A allows none of these in a text (ISO 19005-2, 6.2.11.7.2), whatever a font has for them."""

_PROBE = HOME / "characters.typ"


def missing_characters(text: str, template: Template | str = "letter") -> str:
    """The characters of ``text`` that no font of the template has, each once, in order; empty where all are there.

    Typst itself is asked, so that the answer is the one it gives when the document is made; but only once for each
    character, so that a hundred thousand letters cost no more than their alphabet.
    """
    return _missing(text, (find_template(template) if isinstance(template, str) else template).font_folders)


@lru_cache(maxsize=1024)
def _missing(text: str, folders: tuple[Path, ...]) -> str:
    known = _known(folders)
    characters = dict.fromkeys(unicodedata.normalize("NFC", text.replace("\t", " ")))
    _learn(known, [character for character in characters if character not in known], folders)
    return "".join(character for character in characters if not known.get(character, True))[:NAMED_AT_MOST]


@cache
def _known(folders: tuple[Path, ...]) -> dict[str, bool]:
    """Whether these fonts have a character, for each that was asked about so far."""
    return dict.fromkeys(FORBIDDEN, False)


def _learn(known: dict[str, bool], characters: list[str], folders: tuple[Path, ...]) -> None:
    import typst

    asked = characters
    for _ in range(NAMED_AT_MOST):
        if not asked:
            return
        try:
            typeset(_PROBE, folders, {"characters": "".join(asked)})
        except typst.TypstError as error:
            lacking = missing_text(error)
            if not lacking or not set(lacking) & set(asked):
                raise
            known.update(dict.fromkeys(set(lacking) & set(asked), False))
            asked = [character for character in asked if character not in lacking]
        else:
            known.update(dict.fromkeys(asked, True))
            return
