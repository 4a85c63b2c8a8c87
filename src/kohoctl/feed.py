"""Between a channel's workers and the ledger: what is claimed before it is sent, and what became of it, in groups."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from kohoctl.attempt import Ended
from kohoctl.foreign import LOOK_AGAIN
from kohoctl.ledger import Ledger
from kohoctl.states import Intent, Planned

FLUSH_SECONDS = 1.0
"""After how long the next ending does not wait for the rest of its group. A worker that waits flushes before."""

Now = Callable[[], datetime]


class Feed:
    """Hands out deliveries, each claimed in the ledger before it is handed out. Safe to use from several threads."""

    def __init__(
        self, planned: Iterator[Planned], ledger: Ledger, group: int, is_over: Callable[[], bool], now: Now
    ) -> None:
        self._planned = planned
        self._ledger = ledger
        self._group = group
        self._is_over = is_over
        self._now = now
        self._claimed: deque[tuple[Planned, int]] = deque()
        self._lock = threading.Lock()

    def take(self, room: int | None) -> tuple[Planned, int] | None:
        """The next delivery and the number of its attempt; None where there is none, or the run stops.

        ``room`` is how many may go now beside this one: no more are claimed, so that a crash puts few in doubt.
        """
        if self._group == 1:
            return self._take_one()
        size = self._group if room is None else min(self._group, 1 + room)
        if not self._has_lock():
            return None
        try:
            while not self._claimed and not self._is_over():
                group = list(islice(self._planned, size))
                if not group:
                    return None
                self._claimed.extend(self._claim(group))
            return None if self._is_over() else self._claimed.popleft()
        finally:
            self._lock.release()

    def take_group(self, room: int | None) -> list[tuple[Planned, int]]:
        """Up to a whole group at once, claimed together; nothing where there is none left, or the run stops."""
        size = self._group if room is None else min(self._group, 1 + room)
        while not self._is_over() and self._has_lock():
            try:
                group = list(islice(self._planned, size))
            finally:
                self._lock.release()
            claimed = self._claim(group) if group else []
            if claimed or not group:
                return claimed
        return []

    def _take_one(self) -> tuple[Planned, int] | None:
        """The next one, claimed alone, and without the lock: the ledger commits for several workers at once."""
        while not self._is_over() and self._has_lock():
            try:
                planned = next(self._planned, None)
            finally:
                self._lock.release()
            if planned is None:
                return None
            claimed = self._claim([planned])
            if claimed:
                return claimed[0]
        return None

    def _has_lock(self) -> bool:
        """Wait for the lock, which a kind that never comes back from ``render`` may hold until all is over."""
        while not self._lock.acquire(timeout=LOOK_AGAIN):
            if self._is_over():
                return False
        return True

    def left_over(self) -> list[tuple[Planned, int]]:
        """What was claimed and never handed out."""
        with self._lock:
            left = list(self._claimed)
            self._claimed.clear()
            return left

    def _claim(self, group: list[Planned]) -> list[tuple[Planned, int]]:
        granted = self._ledger.claim([intent_of(planned) for planned in group], self._now())
        return [(planned, granted[key]) for planned in group if (key := planned.delivery.key) in granted]


class Book:
    """Commits endings as soon as a group of them is full, and then tells them. Safe to use from several threads."""

    def __init__(self, ledger: Ledger, group: int, now: Now, tell: Callable[[Ended], None]) -> None:
        self._ledger = ledger
        self._group = group
        self._now = now
        self._tell = tell
        self._ended: list[Ended] = []
        self._since = time.monotonic()
        self._lock = threading.Lock()
        self._committing = threading.Lock()

    def add(self, ended: Ended) -> None:
        """Have ``ended`` committed, now or with the rest of its group."""
        with self._lock:
            if not self._ended:
                self._since = time.monotonic()
            self._ended.append(ended)
            is_time = len(self._ended) >= self._group or time.monotonic() - self._since > FLUSH_SECONDS
        if is_time:
            self.flush()

    def flush(self) -> None:
        """Commit what there is: what comes while one commit is under way goes into the next, all of it together."""
        with self._committing:
            with self._lock:
                group, self._ended = self._ended, []
            if group:
                self._ledger.settle([ended.outcome for ended in group], self._now())
                for ended in group:
                    self._tell(ended)


def intent_of(planned: Planned) -> Intent:
    """What the ledger is told before ``planned`` is sent."""
    return Intent(planned.delivery.key, planned.delivery.channel, planned.rendition.digest)
