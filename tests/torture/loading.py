"""Reading files in processes of their own, which say what came of each, how long it took and how much room.

A process is needed because memory that was once used never shows as unused, and code that hangs in C stops for nobody.
"""

from __future__ import annotations

import multiprocessing
import re
import signal
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

from campaign.small_file import KINDS
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.campaign.text import problems_text
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions
from kohoctl.plugins import find_plugins
from torture import tables
from torture.strength import folder_in_memory

REPOSITORY = Path(__file__).parents[2]
SHIPPED = REPOSITORY / "campaigns.yaml"
SECONDS = 2.0
"""Of the processor, for one file and all that is said of it."""
TRIES = 2
"""Readings of a file that takes too long, before the one that counts."""
MEGABYTES = 500
"""For the whole process."""
_PLACED = re.compile(r"[^\n]*?:\d+:\d+: \S")


@dataclass(frozen=True)
class Read:
    """What came of one file. ``said`` is each of its problems as people read it; empty where it has none."""

    said: tuple[str, ...]
    seconds: float
    megabytes: int
    raised: str = ""

    @property
    def wrong(self) -> str:
        """What of this must not be, in words; empty where all is as it should be."""
        if self.raised:
            return self.raised
        if self.seconds > SECONDS:
            return f"it took {self.seconds:.1f} seconds"
        if self.megabytes > MEGABYTES:
            return f"it took {self.megabytes} MB"
        unplaced = [said for said in self.said if not _PLACED.match(said)]
        return f"no place: {unplaced[0][:300]}" if unplaced else ""


class Reader(Protocol):
    """Says what came of each of some files, which are campaign files unless they are tables of a kind."""

    def __call__(self, files: Iterable[bytes], table: str | None = None) -> Iterator[Read]: ...


@contextmanager
def reader(shipped: bool = False) -> Iterator[Reader]:
    """What reads files: small ones with the tests' kinds, or, ``shipped``, with all that the campaign of 2015 has."""
    spawn = multiprocessing.get_context("spawn")
    with folder_in_memory() as folder, ProcessPoolExecutor(1, spawn, _begin, (folder, shipped)) as pool:
        yield lambda files, table=None: pool.map(partial(_read, table), files, chunksize=20)


class _TooLongError(BaseException):
    """Out of whatever it was doing when the time was over."""


_extensions = Extensions(KINDS)
_folder = Path()


def _begin(folder: Path, shipped: bool) -> None:
    global _extensions, _folder
    _folder = REPOSITORY if shipped else folder
    if shipped:
        source = read(SHIPPED)
        plugins = find_plugins(source.folder, plugins_of(source), with_installed=False)
        load(source, plugins.extensions, plugins.mistakes)
        _extensions = plugins.extensions
    signal.signal(signal.SIGVTALRM, _stop)


def _stop(_number: int, frame: FrameType | None) -> None:
    raise _TooLongError("".join(traceback.format_stack(frame, limit=3)))


def _read(table: str | None, content: bytes) -> Read:
    """What came of one file. Where that took too long, it is read again: other work here may have slowed it down."""
    reads = (_read_once(table, content) for _ in range(TRIES))
    return next((one for one in reads if one.seconds <= SECONDS), None) or _read_once(table, content)


def _read_once(table: str | None, content: bytes) -> Read:
    began, raised = time.process_time(), ""
    said: tuple[str, ...] = ()
    signal.setitimer(signal.ITIMER_VIRTUAL, 5 * SECONDS)
    try:
        said = tuple(_problems(content) if table is None else tables.problems(table, content, _folder))
    except BaseException as error:  # noqa: BLE001 -- this is what is looked for
        raised = "".join(traceback.format_exception(error)[-6:])
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return Read(said, time.process_time() - began, _most_megabytes(), raised)


def _most_megabytes() -> int:
    """The most that this process has taken so far. (What `resource` tells counts the process that started it, too.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def _problems(content: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(content)
        file.flush()
        try:
            source = replace(read(Path(file.name)), folder=_folder)
            plugins_of(source)
            load(source, _extensions)
        except BadFile as bad:
            yield from problems_text(bad.problems)
            if not bad.problems:
                raise AssertionError("it is a bad file, and nobody says why") from bad
