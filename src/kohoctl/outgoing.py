"""What an attempt has let out so far."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Outgoing:
    """Whether one attempt may have reached somebody already, from whichever of its threads."""

    def __init__(self) -> None:
        self.left = False
        self._thread = threading.local()

    def note(self) -> None:
        """Something was sent that may have been taken."""
        if not getattr(self._thread, "preparing", False):
            self.left = True

    @contextmanager
    def preparation(self) -> Iterator[None]:
        """What this thread sends within reaches nobody yet."""
        before = getattr(self._thread, "preparing", False)
        self._thread.preparing = True
        try:
            yield
        finally:
            self._thread.preparing = before
