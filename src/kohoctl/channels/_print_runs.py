"""Print runs: one PDF of many letters, the index of its pages, and its sum, in a folder that is there whole or not at
all.

The index names each page's delivery and no person, so that it may stay when the letters are removed: by it, kohoctl
knows what was printed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kohoctl import Batch, Receipt, Refused, Unreached

SUMS = "SHA256SUMS"
"""The PDF's sum, as sha256sum writes and checks it."""
_HEAD = "page,mark,key\n"


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A finished print run: its name, and the SHA-256 of its PDF in hexadecimal."""

    name: str
    sha256: str

    def receipt(self, page: int) -> Receipt:
        """Proof that the letter on ``page`` was made: the printer has it from here."""
        return Receipt.requested(id=f"{self.name}/{page}", run=self.name, page=page, sha256=self.sha256)


def mark_of(key: str) -> str:
    """What a letter bears at its foot, so that one which comes back is traced: the person's id in the key."""
    parts = key.split("/")
    return parts[3] if len(parts) > 4 else ""


def write_run(folder: Path, channel: str, on: str, pdf: bytes, keys: Sequence[str]) -> PrintRun:
    """Write a print run below ``folder``, readable by its owner alone.

    Raises `Refused` where the folder may not be written to, and `Unreached` where the disk does not take it: nothing is
    there then. An OSError after that is a run that may be there.
    """
    index = _HEAD + "".join(f"{page},{mark_of(key)},{key}\n" for page, key in enumerate(keys, 1))
    base = f"{channel}-{on}-{hashlib.sha256(index.encode()).hexdigest()[:8]}"
    digest = hashlib.sha256(pdf).hexdigest()
    with _nothing_there_yet():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        _clear_unfinished(folder, channel)
        place = Path(tempfile.mkdtemp(prefix=f".{channel}.{os.getpid()}.", dir=folder))
    try:
        with _nothing_there_yet():
            name = _free_name(folder, base)
            _write(place / f"{name}.pdf", pdf)
            _write(place / f"{name}.csv", index.encode())
            _write(place / SUMS, f"{digest}  {name}.pdf\n".encode())
            _sync(place)
            place.rename(folder / name)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    _sync(folder)
    return PrintRun(name, digest)


def find_in_runs(folder: Path, key: str) -> Receipt | None:
    """The receipt of the letter with this key; None where no run has it. Raises OSError where that cannot be told."""
    wanted = f",{key}\n".encode()
    for index in _indexes(folder):
        before, found, _ = index.read_bytes().partition(wanted)
        if found:
            page = int(before.rpartition(b"\n")[2].partition(b",")[0])
            return PrintRun(index.stem, (index.parent / SUMS).read_text().partition(" ")[0]).receipt(page)
    return None


def batches_in(folder: Path, channel: str) -> Iterator[Batch]:
    """The channel's runs whose letters are still there, and what runs that were killed have left."""
    for place in sorted(folder.glob(f".{channel}.*")):
        if _is_unfinished(place, channel):
            yield Batch(place.name, tuple(sorted(place.iterdir())), (), _made(place))
    for index in _indexes(folder):
        pdf = index.with_suffix(".pdf")
        keys = tuple(line.rpartition(",")[2] for line in index.read_text().splitlines()[1:])
        if pdf.exists() and keys and keys[0].split("/")[2] == channel:
            yield Batch(index.stem, (pdf,), keys, _made(index))


def _indexes(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        runs = sorted(place for place in folder.iterdir() if not place.name.startswith(".") and place.is_dir())
        yield from (index for place in runs if (index := place / f"{place.name}.csv").is_file())


def _free_name(folder: Path, base: str) -> str:
    """``base``, or, where a person has had the same letters made again, that with a number."""
    name, number = base, 1
    while (folder / name).exists():
        number += 1
        name = f"{base}-{number}"
    return name


def _clear_unfinished(folder: Path, channel: str) -> None:
    """Remove what a killed run has left: no other is at work on the channel, which this one holds."""
    for place in folder.glob(f".{channel}.*"):
        if _is_unfinished(place, channel) and f".{os.getpid()}." not in place.name:
            shutil.rmtree(place)


def _is_unfinished(place: Path, channel: str) -> bool:
    return re.fullmatch(rf"\.{re.escape(channel)}\.\d+\.[^.]+", place.name) is not None


def _made(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Have the names in ``folder`` on the disk, so that a power cut takes none away."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def _nothing_there_yet() -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise Refused(f"no right to write to the folder of the print runs: {error.strerror}") from error
    except OSError as error:
        raise Unreached(f"the print run cannot be written: {error.strerror}") from error
