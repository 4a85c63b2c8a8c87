"""A run in which something happens at one of its steps: it is killed there, say."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kohoctl import mailer
from kohoctl.documents import Document
from kohoctl.http import HttpSession
from kohoctl.ledger import Ledger, sqlite
from kohoctl.live import Live

STEPS: tuple[tuple[Any, str, str], ...] = (
    (sqlite, "process_lock", "the channel's lock is looked for"),
    (Ledger, "claim", "the claim"),
    (Ledger, "settle", "the ending"),
    (Live, "find", "the look"),
    (HttpSession, "send", "the request"),
    (mailer, "_open_envelope", "the envelope"),
    (mailer, "_hand_over", "the mail"),
    (Document, "read", "typesetting"),
    (os, "fsync", "a file is on the disk"),
    (Path, "replace", "a file has its name"),
    (Path, "rename", "a folder has its name"),
)
"""What is passed on the way to an ending: where it is found, and what it is called."""
KINDS_OF_STEP = tuple(f"{when} {what}" for _, _, what in STEPS for when in ("before", "after"))

STOPPING = 0.05
"""Seconds in which a process has stopped that sends itself the signal for it: the thread that does so would go on for a
moment."""


@dataclass
class Steps:
    """The steps that a process passes, in order. At the ``at``-th, or the ``at``-th of those called ``name``, ``then``
    happens: the number of a signal that the process sends itself."""

    at: int = 0
    then: signal.Signals = signal.SIGKILL
    name: str | None = None
    passed: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin. There is no way back: the process is a child that dies of it."""
        self._lock = threading.Lock()
        for owner, name, what in STEPS:
            setattr(owner, name, self._around(what, getattr(owner, name)))

    def _around(self, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self._pass(f"before {what}")
            try:
                return real(*args, **kwargs)
            finally:
                self._pass(f"after {what}")

        return wrapped

    def _pass(self, step: str) -> None:
        with self._lock:
            if self.name in (None, step):
                self.passed.append(step)
                if len(self.passed) == self.at:
                    os.kill(os.getpid(), self.then)
                    if self.then is signal.SIGSTOP:
                        time.sleep(STOPPING)
