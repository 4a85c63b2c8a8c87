"""How many deliveries a second go out, beside a bare loop of requests and beside Apprise, to the same server.

``python -m bench.delivering WAY URL COUNT CONCURRENCY FOLDER`` delivers once, after a warm-up, and measures it.
"""

from __future__ import annotations

import math
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.bulk import SIZE
from bench.claims import Claim, rate_claim, speed_claim
from bench.measuring import Sample, alternate, inside_process, print_sample, python
from bench.sending import WAYS
from bench.server import expect, serving

ROUNDS = 5
MOST = 1_500
"""Deliveries a second: more than one session of `requests` makes here."""
WARM_UP = 32
"""Deliveries before the measured ones, so that every module is loaded."""


@dataclass(frozen=True, slots=True)
class Speed:
    """A server that answers after ``delay`` seconds, and how many deliveries it gets, so many at the same time."""

    name: str
    delay: float
    count: int
    concurrency: int


KOHOCTL = ("line", "board", "bulk")
"""The ways that go through kohoctl."""
BESIDE = (("requests", "bare requests", 0.9), ("apprise", "Apprise", 5), ("sockets", "bare sockets, the limit", None))
"""What kohoctl is measured beside, and how many times as fast it is to be."""
SPEEDS = (Speed("at once", 0.0, 1500, 16), Speed("after 20 ms", 0.02, 1000, 64))
"""With the concurrency that makes the bare loop fastest; 64 is the most that a channel may have."""


def measure(folder: Path) -> list[Claim]:
    """What is claimed of deliveries per second, for each speed of the server."""
    return [claim for speed in SPEEDS for claim in _measure_speed(folder, speed)]


def _measure_speed(folder: Path, speed: Speed) -> list[Claim]:
    with serving(speed.delay) as url:
        taken = alternate({way: partial(_once, way, url, speed, folder) for way in WAYS}, ROUNDS)
    beside = [
        rate_claim(f"{_deliveries(way)}, answered {speed.name}; {name}", limit, speed.count, taken[way], taken[other])
        for way in KOHOCTL
        for other, name, limit in BESIDE
    ]
    alone = [
        speed_claim(f"{_deliveries(way)}, answered {speed.name}", MOST, speed.count, taken[way])
        for way in ("line", "bulk")
    ]
    return [*beside, *alone]


def _deliveries(way: str) -> str:
    return f"deliveries by `{way}`, {SIZE} in a request" if way == "bulk" else f"deliveries by `{way}`"


def _once(way: str, url: str, speed: Speed, folder: Path) -> Sample:
    place = folder / "deliveries"
    place.mkdir()
    try:
        counts = (str(speed.count), str(speed.concurrency))
        token = {"BENCH_TOKEN": "t0ken-of-the-bench"}
        sample = inside_process(*python("bench.delivering"), way, url, *counts, place, env=token)
        expect(url, _requests(way, speed.count))
        return sample
    finally:
        shutil.rmtree(place)


def _requests(way: str, deliveries: int) -> int:
    """How many requests so many deliveries are."""
    return math.ceil(deliveries / SIZE) if way == "bulk" else deliveries


def _deliver(way: str, url: str, count: int, concurrency: int, folder: Path) -> None:
    early, place = folder / "warm-up", folder / "measured"
    early.mkdir()
    place.mkdir()
    WAYS[way](url, WARM_UP, concurrency, early)()
    expect(url, _requests(way, WARM_UP))
    print_sample(WAYS[way](url, count, concurrency, place))


if __name__ == "__main__":
    _deliver(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
