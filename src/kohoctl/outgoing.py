"""What an attempt has let out so far."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Outgoing(threading.local):
    """Whether the attempt that this thread is making may have reached somebody already."""

    def __init__(self) -> None:
        self.left = False
        self._preparing = False

    def begin(self) -> None:
        """A new attempt: nothing has left."""
        self.left = False

    def note(self) -> None:
        """Something was sent that may have been taken."""
        self.left = self.left or not self._preparing

    @contextmanager
    def preparation(self) -> Iterator[None]:
        """What is sent within reaches nobody yet."""
        before, self._preparing = self._preparing, True
        try:
            yield
        finally:
            self._preparing = before
