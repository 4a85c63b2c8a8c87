"""A machine whose power goes, and a disk that fails: `power_cut.c`, seen from Python.

After a power cut, a file has what was in it at its last fsync, and a folder the names of its own last fsync. Nobody has
promised anything of what came later: it may be there or not.
"""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from torture.offices import Breaker, Desk, live_run

SOURCE = Path(__file__).with_name("power_cut.c")
KEY_LENGTH = 100


class Fate(IntEnum):
    """What happens at a call; the numbers are those of `power_cut.c`."""

    NOTHING = 0
    KILL = 1
    FAIL_ONCE = 2
    FAIL_FROM_THERE = 3


@dataclass(frozen=True)
class Plan:
    """What happens to a run at which of its calls, counted from 1, and with which error the disk fails."""

    fate: Fate
    at: int = 0
    error: int = 0


def compiled(folder: Path) -> Path | None:
    """The shared library; None where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "power_cut.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(SOURCE)]
    subprocess.run([*command, "-ldl", "-lpthread"], check=True)
    return library


def live_run_on(shadow: Path, plan: Plan, desk: Desk, broken: Breaker | None = None) -> int:
    """A live run, in a process that the library is preloaded into, with a disk that is shadowed and fails as planned;
    the number of its calls. What an earlier run has left in the shadow counts on."""
    library = ctypes.CDLL(None)
    library.calls.restype = ctypes.c_long
    library.plan(int(plan.fate), ctypes.c_long(plan.at), plan.error)
    if not shadow.exists():
        library.snapshot(os.fsencode(desk.path.parent), os.fsencode(_made(shadow)))
    library.watch(os.fsencode(desk.path.parent), os.fsencode(shadow))
    live_run(desk, broken=broken)
    return int(library.calls())


def lose_power(library: Path, folder: Path, shadow: Path, chance: random.Random | None = None) -> None:
    """Put ``folder`` into the state that a power cut leaves: all of it as it was sure to be, or, by ``chance``, of each
    file and each folder's names either that or what it is now."""
    loaded = ctypes.CDLL(str(library))
    with TemporaryDirectory() as now, TemporaryDirectory(dir=folder.parent) as left:
        loaded.snapshot(os.fsencode(folder), os.fsencode(_made(Path(now))))
        key = ctypes.create_string_buffer(KEY_LENGTH)
        loaded.key_of_folder(os.fsencode(folder), key)
        _rebuild(Path(left), key.value.decode(), shadow, Path(now), chance)
        for place in folder.iterdir():
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        for place in list(Path(left).iterdir()):
            place.rename(folder / place.name)


def _rebuild(place: Path, key: str, sure: Path, now: Path, chance: random.Random | None) -> None:
    """Fill the folder ``place`` with what is left of the folder called ``key``."""
    names = _kept("names", key, sure, now, chance)
    for line in names.decode().splitlines():
        key, _, name = line.partition(" ")
        if key.endswith("/"):
            (place / name).mkdir()
            _rebuild(place / name, key[:-1], sure, now, chance)
        else:
            (place / name).write_bytes(_kept("content", key, sure, now, chance))


def _kept(what: str, key: str, sure: Path, now: Path, chance: random.Random | None) -> bytes:
    """What was kept of a file or of a folder's names. What was never brought to the disk is empty."""
    states = [folder / what / key for folder in (sure, now)]
    path = chance.choice(states) if chance else states[0]
    return path.read_bytes() if path.exists() else b""


def _made(shadow: Path) -> Path:
    for name in ("names", "content"):
        (shadow / name).mkdir(parents=True)
    return shadow
