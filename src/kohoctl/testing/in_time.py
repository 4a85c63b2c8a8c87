"""Calling a kind's own code so that it neither hangs what tries it nor ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from kohoctl.errors import BrokenOff
from kohoctl.foreign import foreign
from kohoctl.redaction import described
from kohoctl.testing.broken import Broken

T = TypeVar("T")

LIMIT = 15.0
"""Seconds within which a kind's own code comes back: a library of its own has its own patience."""


def in_time(function: Callable[[], T], name: str) -> T:
    """What ``function``, of a kind's own code, gives.

    Raises what it raises, and `Broken` where it does not come back, or means to end the whole program.
    """
    came: list[Callable[[], T]] = []

    def work() -> None:
        try:
            with foreign(f"the kind's {name}", LIMIT):
                result = function()
        except BrokenOff as error:  # sys.exit() and the like: no kind ends the program
            came.append(_raiser(_ends_the_program(name, error)))
        except Exception as error:  # noqa: BLE001 -- handed on to the caller as it is
            came.append(_raiser(error))
        else:
            came.append(lambda: result)

    thread = threading.Thread(target=work, name=f"contract-{name}", daemon=True)
    thread.start()
    thread.join(LIMIT)
    if not came:
        raise Broken(
            f"{name} comes back within {LIMIT:g} seconds, whatever the service does",
            "it was still at work",
            "send through transport.http and transport.mail, which give up in time",
        )
    return came[0]()


def _ends_the_program(name: str, error: BrokenOff) -> Broken:
    return Broken(
        f"{name} returns, or raises an Exception",
        f"{name} raised {described(error)}, which is to end the whole program",
        "raise Refused, Unreached or another Exception, or let through what was raised",
    )


def _raiser(error: Exception) -> Callable[[], Any]:
    def again() -> Any:
        raise error

    return again
