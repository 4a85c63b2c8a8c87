"""What a function does that a pure one does not: sockets, files, programs, clock, chance, environment."""

from __future__ import annotations

import _random
import gc
import os
import sys
import sysconfig
import threading
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import BuiltinFunctionType, FrameType
from typing import Any

from kohoctl.guard import FORBIDDEN

CLOCKS = frozenset({"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"})
DATES = frozenset({"now", "utcnow", "today"})
OPENING = frozenset({"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename"})
"""Python's audit events of files."""
_LIBRARIES = tuple(
    {
        *(str(Path(folder)) for folder in sysconfig.get_paths().values()),
        *(str(Path(folder)) for folder in zoneinfo.TZPATH),
        str(Path(__file__).parents[1]),
    }
)
"""What belongs to Python, its packages and kohoctl: their own data is no input of a plugin."""
_IMPORT = "importlib._bootstrap"

_watched: dict[int, list[str]] = {}
"""What each watched thread has done, by the thread's ident."""
_installed = False


class NotReached(Exception):
    """What a watched function gets instead of a socket or a program."""


@contextmanager
def watching() -> Iterator[list[str]]:
    """What this thread does meanwhile, in words, as it comes. No socket is opened and no program started."""
    global _installed
    if not _installed:
        sys.addaudithook(_heard)  # can never be taken off again: it asks whose thread is watched
        _installed = True
    done: list[str] = []
    collects = gc.isenabled()
    gc.disable()  # a collection may call back a test library, which then looks at the clock
    _watched[threading.get_ident()] = done
    sys.setprofile(_seen)
    try:
        yield done
    finally:
        sys.setprofile(None)
        del _watched[threading.get_ident()]
        if collects:
            gc.enable()


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    done = _watched.get(threading.get_ident())
    if done is None:
        return
    if event in FORBIDDEN:
        done.append(f"a socket or a program ({event})")
        raise NotReached(event)
    if event in OPENING and arguments and not _is_library(arguments[0]) and not _is_importing(sys._getframe(1)):
        done.append(f"the file {arguments[0]}")


def _seen(frame: FrameType, event: str, argument: object) -> None:
    if event == "c_call" and isinstance(argument, BuiltinFunctionType):
        what = _called(argument)
    elif event == "call" and frame.f_code is os._Environ.__getitem__.__code__:
        what = "the environment (os.environ)"
    else:
        return
    if what is not None and not _is_importing(frame):
        _watched[threading.get_ident()].append(what)


def _called(function: BuiltinFunctionType) -> str | None:
    name, owner = function.__name__, function.__self__
    if (owner is sys.modules["time"] and name in CLOCKS) or (
        name in DATES and isinstance(owner, type) and issubclass(owner, date)
    ):
        return f"the clock ({owner.__name__}.{name})"
    if isinstance(owner, _random.Random) or name == "urandom":
        return f"chance ({name})"
    return None


def _is_library(path: object) -> bool:
    if isinstance(path, int):  # a file that is open already
        return True
    return str(Path(os.fsdecode(path) if isinstance(path, bytes) else str(path)).absolute()).startswith(_LIBRARIES)


def _is_importing(frame: FrameType | None) -> bool:
    """Whether the import of a module is under way: what it does happens once, and gives nothing to what is rendered."""
    while frame is not None:
        if frame.f_globals.get("__name__") == _IMPORT:
            return True
        frame = frame.f_back
    return False
