"""A clock that jumps across the moment at which something is due, at each step: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kohoctl.delivery import deliver
from kohoctl.run import Run
from support import TEN
from torture.forking import Forks
from torture.offices import Desk
from torture.places import place
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full

KINDS = ("board", "guarded-board", "searchable-board", "line", "letter") if IS_FULL else ("board",)
CLOCKS = quick_or_full(1, 40)
JUMPS = tuple(timedelta(minutes=minutes) for minutes in (-24 * 60, -61, -1, 0, 0, 1, 29))
"""To before the deliveries are due, and to after that, within their grace."""


@dataclass
class JumpingClock:
    """Each time that it is read, the clock is somewhere else, by chance of a seed."""

    seed: int
    reads: int = field(default=0)

    def __call__(self) -> datetime:
        self.reads += 1
        return TEN + random.Random(self.seed * 10_000 + self.reads).choice(JUMPS)


def run_by(clock: JumpingClock, desk: Desk) -> int:
    """A live run by that clock, in a process of its own; how often it was read."""
    os.environ.update(desk.environment)

    class Jumping(Desk):
        def deliver(self, run: Run) -> None:
            run.now = clock
            deliver(run)

    Jumping(desk.path, environment=desk.environment).run()
    return clock.reads


@pytest.mark.parametrize("kind", KINDS)
def test_a_clock_that_jumps_at_every_step_neither_doubles_nor_loses(
    kind: str, forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with place(kind, memory) as where:
        for _ in range(CLOCKS):
            case = Case(where, forks, memory)
            desk = case.secretariat.desk
            for _ in range(3):
                where.fail(chance.choice((None, *where.faults)))
                reads = forks.run(run_by, JumpingClock(chance.randrange(10**6)), desk)
                where.mend()
                case.check()
                tally("jumps of the clock", times=reads)
            desk.later(minutes=25)
            case.settle()
