"""A disk that is full, fails, or is locked at any write: nothing twice, nothing lost, and it is said."""

from __future__ import annotations

import errno
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from torture.dying import Steps
from torture.forking import Forks
from torture.offices import PATIENCE, ended_in_words, impatient_run
from torture.places import place
from torture.power import Fate, Plan, live_run_on
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full

KINDS = ("board", "guarded-board", "searchable-board", "website", "letter") if IS_FULL else ("board", "letter")
FAILURES = quick_or_full(2, 60)
"""Failures of the disk for each kind: at every write of a run where that many suffice, else at some by chance."""
LOCKS = quick_or_full(1, 20)
ERRORS = {errno.ENOSPC: "a full disk", errno.EIO: "a broken disk"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_fails_at_any_write_neither_doubles_nor_loses(
    kind: str, failing: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        count = writes(Case(where, failing, memory))
        for at in chance.sample(range(1, count + 1), min(FAILURES, count)):
            error = chance.choice([*ERRORS])
            fate = chance.choice((Fate.FAIL_ONCE, Fate.FAIL_FROM_THERE))
            case = Case(where, failing, memory)
            child = failing.start(live_run_on, case.shadow, Plan(fate, at, error), case.secretariat.desk)
            ended_in_words(child)
            case.check()
            case.settle()
            tally(f"writes to {ERRORS[error]}")


def writes(case: Case) -> int:
    """How often a run writes: it is planned that the disk fails at no write at all."""
    return int(case.forks.run(live_run_on, case.shadow, Plan(Fate.FAIL_ONCE), case.secretariat.desk))


@dataclass
class Lock:
    """Whether it is held, and, once it is over, for how long it was: on a busy machine, longer than was meant."""

    is_held: bool
    seconds: float = 0.0


@contextmanager
def locked(path: Path) -> Iterator[Lock]:
    """Meanwhile, another program is writing to the ledger, unless somebody else is, so that it cannot."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            yield Lock(is_held=False)
            return
        lock, began = Lock(is_held=True), time.monotonic()
        yield lock
        other.execute("ROLLBACK")
        lock.seconds = time.monotonic() - began


@pytest.mark.parametrize("seconds", [PATIENCE / 3, PATIENCE * 3])
def test_a_ledger_that_another_program_locks_at_any_step_neither_doubles_nor_loses(
    seconds: float, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place("board", memory) as where:
        steps = range(1, 1 + len(Case(where, forks, memory).steps()))
        met = 0
        for at in chance.sample(steps, len(steps)) * LOCKS:
            case = Case(where, forks, memory)
            desk = case.secretariat.desk
            child = forks.start(impatient_run, desk, Steps(at, signal.SIGSTOP))
            assert child.wait_until_stopped()
            with locked(desk.ledger_path) as lock:
                child.signal(signal.SIGCONT)
                time.sleep(seconds if lock.is_held else 0)
            ended = ended_in_words(child)
            assert ended or lock.seconds > PATIENCE
            case.check()
            case.settle()
            met += lock.is_held  # the run itself is writing at some of its steps
            if met == LOCKS:
                break
        assert met == LOCKS
        tally("a ledger that is locked for a while", met)
