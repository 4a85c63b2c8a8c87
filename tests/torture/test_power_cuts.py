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
CUTS = quick_or_full(2, 250)
"""Power cuts of each kind: at every call of a run where that many suffice, else at some by chance."""


def cut(case: Case, library: Path, shadow: Path, at: int, chance: random.Random | None) -> None:
    """Run, cut the power at a call, and go on when it is back."""
    desk = case.secretariat.desk
    child = case.forks.start(live_run_on, shadow, Plan(Fate.KILL, at), desk, case.broken)
    assert child.wait() in (0, -signal.SIGKILL)
    case.place.wait()
    lose_power(library, desk.path.parent, shadow, chance)
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
                cut(case, library, memory / "shadow", at, luck)
                case.settle()
                tally(f"power cuts while the kind {kind} sends")


def calls(where: Place, failing: Forks, memory: Path) -> int:
    """How often a run calls the disk and the network."""
    desk = Case(where, failing, memory).secretariat.desk
    return int(failing.run(live_run_on, memory / "shadow", Plan(Fate.KILL), desk))
