"""The files beside a preview's page, each named by its content, so that what was made once is found again."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Literal
from urllib.parse import quote

from kohoctl.documents.picturing import pages_of
from kohoctl.documents.template import DocumentError
from kohoctl.errors import KohoctlError

FOLDER = "files"
SHOWN_CHARACTERS = 20_000
"""Of a text that the page itself shows; the whole of it is in the file."""
DIGEST = 24
"""Hexadecimal digits of the SHA-256 by which a file is called."""

Look = Literal["pages", "picture", "sound", "text", "other"]
_LOOKS: dict[str, Look] = {
    ".pdf": "pages",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp"), "picture"),
    **dict.fromkeys((".wav", ".mp3", ".ogg"), "sound"),
    **dict.fromkeys((".txt", ".json", ".csv", ".eml", ".md"), "text"),
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".zip"), "other"),
}
"""Endings whose files do nothing by themselves where somebody opens them. Any other file is given the ending .txt: a
page or a drawing from a campaign must not run a script, not even by a click."""
BROKEN = "no picture"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_END, _MORE = "end", "more"
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's address from the page, and its size in dots where it is known."""

    href: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it lies beside the page. ``pictures`` are the pages of a PDF, or the picture itself; ``has_more`` says
    that a PDF has pages beyond these, ``text`` is what a text says."""

    name: str
    href: str
    look: Look
    size: int
    alt: str = ""
    pictures: tuple[Picture, ...] = ()
    has_more: bool = False
    text: str = ""
    problem: str = ""


class Folder:
    """The folder of a preview. Of a PDF, the first ``most_pages`` pages are drawn; None draws all."""

    def __init__(self, path: Path, most_pages: int | None) -> None:
        self.path = path
        self._most_pages = most_pages
        self._kept: dict[tuple[str, str, str], Stored] = {}
        self.names: set[str] = set()
        """The files that this preview needs."""

    def put(self, name: str, content: bytes, alt: str = "") -> Stored:
        """The file beside the page. Raises `KohoctlError` where it cannot be written."""
        digest = hashlib.sha256(content).hexdigest()[:DIGEST]
        known = (name, digest, alt)
        if known not in self._kept:
            self._kept[known] = self._stored(name, content, alt, digest)
        return self._kept[known]

    def keep(self, name: str, mark: str, content: bytes | None) -> Stored | None:
        """The file that takes long to make, of what ``mark`` tells: its new ``content``, else that of an earlier
        preview; None where there is neither."""
        called = f"{hashlib.sha256(mark.encode()).hexdigest()[:DIGEST]}-{_file_name(name)}"
        target = self.path / FOLDER / called
        if content is not None:
            write_file(target, content)
        elif not target.is_file():
            return None
        self.names.add(called)
        return Stored(name, f"{FOLDER}/{quote(called)}", _look(name) or "other", target.stat().st_size)

    def sweep(self) -> None:
        """Remove the files that no page needs any more."""
        for path in (self.path / FOLDER).iterdir():
            if path.name not in self.names and path.is_file():
                path.unlink(missing_ok=True)

    def _stored(self, name: str, content: bytes, alt: str, digest: str) -> Stored:
        look = _look(name) or ("other" if b"\0" in content else "text")
        stored = Stored(name, self._write(f"{digest}-{_file_name(name)}", content), look, len(content), alt)
        if look == "pages":
            return self._with_pages(stored, content, digest)
        if look == "picture":
            broken = "" if content.startswith(_PICTURES) else BROKEN
            return replace(stored, pictures=(Picture(stored.href),), problem=broken)
        if look == "text":
            text = _legible(name, content)
            return replace(stored, text=text[:SHOWN_CHARACTERS], has_more=len(text) > SHOWN_CHARACTERS)
        return stored

    def _with_pages(self, stored: Stored, pdf: bytes, digest: str) -> Stored:
        if self._most_pages == 0:
            return replace(stored, has_more=True)
        try:
            count, has_more = self._kept_pages(digest) or self._draw(pdf, digest)
        except DocumentError as error:
            return replace(stored, problem=str(error))
        names = [_page_name(digest, number) for number in range(1, count + 1)]
        self.names.update(names)
        pictures = (Picture(f"{FOLDER}/{name}", *_size(self.path / FOLDER / name)) for name in names)
        return replace(stored, pictures=tuple(pictures), has_more=has_more)

    def _kept_pages(self, digest: str) -> tuple[int, bool] | None:
        """How many pages an earlier preview drew of it, and whether there are more; None where these are not enough."""
        try:
            count, end = (self.path / FOLDER / f"{digest}.pages").read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            return None
        most, drawn, ended = self._most_pages, int(count), end == _END
        self.names.add(f"{digest}.pages")
        if ended and (most is None or drawn <= most):
            return drawn, False
        return (most, True) if most is not None and most <= drawn else None

    def _draw(self, pdf: bytes, digest: str) -> tuple[int, bool]:
        most, count, ended = self._most_pages, 0, _END
        for page in pages_of(pdf):
            if count == most:
                ended = _MORE
                break
            count += 1
            self._write(_page_name(digest, count), page)
        self._write(f"{digest}.pages", f"{count} {ended}".encode())  # last, so that a preview broken off draws again
        return count, ended == _MORE

    def _write(self, name: str, content: bytes) -> str:
        target = self.path / FOLDER / name
        self.names.add(name)
        if not target.exists() or name.endswith(".pages"):
            write_file(target, content)
        return f"{FOLDER}/{quote(name)}"


def write_file(target: Path, content: bytes) -> None:
    """Put a file in its place, whole. Raises `KohoctlError` where that cannot be."""
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        raise KohoctlError(f"{target} cannot be written: {error.strerror}") from error


def _look(name: str) -> Look | None:
    return _LOOKS.get(PurePath(name).suffix.lower())


def _legible(name: str, content: bytes) -> str:
    """The text of a file, JSON with a line for each of its parts; of a long one, more than the page shows."""
    if name.endswith(".json") and len(content) <= SHOWN_CHARACTERS:
        with suppress(ValueError, RecursionError):
            return json.dumps(json.loads(content), ensure_ascii=False, indent=2)
    return content[: SHOWN_CHARACTERS * 4 + 4].decode("utf-8", "replace")


def _file_name(name: str) -> str:
    """``name`` as any system takes it, with an ending that nothing runs."""
    path = PurePath(_UNSAFE.sub("_", name).lstrip("."))
    ending = path.suffix.lower()
    return f"{path.stem[:40] or 'file'}{ending}" if ending in _LOOKS else f"{path.name[:40] or 'file'}.txt"


def _page_name(digest: str, number: int) -> str:
    return f"{digest}-p{number}.png"


def _size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG in dots."""
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return width, height
