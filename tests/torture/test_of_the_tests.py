"""The torture finds what it is there to find: with kohoctl broken on purpose, it fails."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from torture.breaking import (
    with_a_retry_after_a_timeout,
    without_a_claim,
    without_folders_on_the_disk,
    without_the_disk,
)
from torture.dying import Steps
from torture.forking import Forks
from torture.invariants import BrokenError
from torture.offices import Breaker
from torture.places import place
from torture.settling import Case
from torture.test_power_cuts import AFTER_ALL, cut


def test_kills_find_that_the_claim_is_not_committed_before_the_send(forks: Forks, memory: Path) -> None:
    with place("board", memory) as where:

        def kill_at_each_step() -> None:
            for step in itertools.count(1):
                case = Case(where, forks, memory, without_a_claim)
                assert case.run_until(Steps(step)) != 0, "it was never found"
                case.settle()

        with pytest.raises(BrokenError, match="the ledger does not know it"):
            kill_at_each_step()


def test_a_service_that_does_not_answer_finds_a_retry_after_a_timeout(forks: Forks, memory: Path) -> None:
    with place("board", memory) as where:
        case = Case(where, forks, memory, with_a_retry_after_a_timeout)
        with pytest.raises(BrokenError, match="was taken 2 times"):
            case.run_until(Steps(), "stall")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "broken", "found"),
    [
        ("board", without_the_disk, "was taken, and the ledger does not know it"),
        ("letter", without_folders_on_the_disk, "is delivered, and nobody has it"),
    ],
)
def test_a_power_cut_finds_that_a_run_does_not_wait_for_the_disk(
    kind: str, broken: Breaker, found: str, failing: Forks, library: Path, memory: Path
) -> None:
    with place(kind, memory) as where:
        case = Case(where, failing, memory, broken)
        with pytest.raises(BrokenError, match=found):
            cut(case, library, AFTER_ALL, None)
