"""A process that is killed at each step of each ending of each kind: no key arrives twice, none is lost, each doubt is
named."""

from __future__ import annotations

import itertools
import random
import signal
import time
from pathlib import Path

import pytest

from torture.dying import Steps
from torture.forking import Forks
from torture.places import BOARDS, KINDS, place
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full
from torture.written import MAIL_KINDS

WHOLLY = (*BOARDS, "line", "x", "website", "letter", "flyer-request")
"""The kinds that are killed at every step of every ending. Of the others, which send their mail as flyer-request does,
at some."""
SOME = 12
TERMINATED = quick_or_full(1, 25)
AT_ANY_MOMENT = quick_or_full(1, 50)
LONGEST = 0.15
"""Seconds that a run takes, about."""
QUICK_KINDS = ("board", "searchable-board", "line", "letter")
KILLED = KINDS if IS_FULL else QUICK_KINDS


@pytest.mark.parametrize("kind", KILLED)
def test_a_kill_at_any_step_of_any_ending_neither_doubles_nor_loses(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        faults = (None, *where.faults) if IS_FULL else (chance.choice((None, *where.faults)),)
        cases = [(fault, n + 1) for fault in faults for n, _ in enumerate(Case(where, forks, memory).steps(fault))]
        if not (IS_FULL and kind in WHOLLY):
            cases = chance.sample(cases, quick_or_full(1, SOME))
        for fault, step in cases:
            case = Case(where, forks, memory)
            code = case.run_until(Steps(step), fault)
            assert code in (0, -signal.SIGKILL)
            case.settle()
            tally(f"SIGKILL at a step of {_family(kind)}", times=int(code != 0))


@pytest.mark.parametrize("kind", [kind for kind in KILLED if kind in WHOLLY])
def test_a_run_that_is_told_to_end_at_any_step_of_any_ending_ends_in_good_order(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        count = len(Case(where, forks, memory).steps())
        cases = list(itertools.product((None, *where.faults), range(1, count + 1)))
        for fault, step in chance.sample(cases, min(TERMINATED, len(cases))):
            case = Case(where, forks, memory)
            assert case.run_until(Steps(step, signal.SIGTERM), fault) in (0, -signal.SIGTERM)
            case.settle()
            tally(f"SIGTERM at a step of {_family(kind)}")


@pytest.mark.parametrize("kind", [kind for kind in KILLED if kind in WHOLLY])
def test_kills_at_any_moment_neither_double_nor_lose(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        for _ in range(AT_ANY_MOMENT):
            case = Case(where, forks, memory)
            for _ in range(2):
                where.fail(chance.choice((None, None, *where.faults)))
                child = case.secretariat.start()
                time.sleep(chance.uniform(0, LONGEST))
                child.signal(signal.SIGKILL)
                tally(f"SIGKILL at any moment of {_family(kind)}", times=int(child.wait() != 0))
                where.mend()
                case.check()
            case.settle()


def _family(kind: str) -> str:
    return "the kinds by mail" if kind in MAIL_KINDS else f"the kind {kind}"
