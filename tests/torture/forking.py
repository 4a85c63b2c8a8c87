"""A warm process that forks a child for each run: where starting Python takes a second, this takes milliseconds.

It has everything imported, and no thread of its own, so that a child is as good as a process that was started.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kohoctl.plugins.sources import BUILT_IN

TESTS = Path(__file__).parents[1]
PATIENCE = 60.0
"""Seconds until a child is taken to hang."""
IMPORTED = (
    "kohoctl.cli.run",
    "kohoctl.http_answers",
    "kohoctl.documents.docx",
    "kohoctl.documents.pdf",
    "kohoctl.documents.typesetting",
    "kohoctl.channels._x_api",
    "pyrate_limiter",
    "requests_oauthlib",
    "torture.dying",
    "torture.offices",
    *(f"kohoctl.channels.{module}" for module in BUILT_IN.values()),
)


class ChildFailedError(AssertionError):
    """What a child raised, as a traceback."""


@dataclass(frozen=True)
class Child:
    """A process of its own that does one piece of work."""

    forks: Forks
    pid: int

    def wait(self) -> int:
        """Its exit code: 0 where the work was done, 1 where it raised, the negative number of the signal that it
        ended by."""
        return os.waitstatus_to_exitcode(self.forks.wait(self.pid, 0))

    def wait_until_stopped(self) -> bool:
        """Whether it was stopped by a signal; false where it came to its end before that."""
        return os.WIFSTOPPED(self.forks.wait(self.pid, os.WUNTRACED))

    def signal(self, number: int) -> None:
        """Send it a signal. It is there, if only as a zombie, until it is waited for."""
        os.kill(self.pid, number)

    def result(self) -> Any:
        """What the work gave back. Raises `ChildFailedError` where it raised, or was ended."""
        code = self.wait()
        said = self.forks.said(self.pid)
        if said is None or not said[0]:
            raise ChildFailedError(said[1] if said else f"the child ended with {code}")
        return said[1]


class Forks:
    """``with Forks() as forks``: ``forks.start(work, argument)`` does so in a child of the warm process.

    ``work`` is a function that can be imported, and the arguments can be pickled. With ``preload``, that shared library
    is loaded before any other.
    """

    def __init__(self, preload: Path | None = None) -> None:
        self.preload = preload

    def __enter__(self) -> Self:
        self._results = tempfile.TemporaryDirectory()
        self._socket, theirs = socket.socketpair()
        with theirs:
            environment = os.environ | {"PYTHONPATH": str(TESTS), "KOHOCTL_LANG": "en"}
            if self.preload:
                environment["LD_PRELOAD"] = str(self.preload)
            command = [sys.executable, "-m", "torture.forking", str(theirs.fileno()), self._results.name]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
        self._socket.settimeout(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.wait(PATIENCE)
        self._results.cleanup()

    def start(self, work: Callable[..., Any], *arguments: Any) -> Child:
        return Child(self, self._ask("start", work, arguments))

    def run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do ``work`` and give back what it gave back."""
        return self.start(work, *arguments).result()

    def wait(self, pid: int, options: int) -> int:
        """The status of a child, as `os.waitpid` has it. Kills one that hangs."""
        try:
            return self._ask("wait", pid, options)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            _received(self._socket)
            raise ChildFailedError(f"the child {pid} hung") from None

    def said(self, pid: int) -> tuple[bool, Any] | None:
        """Whether the work was done, and what came of it or its traceback; None where the child told neither."""
        with suppress(FileNotFoundError):
            content = (Path(self._results.name) / str(pid)).read_bytes()
            said: tuple[bool, Any] = pickle.loads(content)
            return said
        return None

    def _ask(self, *what: Any) -> int:
        _send(self._socket, what)
        return int(_received(self._socket))


def _send(to: socket.socket, what: Any) -> None:
    content = pickle.dumps(what)
    to.sendall(struct.pack(">I", len(content)) + content)


def _received(source: socket.socket) -> Any:
    return pickle.loads(_bytes(source, struct.unpack(">I", _bytes(source, 4))[0]))


def _bytes(source: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        part = source.recv(count - len(content))
        if not part:
            raise EOFError
        content += part
    return content


def serve(connection: socket.socket, results: Path, modules: Iterable[str]) -> None:
    """Fork and wait as asked, until the other side hangs up; then end whatever a failed test has left running."""
    there: set[int] = set()
    for module in modules:
        importlib.import_module(module)
    with suppress(EOFError):
        while True:
            what, *rest = _received(connection)
            if what == "wait":
                pid, status = os.waitpid(*rest)
                if not os.WIFSTOPPED(status):
                    there.discard(pid)
                _send(connection, status)
                continue
            pid = os.fork()
            if pid == 0:
                connection.close()
                _work(results, *rest)
            there.add(pid)
            _send(connection, pid)
    for pid in there:
        os.kill(pid, signal.SIGKILL)


def _work(results: Path, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Do the child's work and end it, without what a Python process does at its end."""
    try:
        said: tuple[bool, Any] = (True, work(*arguments))
    except BaseException:  # noqa: BLE001 -- told to whoever waits for it
        said = (False, traceback.format_exc())
    new = results / f"{os.getpid()}.new"
    new.write_bytes(pickle.dumps(said))
    new.rename(results / str(os.getpid()))
    os._exit(0 if said[0] else 1)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        serve(asked, Path(sys.argv[2]), IMPORTED)
