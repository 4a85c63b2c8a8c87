"""Several runs at once on one ledger, and runs that are stopped for an hour in the midst of it: nothing twice."""

from __future__ import annotations

import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kohoctl.errors import LedgerLocked
from torture.dying import Steps
from torture.forking import Child, Forks
from torture.invariants import check_settled
from torture.offices import ended_in_words, impatient_run
from torture.places import place
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full

KINDS = ("board", "guarded-board", "searchable-board", "line", "x", "website", "letter") if IS_FULL else ("board",)
AT_ONCE = quick_or_full(1, 12)
STOPPED = quick_or_full(1, 20)
LONGEST = 0.15
"""Seconds that a run takes, about."""


@pytest.mark.parametrize("kind", KINDS)
def test_runs_at_the_same_time_neither_double_nor_lose(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        for _ in range(AT_ONCE):
            case = Case(where, forks, memory)
            runs = [case.secretariat.start() for _ in range(chance.randint(2, 8))]
            for run in runs:
                run.result()
            where.wait()
            check_settled(case.secretariat.desk, where.taken(case.secretariat.desk), where.wanted)
            tally("runs at the same time", times=len(runs))


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_stands_still_for_an_hour_neither_doubles_nor_loses(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        count = len(Case(where, forks, memory).steps())
        for at in chance.sample(range(1, count + 1), min(STOPPED, count)):
            case = Case(where, forks, memory)
            stopped = forks.start(impatient_run, case.secretariat.desk, Steps(at, signal.SIGSTOP))
            stand_still(case, stopped)
            case.settle()
            tally("runs that stand still for an hour")


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_stands_still_at_any_moment_neither_doubles_nor_loses(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        for _ in range(STOPPED):
            case = Case(where, forks, memory)
            stopped = forks.start(impatient_run, case.secretariat.desk, None)
            time.sleep(chance.uniform(0, LONGEST))
            stopped.signal(signal.SIGSTOP)
            stand_still(case, stopped)
            case.settle()
            tally("runs that stand still for an hour")


def stand_still(case: Case, stopped: Child) -> None:
    """An hour passes, another run takes over what it can, and the one that was stopped goes on."""
    if stopped.wait_until_stopped():
        case.secretariat.desk.later(hours=1)
        other = case.forks.start(impatient_run, case.secretariat.desk, None)
        ended_in_words(other)
        with suppress(LedgerLocked):  # it may have been stopped in the midst of a write
            case.check(at_once=True)
        stopped.signal(signal.SIGCONT)
        ended_in_words(stopped)
    case.check()
