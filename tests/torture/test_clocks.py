"""A clock that jumps across the moment at which something is due, and a machine that sleeps for longer than a service
remembers, at
each step: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from commands import until
from kohoctl.delivery import deliver
from kohoctl.run import Run
from support import TEN
from torture.dying import KINDS_OF_STEP, Steps
from torture.forking import Forks
from torture.offices import Desk, live_run
from torture.places import COUNT, place
from torture.settling import Case
from torture.strength import IS_FULL, Tally, quick_or_full

KINDS = ("board", "guarded-board", "searchable-board", "line", "letter") if IS_FULL else ("board",)
CLOCKS = quick_or_full(1, 40)
NAPS = quick_or_full(4, 200)
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


@dataclass(frozen=True)
class Awake:
    """A clock that goes on while the machine sleeps: the hours that it has slept stand in a file."""

    slept: Path

    def __call__(self) -> datetime:
        return TEN + timedelta(hours=int(self.slept.read_text()))


def run_until_asleep(clock: Awake, desk: Desk, steps: Steps) -> list[str]:
    """A live run by that clock, in a process of its own, that falls asleep at a step; the steps that it passed."""

    class Sleepy(Desk):
        def deliver(self, run: Run) -> None:
            run.now = clock
            deliver(run)

    return live_run(Sleepy(desk.path, environment=desk.environment), steps)


def test_a_machine_that_sleeps_at_any_step_resends_nothing_that_the_service_has_forgotten(
    forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    clock = Awake(memory / "slept")
    with place("guarded-board", memory) as where:
        for _ in range(NAPS):
            case = Case(where, forks, memory)
            case.secretariat.desk.edit("kind: guarded-board", "kind: guarded-board, concurrency: 1")
            where.server.faults.extend([chance.choice(("lost", "reset-after", "no-json"))] * COUNT)
            step = Steps(chance.randint(1, 2 * COUNT), signal.SIGSTOP, chance.choice(KINDS_OF_STEP))
            clock.slept.write_text("0")
            child = forks.start(run_until_asleep, clock, case.secretariat.desk, step)
            if child.wait_until_stopped():
                time.sleep(0.01)  # until what it sent is there
                until(lambda: where.server.at_once == 0)
                where.server.forget_keys()
                clock.slept.write_text("26")
                child.signal(signal.SIGCONT)
                child.result()
                tally("machines that sleep for a day")
            case.check()
