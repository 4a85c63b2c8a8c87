"""Telling the plugins' observers of what a live run delivered, beside the deliveries and without holding them up."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy

from kohoctl.attempt import Ended
from kohoctl.errors import MissingSecret
from kohoctl.extensions import Observer, Part
from kohoctl.foreign import foreign, late
from kohoctl.logs import own_log
from kohoctl.model import Receipt
from kohoctl.redaction import described, plain_text
from kohoctl.states import Delivery, State
from kohoctl.transport import Transport

LIMIT = 60.0
"""Seconds for telling one observer of one delivery, and for what is left to be told when the run has ended."""
WAIT = 0.1
"""Seconds between two looks whether all is told."""

Tell = Callable[[Ended], None]
_Item = tuple[Delivery, Receipt]


@contextmanager
def observed(tell: Tell, observers: Sequence[Part[Observer]], transport: Transport) -> Iterator[Tell]:
    """``tell``, which tells the ``observers`` of each delivery too. At the end, what is left is told, or given up."""
    if not observers:
        yield tell
        return
    waiting: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
    work = threading.Thread(target=_work, args=(waiting, observers, transport), name="observers", daemon=True)
    work.start()

    def tell_all(ended: Ended) -> None:
        tell(ended)
        if ended.outcome.state is State.DELIVERED and ended.outcome.receipt is not None:
            waiting.put((ended.planned.delivery, deepcopy(ended.outcome.receipt)))

    try:
        yield tell_all
    finally:
        waiting.put(None)
        _wait(work, waiting)


def _wait(work: threading.Thread, waiting: queue.SimpleQueue[_Item | None]) -> None:
    until = time.monotonic() + LIMIT
    while work.is_alive() and time.monotonic() < until and work.ident not in late():
        work.join(WAIT)
    if work.is_alive():
        left = waiting.qsize()
        own_log().error("the observers were not told of everything", deliveries_left=left)


def _work(waiting: queue.SimpleQueue[_Item | None], observers: Sequence[Part[Observer]], transport: Transport) -> None:
    while (item := waiting.get()) is not None:
        for observer in observers:
            _tell(observer, *item, transport)


def _tell(observer: Part[Observer], delivery: Delivery, receipt: Receipt, transport: Transport) -> None:
    try:
        with foreign(observer.origin, LIMIT):
            observer.it(delivery=delivery, receipt=receipt, transport=transport.for_attempt())
    except MissingSecret as error:
        _log(observer, delivery, str(error))
    except BaseException as error:  # noqa: BLE001 -- a plugin's own code: the delivery was made, whatever it does
        _log(observer, delivery, transport.redactor.scrub(described(error)))


def _log(observer: Part[Observer], delivery: Delivery, reason: str) -> None:
    own_log().warning("an observer failed", plugin=observer.origin, key=delivery.key, reason=plain_text(reason))
