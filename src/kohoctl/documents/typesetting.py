"""Typst as this project uses it: its own fonts, its own packages, no clock, and nothing outside a template's folder."""

from __future__ import annotations

import re
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kohoctl.documents.template import HOME, PACKAGES, DocumentError, Template

if TYPE_CHECKING:
    import typst

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""PDF/A-2a, so that the file can be read in decades, and PDF/UA-1, so that a screen reader can read it.

Under them Typst takes a character that no font has for an error, where it would otherwise draw an empty box."""

MADE_AT = 0
"""Seconds since 1970: the creation time in every PDF, and what a template takes for today, so that the bytes depend on
the data alone. The date that a document bears for its readers is in its data."""

DOTS_PER_INCH = 300.0
"""Of a picture made of dots: what print needs."""
LARGE = 100_000
"""Characters of a document's data from which on it is not worth keeping what was laid out for it: hundreds of MB."""
KEPT_FOR = 11
"""Documents after which Typst forgets what it laid out for one and no other has needed since."""
_NOTHING = HOME / "nothing.typ"

_MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.+?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_NAMED_ESCAPES = {"t": "\t", "r": "\r", "n": "\n", "0": "\0"}

_of_this_thread = threading.local()


def typeset(path: Path, folders: tuple[Path, ...], inputs: dict[str, str]) -> bytes:
    """The PDF that Typst makes of the file at ``path``, given ``sys.inputs``. Raises ``typst.TypstError``."""
    made = _compiler(path, folders).compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=MADE_AT)
    if not isinstance(made, bytes):
        raise TypeError(f"Typst made {type(made).__name__} of {path.name}, not one file")
    if sum(map(len, inputs.values())) > LARGE:
        for _ in range(KEPT_FOR):
            _compiler(_NOTHING, folders).compile(format="svg")
    return made


def drawn(template: Template, suffix: Literal["svg", "png"], inputs: dict[str, str]) -> bytes:
    """The one picture that a template draws. Raises `DocumentError`."""
    import typst

    compiler = _compiler(template.path, template.font_folders)
    try:
        made = compiler.compile(format=suffix, ppi=DOTS_PER_INCH, sys_inputs=inputs, timestamp=MADE_AT)
    except typst.TypstError as error:
        raise cannot_be_made(template.path.name, error) from None
    if not isinstance(made, bytes):
        raise TypeError(f"Typst made {type(made).__name__} of {template.path.name}, not one picture")
    return made


def blocks_of(template: Template, name: str, inputs: dict[str, str]) -> str:
    """The blocks that a template names, as a JSON list of lists. Raises `DocumentError`."""
    import typst

    try:
        return typst.query(
            template.path,
            "<blocks>",
            field="value",
            root=template.path.parent,
            font_paths=_fonts(template.font_folders),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            package_path=PACKAGES,
            package_cache_path=PACKAGES,
        )
    except typst.TypstError as error:
        raise cannot_be_made(name, error) from None


def cannot_be_made(name: str, error: typst.TypstError) -> DocumentError:
    """Typst's ``error`` as one for people, which names the character where one is missing."""
    if lacking := missing_text(error):
        return DocumentError(f"{name} cannot be made: its fonts lack {' '.join(map(described, lacking))}")
    return DocumentError(f"{name} cannot be made: {'; '.join([error.message, *error.hints])}")


def described(character: str) -> str:
    """The character, where it can be seen, and its code point: 「𠮷」(U+20BB7)."""
    return (f"「{character}」" if character.isprintable() else "") + f"(U+{ord(character):04X})"


def missing_text(error: typst.TypstError) -> str | None:
    """The text that Typst found no characters for, where that is what the error is about."""
    found = _MISSING.search(error.message)
    return _ESCAPED.sub(_unescaped, found[1]) if found else None


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _NAMED_ESCAPES.get(match[2], match[2])


def _compiler(path: Path, folders: tuple[Path, ...]) -> typst.Compiler:
    """This thread's own compiler, since one cannot be lent to another; it keeps what it has read and laid out."""
    import typst

    compilers: dict[tuple[Path, tuple[Path, ...]], typst.Compiler]
    compilers = _of_this_thread.__dict__.setdefault("compilers", {})
    if (path, folders) not in compilers:
        compilers[path, folders] = typst.Compiler(
            path,
            root=path.parent,
            font_paths=_fonts(folders),
            ignore_system_fonts=True,
            package_path=PACKAGES,
            package_cache_path=PACKAGES,
        )
    return compilers[path, folders]


@cache
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
