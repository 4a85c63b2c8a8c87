"""What an attempt may let out, and what it has let out so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kohoctl.errors import Unreached
from kohoctl.language import Sentence

MayLeave = Callable[[], bool]
"""Whether anything may still leave: asked at the last moment, since a machine that sleeps may wake up days later."""


def always() -> bool:
    """A first attempt may leave whenever it comes to it."""
    return True


class Outgoing:
    """Whether one attempt may reach anybody at all, and whether it may have done so already, from whichever of its
    threads."""

    def __init__(self, may_leave: MayLeave = always) -> None:
        self.left = False
        self._may_leave = may_leave
        self._thread = threading.local()

    def make_sure(self) -> None:
        """Raise `Unreached` where nothing may leave any more."""
        if not self._may_leave():
            raise Unreached(Sentence("the service may have forgotten an earlier attempt by now: not sent again"))

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
