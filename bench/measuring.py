"""Measuring processes side by side, in turn, so that a slow minute of the machine strikes both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
ALONE = Path(__file__).with_name("alone.py")
_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""What is installed has its bytecode beside it, whatever is usual where this is measured."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: ``seconds`` on the clock, ``cpu`` seconds of user and system, ``peak`` memory in MB."""

    seconds: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Series:
    """The samples of one way, in order."""

    samples: tuple[Sample, ...]

    def middle(self, of: Callable[[Sample], float]) -> float:
        """The median of one figure."""
        return median(map(of, self.samples))

    def span(self, of: Callable[[Sample], float]) -> tuple[float, float]:
        """The least and the greatest of one figure."""
        figures = [of(sample) for sample in self.samples]
        return min(figures), max(figures)


def seconds(sample: Sample) -> float:
    """What it took on the clock."""
    return sample.seconds


def cpu(sample: Sample) -> float:
    """What it took of the processors."""
    return sample.cpu


def peak(sample: Sample) -> float:
    """The most memory that it held."""
    return sample.peak


def alternate(ways: Mapping[str, Callable[[], Sample]], rounds: int) -> dict[str, Series]:
    """Measure all ``ways`` one after the other, ``rounds`` times, each round in the other direction."""
    samples: dict[str, list[Sample]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name in list(ways)[:: -1 if turn % 2 else 1]:
            samples[name].append(ways[name]())
    return {name: Series(tuple(taken)) for name, taken in samples.items()}


def whole_process(*command: str | Path, env: Mapping[str, str] | None = None) -> Sample:
    """A process from its start to its end. Raises CalledProcessError where it fails."""
    return process(*command, env=env)[0]


def inside_process(*command: str | Path, env: Mapping[str, str] | None = None) -> Sample:
    """What a process measured inside itself and printed with `print_sample`; the memory is the whole process's."""
    whole, printed = process(*command, env=env)
    inside = json.loads(printed)
    return Sample(inside["seconds"], inside["cpu"], whole.peak)


def print_sample(work: Callable[[], object]) -> None:
    """Do ``work`` and print how long it took, for `inside_process`."""
    began, cpu_before = time.perf_counter(), time.process_time()
    work()
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu_before}))


def python(module: str) -> tuple[str, ...]:
    """The command that runs one of the benchmark's own modules."""
    return sys.executable, "-m", module


def process(
    *command: str | Path, env: Mapping[str, str] | None = None, folder: Path = ROOT, quiet: bool = False
) -> tuple[Sample, bytes]:
    """A process in ``folder`` from its start to its end, and what it printed; where it is to be ``quiet``, its standard
    error goes nowhere. Raises CalledProcessError where it fails."""
    figures, given = os.pipe()
    with (
        os.fdopen(figures, "rb") as measured,
        subprocess.Popen(
            [sys.executable, "-I", "-S", ALONE, str(given), *map(str, command)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            env={**os.environ, **_INSTALLED, **(env or {})},
            pass_fds=[given],
        ) as running,
    ):
        os.close(given)
        assert running.stdout is not None
        printed = running.stdout.read()
        sample, code = json.loads(measured.read())
    if code:
        raise subprocess.CalledProcessError(code, command, printed)
    return Sample(*sample), printed
