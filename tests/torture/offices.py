"""What a secretariat does in the torture: it runs, looks at each service, and says what became of what is unknown."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any
from unittest.mock import patch

import structlog
from click.testing import CliRunner

from kohoctl import Channel, logs
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.cli import cli
from kohoctl.cli.run import _signals
from kohoctl.delivery import deliver
from kohoctl.extensions import Extensions
from kohoctl.kept_secrets import read_secret
from kohoctl.ledger import opening
from kohoctl.plugins.sources import BUILT_IN
from kohoctl.run import Run
from kohoctl.states import State
from support import KINDS, Office
from torture.dying import Steps
from torture.forking import Child, Forks

Breaker = Callable[[], None]
"""Breaks kohoctl in the process that calls it."""
PATIENCE = 0.3
"""Seconds that an impatient run waits for a locked ledger."""
SAID = "LedgerError", "LedgerFull", "LedgerDamaged", "LedgerReadOnly", "LedgerLocked"
"""What a run may end with: the errors that tell a person what to do."""


def every_kind() -> dict[str, type[Channel]]:
    """The kinds of the tests, and the built-in ones."""
    modules = (import_module(f"kohoctl.channels.{module}") for module in BUILT_IN.values())
    return KINDS | {kind.kind: kind for module in modules for kind in module.kohoctl_channels()}


@dataclass
class Desk(Office):
    """An office with every kind, whose run ends in good order on SIGTERM, as the command's does."""

    environment: dict[str, str] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it reaches another process: without the redactor, which has a lock."""
        return partial(Desk, self.path, self.now, environment=self.environment), ()

    @property
    def file(self) -> CampaignFile:
        file = load(read(self.path), Extensions(every_kind()))
        return file.with_people(lambda where: read_secret(where, file.folder))

    def deliver(self, run: Run) -> None:
        if threading.current_thread() is not threading.main_thread():
            deliver(run)
            return
        with _signals(run):
            deliver(run)

    def reconcile(self, key: str, word: State) -> None:
        """Say what became of a delivery, as the command takes it."""
        arguments = ["reconcile", str(self.path), key, "--as", str(word), "--by", "当直"]
        with patch.dict(os.environ, self.environment):
            answer = CliRunner().invoke(cli, arguments)
        assert answer.exit_code == 0, answer.output


def live_run(desk: Desk, steps: Steps | None = None, broken: Breaker | None = None) -> list[str]:
    """A live run in a process of its own, in which something happens at a step; the steps that it passed. With
    ``broken``, kohoctl is broken by that first."""
    if broken:
        broken()
    logs._own = structlog.wrap_logger(structlog.ReturnLogger(), [])  # nobody reads what it logs
    watched = steps or Steps()
    watched.watch()
    with patch.dict(os.environ, desk.environment):
        desk.run()
    return watched.passed


def impatient_run(desk: Desk, steps: Steps | None) -> list[str]:
    """A live run that does not wait long for the ledger."""
    opening.BUSY_SECONDS = PATIENCE
    return live_run(desk, steps)


def ended_in_words(child: Child) -> bool:
    """Whether a run came to its end, or said why it did not, in a sentence about the ledger."""
    if child.wait() == 0:
        return True
    said = child.forks.said(child.pid)
    last = str(said[1]).strip().splitlines()[-1] if said else ""
    assert last.startswith(tuple(f"kohoctl.errors.{name}:" for name in SAID)), said
    return False


@dataclass
class Secretariat:
    """A desk, and the processes that work at it."""

    desk: Desk
    forks: Forks
    broken: Breaker | None = None
    """What breaks kohoctl in each of its runs."""

    def start(self, steps: Steps | None = None) -> Child:
        """Begin a run in which something happens at a step."""
        return self.forks.start(live_run, self.desk, steps, self.broken)

    def run(self) -> list[str]:
        """A run that nothing happens to; its steps."""
        passed: list[str] = self.start().result()
        return passed

    def settle_doubts(self, taken: Counter[str]) -> bool:
        """Say of each unknown what looking at the service has shown; whether there was any."""
        unknown = [key for key, state in self.desk.states().items() if state is State.UNKNOWN]
        for key in unknown:
            self.desk.reconcile(key, State.DELIVERED if taken[key] else State.UNREACHED)
        return bool(unknown)
