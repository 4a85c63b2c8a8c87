"""The files that stand beside a campaign file: pictures and attachments."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

from kohoctl.campaign.problems import Wrong
from kohoctl.campaign.source import read_bounded, reason
from kohoctl.documents import DocumentError, find_template
from kohoctl.model import Asset
from kohoctl.redaction import words

ASSET_BYTES = 32 * 1024 * 1024
"""The largest file: what mail servers take at the most, and far more than X (5 MB) or LINE (10 MB) takes."""

TEMPLATE_ENDING = ".typ"
"""Of a Typst file, which is not attached itself: the PDF made of it is."""

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}


@dataclass(frozen=True)
class AssetReader:
    """Reads each file of ``folder`` once."""

    folder: Path
    _known: dict[str, Asset] = field(default_factory=dict)

    def read(self, name: str, alt: str | None = None) -> Asset:
        """The file ``name``, a path from the folder. Raises `Wrong` where it cannot be used."""
        if name not in self._known:
            self._known[name] = self._look_at(name)
        found = self._known[name]
        return Asset(found.path, found.name, found.media_type, found.size, found.sha256, alt) if alt else found

    def attachment(self, name: str) -> Asset | Path:
        """The file ``name``, or the path of a Typst file to make a PDF of. Raises `Wrong` where it cannot be used."""
        found = self.read(name)
        if not name.endswith(TEMPLATE_ENDING):
            return found
        try:
            return find_template(found.path).path
        except DocumentError as error:
            raise Wrong("{what}", what=words(error)) from None

    def _look_at(self, name: str) -> Asset:
        path = inside(self.folder, name)
        try:
            content = read_bounded(path, ASSET_BYTES)
        except OSError as error:
            raise Wrong("the file {name} cannot be read: {reason}", name=name, reason=reason(error)) from None
        if content is None:
            raise Wrong("the file {name} has more than {limit} bytes", name=name, limit=ASSET_BYTES)
        return Asset(
            path, Path(name).name, media_type(content, name), len(content), hashlib.sha256(content).hexdigest()
        )


def inside(folder: Path, name: str) -> Path:
    """The path of ``name`` from ``folder``, links followed. Raises `Wrong` where it leads out of the folder."""
    try:
        path = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError):
        raise Wrong("{name} is no usable path", name=name) from None
    if not path.is_relative_to(folder.resolve()):
        raise Wrong("{name} leads out of the campaign file's folder", "copy the file into it", name=name)
    return path


def media_type(content: bytes, name: str) -> str:
    """What a file is, from its first bytes, else from its name."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
