"""The command in a process of its own, as a scheduler or a person starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def deliveries(self) -> dict[str, dict[str, Any]]:
        """The deliveries of its JSON, by key."""
        return {delivery["key"]: delivery for delivery in json.loads(self.out)["deliveries"]}

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its log: every line that is one."""
        return [json.loads(text) for text in self.err.splitlines() if text.startswith("{")]


@dataclass
class Running:
    """A command at work. What it prints goes to files, which a test may read meanwhile."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def said(self, text: str, times: int = 1) -> bool:
        return self.err.read_text(encoding="utf-8").count(text) >= times

    def kill(self) -> None:
        """End it on the spot, where it has not ended."""
        self.process.kill()
        self.process.wait()

    def end(self, seconds: float = 60) -> Answer:
        code = self.process.wait(seconds)
        return Answer(code, self.out.read_text(encoding="utf-8"), self.err.read_text(encoding="utf-8"))


def start(
    arguments: Iterable[object], printed: Path, environment: Mapping[str, str], through: Iterable[str] = ()
) -> Running:
    """Begin ``kohoctl`` with ``arguments``, ``through`` another program where one is given.

    It finds ``environment`` and nothing else of this process's own; what it prints goes to files beside ``printed``.
    """
    printed.parent.mkdir(exist_ok=True)
    out, err = (printed.with_name(f"{printed.name}.{name}") for name in ("out", "err"))
    command = [*through, sys.executable, "-m", "kohoctl", *map(str, arguments)]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        whole = {"PATH": os.environ["PATH"], "HOME": str(Path.home()), **environment}
        return Running(subprocess.Popen(command, stdout=stdout, stderr=stderr, env=whole), out, err)


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
