"""How each command grows with the number of deliveries: its time and its memory, from 1 to 1,000,000.

``BENCH_LARGEST=10000`` in the environment leaves out what is larger.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.claims import Claim, growth_claim
from bench.files import write_hollow, write_letters
from bench.measuring import Sample, Series, process
from bench.printing import KEY

SIZES = (1, 100, 10_000, 1_000_000)
LARGEST = int(os.environ.get("BENCH_LARGEST", str(SIZES[-1])))
RECIPIENTS = 10_000
"""The most of one list: a larger number of deliveries is that of more messages."""
LETTERS = 10_000
"""The most letters: each is a page that Typst sets, at the same speed however many there are."""
ROUNDS = {1: 3, 100: 3}
"""How often a size is measured; the others once, as they take long."""
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "check": ("check",),
    "plan": ("plan",),
    "run": ("run", "--live"),
    "run with nothing due": ("run", "--live"),
    "status": ("status",),
    "report": ("report", "--format", "json"),
    "preview": ("preview", "-o", "preview"),
}
"""In this order: each finds what those before it left."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What one command took for each number of deliveries."""

    command: str
    sizes: Mapping[int, Series]


def measure(folder: Path) -> list[Growth]:
    """Each command at each size."""
    samples: defaultdict[str, defaultdict[int, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for size in (size for size in SIZES if size <= LARGEST):
        for _ in range(ROUNDS.get(size, 1)):
            for command, sample in _at(folder / "work", size):
                print(f"  {size:,} {command}: {sample.seconds:.1f} s", file=sys.stderr, flush=True)
                samples[command][size].append(sample)
    return [
        Growth(command, {size: Series(tuple(taken)) for size, taken in sizes.items()})
        for command, sizes in samples.items()
    ]


def claims(growths: Iterable[Growth]) -> list[Claim]:
    """What is claimed of growth: a run's memory is flat from 10,000 deliveries on."""
    (run,) = (growth for growth in growths if growth.command == "run")
    few, many = RECIPIENTS, max(run.sizes)
    what = f"memory of a run of {many:,} deliveries; of {few:,}"
    return [growth_claim(what, 1.25, run.sizes[many], run.sizes[few])] if many > few else []


def _at(place: Path, size: int) -> Iterable[tuple[str, Sample]]:
    place.mkdir()
    try:
        path = write_hollow(place, max(1, size // RECIPIENTS), min(size, RECIPIENTS))
        for name, (command, *options) in COMMANDS.items():
            yield name, _kohoctl(place, command, path.name, *options)
        if size <= LETTERS:
            shutil.rmtree(place)
            place.mkdir()
            path = write_letters(place, size)
            yield "letters", _kohoctl(place, "run", path.name, "--live")
    finally:
        shutil.rmtree(place)


def _kohoctl(place: Path, *arguments: str) -> Sample:
    """The command as a process; its log, a line for each delivery, goes nowhere."""
    command = (sys.executable, "-m", "kohoctl", *arguments)
    return process(*command, folder=place, env={"BENCH_KEY": KEY}, quiet=True)[0]


def table(growths: Iterable[Growth]) -> str:
    """The growths as a Markdown table: seconds, and the most memory."""
    found = list(growths)
    sizes = sorted({size for growth in found for size in growth.sizes})
    rows = [["", *(f"{size:,}" for size in sizes)], ["---", *("---:" for _ in sizes)]]
    rows += [[f"`{one.command}`", *(_cell(one.sizes.get(size)) for size in sizes)] for one in found]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(series: Series | None) -> str:
    if series is None:
        return ""
    seconds, memory = series.middle(lambda sample: sample.seconds), series.middle(lambda sample: sample.peak)
    return f"{seconds:.3g} s, {memory:.0f} MB" if seconds < 100 else f"{seconds:,.0f} s, {memory:.0f} MB"
