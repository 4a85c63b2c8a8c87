"""The seeds of the torture, and the table with which it closes.

Quick with the other tests; in full by ``make torture``. ``make torture SEED=7 ONLY=…`` meets again what a run with that
seed met.
"""

from __future__ import annotations

import os
import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from torture.forking import Forks
from torture.loading import Reader, reader
from torture.power import compiled
from torture.strength import IS_FULL, SEED, Tally, folder_in_memory

PROPERTY = "torture"
HEADINGS = ("What was done", "How often", "Found")


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    counted = Tally()
    record_property(PROPERTY, counted.counts)
    return counted


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Processes whose disk can fail, where there is a compiler."""
    with Forks(compiled(tmp_path_factory.mktemp("power"))) as started:
        yield started


@pytest.fixture(scope="session")
def failing(forks: Forks) -> Forks:
    """Processes whose disk can fail."""
    if forks.preload is None:
        pytest.skip("needs gcc, to make a disk that fails")
    return forks


@pytest.fixture(scope="session")
def library(failing: Forks) -> Path:
    """The disk that fails, as a shared library."""
    assert failing.preload is not None
    return failing.preload


@pytest.fixture(scope="session")
def small() -> Iterator[Reader]:
    """A process that reads small files, with the tests' kinds."""
    with reader() as reads:
        yield reads


@pytest.fixture
def memory() -> Iterator[Path]:
    with folder_in_memory() as folder:
        yield folder


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that is the same for one test and one seed, whichever worker runs it and whatever ran before."""
    print(f"again: make torture SEED={SEED} ONLY='{request.node.nodeid}'")
    return random.Random(SEED ^ zlib.crc32(request.node.nodeid.encode()))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ["KOHOCTL_SEED"] = str(SEED)  # that of the workers, too


def pytest_report_header() -> str:
    return f"torture: {'full' if IS_FULL else 'quick'}, seed {SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    done, found = Counter[str](), Counter[str]()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, counts in report.user_properties:
                if name == PROPERTY:
                    done.update(counts)
                    found.update(dict.fromkeys(counts, int(outcome == "failed")))
    if IS_FULL and done:
        terminalreporter.section(f"torture, seed {SEED}")
        rows = [HEADINGS, *((what, f"{times:,}", f"{found[what]:,}") for what, times in sorted(done.items()))]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
        for what, times, faults in rows:
            terminalreporter.write_line(f"{what:<{widths[0]}}  {times:>{widths[1]}}  {faults:>{widths[2]}}")
