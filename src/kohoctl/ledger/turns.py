"""Whose turn it is to use the ledger's connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Turns:
    """One thread's turn after another's. A thread may take a turn within its own.

    A lock would do, if it let those go that no longer need it: with one, a thread whose outcome another has written
    waits all the same until the next has written, too.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._owner: int | None = None
        self._depth = 0

    @contextmanager
    def take(self, unless: Callable[[], bool] = lambda: False) -> Iterator[bool]:
        """Wait for a turn, or until the end of another's after which ``unless`` holds; whether it is a turn."""
        me, is_mine = threading.get_ident(), False
        try:
            with self._changed:
                while not (is_unneeded := unless()) and self._owner not in (None, me):
                    self._changed.wait()
                if not is_unneeded:
                    is_mine = True
                    self._owner = me
                    self._depth += 1
            yield is_mine
        finally:
            if is_mine:
                self._give_back()

    def _give_back(self) -> None:
        with self._changed:
            self._depth -= 1
            if not self._depth:
                self._owner = None
                self._changed.notify_all()
