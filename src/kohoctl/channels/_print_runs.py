"""Print runs: one PDF of many letters, the index of its pages, and its sum, in a folder that is there whole or not at
all.

The index names each page's delivery and no person, so that it may stay when the letters are removed. It is the first
thing that is written, in a hidden folder, which is renamed when the run is finished. So there is proof either way: a
letter in a finished run was printed, a letter in a run that was only begun was not, and of any other nobody can tell.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kohoctl import Batch, Receipt, Unreached, make_folder, nothing_out_yet, sync_folder, write_whole

SUMS = "SHA256SUMS"
"""The PDF's sum, as sha256sum writes and checks it."""
_HEAD = "page,mark,key\n"
_OWN = 0o600
"""Readable by its owner alone."""
_PLACE = "the folder of the print runs"


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


def write_run(
    root: Path, path: str, channel: str, on: str, keys: Sequence[str], typeset: Callable[[], bytes]
) -> PrintRun:
    """Write a print run of the PDF that ``typeset`` makes to the folder ``path`` below ``root``, readable by its owner
    alone.

    Raises `Refused` where the folder may not be written to or the PDF cannot be made, and `Unreached` where the disk
    does not take it. Whatever is raised before the run is finished leaves it as begun, without letters.
    """
    index = _HEAD + "".join(f"{page},{mark_of(key)},{key}\n" for page, key in enumerate(keys, 1))
    with nothing_out_yet(_PLACE):
        folder = make_folder(root, path, 0o700)
        folder.chmod(0o700)
        name = _free_name(folder, f"{channel}-{on}-{hashlib.sha256(index.encode()).hexdigest()[:8]}")
        place = _begin(folder, channel, name, index)
        _take_over(folder, channel, place, frozenset(keys))
    try:
        pdf = typeset()
        digest = hashlib.sha256(pdf).hexdigest()
        with nothing_out_yet(_PLACE):
            write_whole(place / f"{name}.pdf", pdf, _OWN)
            write_whole(place / SUMS, f"{digest}  {name}.pdf\n".encode(), _OWN)
            place.rename(folder / name)
    except BaseException:
        with contextlib.suppress(OSError):
            (place / f"{name}.pdf").unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return PrintRun(name, digest)


def find_in_runs(folder: Path, key: str) -> Receipt | None:
    """The receipt of the letter with this key; None where a run with it was begun and not finished.

    Raises `Unreached`, or OSError, where that cannot be told.
    """
    for index in _indexes(folder, "[!.]*"):
        page = _page_of(index, key)
        if page is not None:
            sync_folder(folder)  # whoever finished it may have been killed before that
            return PrintRun(index.stem, (index.parent / SUMS).read_text().partition(" ")[0]).receipt(page)
    if any(_page_of(index, key) is not None for index in _indexes(folder, ".*")):
        return None
    raise Unreached(
        f"no print run in the folder {folder.name} has this letter, finished or begun: put back what was moved or"
        " changed there, or find out whether it was printed and use kohoctl reconcile"
    )


def batches_in(folder: Path, channel: str) -> Iterator[Batch]:
    """The channel's runs whose letters are still there, and what runs that were killed have left."""
    for place in _begun(folder, channel):
        if letters := tuple(sorted(file for file in place.iterdir() if file.suffix != ".csv")):
            yield Batch(place.name, letters, (), _made(place))
    for index in _indexes(folder, "[!.]*"):
        keys = _keys(index)
        letters = tuple(file for file in sorted(index.parent.iterdir()) if file not in (index, index.parent / SUMS))
        if letters and keys and keys[0].split("/")[2] == channel:
            yield Batch(index.stem, letters, keys, _made(index))


def _begin(folder: Path, channel: str, name: str, index: str) -> Path:
    """The hidden folder of a print run of which nothing is there but the index."""
    place = Path(tempfile.mkdtemp(prefix=f".{channel}.", dir=folder))
    write_whole(place / f"{name}.csv", index.encode(), _OWN)
    sync_folder(folder)
    return place


def _take_over(folder: Path, channel: str, into: Path, keys: Collection[str]) -> None:
    """Strike ``keys`` from the runs that were begun before: what becomes of the one in ``into`` counts from now on."""
    for place in _begun(folder, channel):
        if place != into:
            with contextlib.suppress(FileNotFoundError):  # where it is finished meanwhile
                _strike(place, keys)


def _strike(place: Path, keys: Collection[str]) -> None:
    for index in place.glob("*.csv"):
        lines = index.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if _key_on(line) not in keys]
        if len(kept) < len(lines):
            write_whole(index, b"".join(kept), _OWN)
        if len(kept) == 1:  # the line of column names
            shutil.rmtree(place)


def _begun(folder: Path, channel: str) -> Iterator[Path]:
    """The hidden folders of the channel's runs that were begun and not finished."""
    name = re.compile(rf"\.{re.escape(channel)}\.[^.]+")
    yield from sorted(place for place in folder.glob(".*") if name.fullmatch(place.name) and place.is_dir())


def _indexes(folder: Path, places: str) -> Iterator[Path]:
    yield from sorted(folder.glob(f"{places}/*.csv"))


def _page_of(index: Path, key: str) -> int | None:
    """The page of ``key``; None where the index does not have it. Spreadsheets end lines as Windows does."""
    wanted, content = f",{key}".encode(), index.read_bytes()
    at = content.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if content[end : end + 1] in (b"", b"\r", b"\n"):
            return int(content[:at].rpartition(b"\n")[2].partition(b",")[0])
        at = content.find(wanted, at + 1)
    return None


def _keys(index: Path) -> tuple[str, ...]:
    return tuple(_key_on(line) for line in index.read_bytes().splitlines()[1:])


def _key_on(line: bytes) -> str:
    return line.rpartition(b",")[2].strip().decode("utf-8", "replace")


def _free_name(folder: Path, base: str) -> str:
    """``base``, or, where a person has had the same letters made again, that with a number."""
    name, number = base, 1
    while (folder / name).exists():
        number += 1
        name = f"{base}-{number}"
    return name


def _made(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
