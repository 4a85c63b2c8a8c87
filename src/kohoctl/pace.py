"""Keeping a channel within its own rate, and quiet while its service asks for that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from kohoctl.settings import parse_rate

if TYPE_CHECKING:
    from pyrate_limiter import InMemoryBucket

LOOK_AGAIN = 0.02
"""Seconds between two looks whether there is room again: short beside any request."""


class Pace:
    """One channel's turn-taking. Safe to use from several threads.

    ``past`` is how long ago earlier attempts began, so that the rate holds from run to run.
    """

    def __init__(self, rate: str | None, stopping: threading.Event, past: Iterable[timedelta] = ()) -> None:
        self._stopping = stopping
        self._quiet_until = 0.0
        self._limit = parse_rate(rate)[0] if rate else None
        self._bucket = _bucket(rate) if rate else None
        self._lock = threading.Lock()
        for ago in sorted(past, reverse=True):
            self._take(time.monotonic() - ago.total_seconds())

    def wait(self, longest: float, before_waiting: Callable[[], None]) -> bool:
        """Wait for this channel's turn, ``longest`` seconds at most; false where it does not come in that time."""
        quiet = self._quiet_until - time.monotonic()
        if quiet <= 0 and self._take(time.monotonic()):
            return True
        before_waiting()
        if quiet > longest or (quiet > 0 and self._stopping.wait(quiet)):
            return False
        until = time.monotonic() + longest
        while not self._take(time.monotonic()):
            if time.monotonic() > until or self._stopping.wait(LOOK_AGAIN):
                return False
        return True

    def room(self) -> int | None:
        """How many more turns there are right now; None for no limit."""
        if self._bucket is None or self._limit is None:
            return None
        with self._lock:
            return max(0, self._limit - self._bucket.count())

    def be_quiet(self, seconds: float) -> None:
        """Let the channel rest: its service would answer each delivery the same."""
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)

    def _take(self, at: float) -> bool:
        if self._bucket is None:
            return True
        from pyrate_limiter import RateItem

        moment = int(at * 1000)
        with self._lock:  # the bucket itself, without pyrate's Limiter, whose thread would open a socket
            self._bucket.leak(moment)
            return bool(self._bucket.put(RateItem("delivery", moment)))


def _bucket(rate: str) -> InMemoryBucket:
    from pyrate_limiter import InMemoryBucket, Rate

    count, span = parse_rate(rate)
    return InMemoryBucket([Rate(count, int(span / timedelta(milliseconds=1)))])
