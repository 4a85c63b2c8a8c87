"""Power that is cut at each step: the ledger knows what had been sent, and what it says was made is there."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from torture.forking import Forks
from torture.places import Place, place
from torture.power import Fate, Plan, live_run_on, lose_power
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full

KINDS = ("board", "guarded-board", "searchable-board", "line", "website", "letter")
CUTS = quick_or_full(1, 60)
"""Power cuts of each kind: at every call of a run where that many suffice, else at some by chance."""


AFTER_ALL = 10**6
"""A call that no run comes to."""


def run_until(case: Case, at: int) -> None:
    """Run, and be killed at a call."""
    child = case.forks.start(live_run_on, case.shadow, Plan(Fate.KILL, at), case.secretariat.desk, case.broken)
    assert child.wait() in (0, -signal.SIGKILL)
    case.place.wait()


def cut(case: Case, library: Path, at: int, chance: random.Random | None) -> None:
    """Run, and have the power cut at a call; it comes back."""
    run_until(case, at)
    lose_power(library, case.secretariat.desk.path.parent, case.shadow, chance)
    case.check()


@pytest.mark.parametrize("kind", KINDS if IS_FULL else ["board", "letter"])
def test_a_power_cut_at_any_call_neither_doubles_nor_loses(
    kind: str, failing: Forks, library: Path, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        count = calls(where, failing, memory)
        for at in chance.sample(range(1, count + 2), min(CUTS, count + 1)):
            for luck in (None, chance):
                case = Case(where, failing, memory)
                cut(case, library, at, luck)
                case.settle()
                tally(f"power cuts while the kind {kind} sends")


@pytest.mark.parametrize("kind", KINDS if IS_FULL else ["website"])
def test_what_was_half_done_by_a_run_that_was_killed_is_on_the_disk_when_the_next_has_ended(
    kind: str, failing: Forks, library: Path, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        count = calls(where, failing, memory)
        for at in chance.sample(range(1, count + 1), min(CUTS, count)):
            case = Case(where, failing, memory)
            run_until(case, at)
            cut(case, library, AFTER_ALL, None)
            case.settle()
            tally(f"power cuts while the kind {kind} sends")


def calls(where: Place, failing: Forks, memory: Path) -> int:
    """How often a run calls the disk and the network."""
    case = Case(where, failing, memory)
    return int(failing.run(live_run_on, case.shadow, Plan(Fate.KILL), case.secretariat.desk))
