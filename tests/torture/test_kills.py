"""A process that is killed at each step of each ending of each kind: no key arrives twice, none is lost, each doubt is
named."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from kohoctl.states import State
from torture.dying import Steps
from torture.forking import Forks
from torture.places import BOARDS, KINDS, place
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full
from torture.written import MAIL_KINDS

WHOLLY = (*BOARDS, "line", "x", "website", "letter", "flyer-request")
"""The kinds that are killed at every step of every ending. Of the others, which send their mail as flyer-request does,
at some."""
EVERY, SOME = 10**6, 12
TERMINATED = 25
AT_ANY_MOMENT = quick_or_full(1, 120)
LONGEST = 0.15
"""Seconds that a run takes, about."""
KILLED = KINDS if IS_FULL else ("board", "line", "letter")
ENDED = WHOLLY if IS_FULL else ("searchable-board",)
ENDS = [
    *((signal.SIGKILL, kind, quick_or_full(1, EVERY if kind in WHOLLY else SOME)) for kind in KILLED),
    *((signal.SIGTERM, kind, quick_or_full(1, TERMINATED)) for kind in ENDED),
]
"""How runs of which kind are ended, and at how many steps at the most."""


@pytest.mark.parametrize(("end", "kind", "most"), ENDS, ids=[f"{end.name}-{kind}" for end, kind, _ in ENDS])
def test_a_run_that_is_killed_or_told_to_end_at_any_step_of_any_ending_neither_doubles_nor_loses(
    end: signal.Signals, kind: str, most: int, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        faults = (None, *where.faults) if IS_FULL else (chance.choice((None, *where.faults)),)
        cases = [(fault, n + 1) for fault in faults for n, _ in enumerate(Case(where, forks, memory).steps(fault))]
        for fault, step in chance.sample(cases, min(most, len(cases))):
            case = Case(where, forks, memory)
            code = case.run_until(Steps(step, end), fault)
            assert code in (0, -end)
            case.settle()
            came_to_it = code != 0 or end is not signal.SIGKILL
            tally(f"{end.name} at a step of {_family(kind)}", times=int(came_to_it))


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOARDS)
def test_a_kill_at_each_kind_of_step_leaves_a_doubt_that_is_named(
    kind: str, forks: Forks, memory: Path, tally: Tally
) -> None:
    with place(kind, memory) as where:
        for step in dict.fromkeys(Case(where, forks, memory).steps()):
            case = Case(where, forks, memory)
            assert case.run_until(Steps(1, name=step)) == -signal.SIGKILL
            desk = case.secretariat.desk
            in_doubt = [key for key, state in desk.states().items() if state is State.SENDING]
            case.secretariat.run()
            after = State.UNKNOWN if kind == "board" else State.DELIVERED
            assert [desk.states()[key] for key in in_doubt] == [after] * len(in_doubt), step
            case.settle()
            tally(f"SIGKILL at a step of {_family(kind)}")


@pytest.mark.parametrize("kind", ENDED)
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
