"""Templates: which there are, what each is made of, and whether that is still so."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from kohoctl.errors import Refused
from kohoctl.language import Sentence
from kohoctl.settings import Surroundings

HOME = Path(__file__).parent
FONTS = HOME / "fonts"
PACKAGES = HOME / "packages"
TEMPLATES = HOME / "templates"

_IMPORTED_PACKAGE = re.compile(r"@[^\s/]+/[^\s:]+:\S+")
_PACKAGE = re.compile(r"@([\w-]+)/([\w-]+):([\d.]+)")
_OUR_NAMESPACE = "kohoctl"
_NO_TEMPLATE = "there is no template {name}: name one of {known}, or a .typ file beside this one"


class DocumentError(Refused):
    """A document that cannot be made, so that certainly nothing was sent: a person mends the text or the template."""


@dataclass(frozen=True)
class Template:
    """A Typst file with everything that it takes in, as it was when it was first read.

    ``digest`` is SHA-256 over all of it, in hexadecimal.
    """

    path: Path
    digest: str
    stamps: tuple[tuple[str, int, int], ...]
    """Its files, each with time and size: while these are the same, nobody has written to one."""

    @cached_property
    def font_folders(self) -> tuple[Path, ...]:
        """Where its fonts are: those that come with kohoctl, and those beside the template."""
        return (FONTS, own) if (own := _own_fonts(self.path)).is_dir() else (FONTS,)

    def ensure_unchanged(self) -> None:
        """Raises `DocumentError` where the template's files are no longer those that the digest was made from."""
        stamps = tuple(_stamp(Path(file)) for file, _, _ in self.stamps)
        if stamps != self.stamps and (not self.path.is_file() or _read(self.path).digest != self.digest):
            raise DocumentError(f"the template {self.path.name} has changed since it was read; run again to use it")


@cache
def find_template(template: str | Path) -> Template:
    """The template of that name, or at that path. Raises `DocumentError` where there is none."""
    path = template.resolve() if isinstance(template, Path) else TEMPLATES / f"{template}.typ"
    if not path.is_file():
        known = ", ".join(sorted(known.stem for known in TEMPLATES.glob("*.typ")))
        raise DocumentError(f"there is no template {template}: give a Typst file's Path, or one of {known}")
    return _read(path)


def _chosen(value: object, info: ValidationInfo) -> str | Path:
    """The template that a setting names: one that a plugin brings, one of kohoctl's own, or a file of the office's."""
    if not isinstance(value, str):
        raise ValueError("a template is a name, or the path of a Typst file")
    around = info.context
    if isinstance(around, Surroundings):
        if value in around.templates:
            return around.templates[value]
        path = (around.folder / value).resolve()
        if value.endswith(".typ") and path.is_relative_to(around.folder.resolve()):
            return _there(path, value)
    return _there(value, value)


def _there(template: str | Path, name: str) -> str | Path:
    try:
        find_template(template)
    except DocumentError:
        known = ", ".join(sorted(known.stem for known in TEMPLATES.glob("*.typ")))
        raise ValueError(Sentence(_NO_TEMPLATE, name=name, known=known)) from None
    return template


DocumentTemplate = Annotated[str | Path, PlainValidator(_chosen), WithJsonSchema({"type": "string"})]
"""A setting that names a document's template: one of kohoctl's own, one that a plugin brings, or the path of a Typst
file from the campaign file's folder."""


def _read(path: Path) -> Template:
    whole = hashlib.sha256()
    sources = sorted(_sources(path).items())
    stamps = tuple(_stamp(file) for _, file in sources)  # before the content, so that a later change is seen
    for name, file in sources:
        content = file.read_bytes()
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return Template(path, whole.hexdigest(), stamps)


def _stamp(file: Path) -> tuple[str, int, int]:
    try:
        status = file.stat()
    except OSError:
        return str(file), 0, -1
    return str(file), status.st_mtime_ns, status.st_size


def _sources(template: Path) -> dict[str, Path]:
    """Every file that goes into the template's documents, by a name that is the same on every machine."""
    found: dict[str, Path] = {}
    waiting = [template, *_fonts_beside(template)]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(PACKAGES if path.is_relative_to(PACKAGES) else template.parent).as_posix()
        if name not in found:
            found[name] = path
            waiting += _named_in(path, template.parent) if path.suffix == ".typ" else []
    return found


def _named_in(path: Path, root: Path) -> list[Path]:
    """The files that quoted text in the Typst file ``path`` names: imports, pictures, a package of kohoctl's.

    Whatever stands between two quotation marks is tried, so that no import escapes; what is no file is passed over.
    """
    named: list[Path] = []
    for text in path.read_text("utf-8", "replace").split('"'):
        if _IMPORTED_PACKAGE.fullmatch(text):
            named += sorted(_package(text, path).glob("*.t*"))
        elif text.strip() and "\n" not in text:
            file = Path(os.path.normpath((root if text.startswith("/") else path.parent) / text.lstrip("/")))
            inside = file.is_relative_to(root) or file.is_relative_to(path.parent)
            named += [file] if inside and _is_file(file) else []
    return named


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False  # text that is too long for a name, or holds what no name may


def _package(text: str, path: Path) -> Path:
    match = _PACKAGE.fullmatch(text)
    if not match or match[1] != _OUR_NAMESPACE or not (folder := PACKAGES.joinpath(*match.groups())).is_dir():
        raise DocumentError(f"{path.name} imports {text}: only packages that come with kohoctl can be used")
    return folder


def _own_fonts(template: Path) -> Path:
    return template.parent / "fonts"


def _fonts_beside(template: Path) -> list[Path]:
    return sorted(file for file in _own_fonts(template).glob("*") if file.suffix.lower() in {".ttf", ".otf", ".ttc"})
