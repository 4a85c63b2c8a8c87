"""How hard the torture is, the seed by which it can be run again, and where it writes."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

IS_FULL = os.environ.get("KOHOCTL_TORTURE") == "full"
SEED = int(os.environ.get("KOHOCTL_SEED") or (random.SystemRandom().randrange(10**6) if IS_FULL else 2015))
"""The quick form meets the same faults each time, so that what it finds comes of the change that it looks at."""


def quick_or_full(quick: int, full: int) -> int:
    """How many, by how hard this run is."""
    return full if IS_FULL else quick


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder in memory, where there is one: what is lost with the machine's power is no matter there."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@dataclass
class Tally:
    """Counts what a test does, for the table at the end: ``tally("kills while LINE is sent to")``."""

    counts: dict[str, int] = field(default_factory=dict)

    def __call__(self, what: str, times: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + times
