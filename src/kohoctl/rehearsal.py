"""Playing the whole calendar into a folder. Nothing here can reach anybody."""

from __future__ import annotations

import heapq
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from kohoctl.channel import Channel
from kohoctl.delivery import deliver
from kohoctl.errors import KohoctlError
from kohoctl.model import Receipt, Rendition
from kohoctl.plan import slots
from kohoctl.run import Run
from kohoctl.wording import Slot

_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


class Clock:
    """A clock that stands where the rehearsal puts it."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        """The moment that is being played."""
        return self.time


@dataclass(frozen=True)
class Outbox:
    """Writes what would leave into ``folder``, one folder for each delivery's key."""

    folder: Path
    clock: Clock

    def pace(self, channel: Channel) -> str | None:
        return None

    def obstacle(self, channel: Channel) -> str | None:
        return None

    def send(self, channel: Channel, rendition: Rendition, key: str) -> Receipt:
        target = self.folder / key
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name, content in channel.artifacts(rendition, key, self.clock.now()).items():
                (target / safe_name(name)).write_bytes(content)
        except OSError as error:
            raise KohoctlError(f"{target} cannot be written: {error.strerror}") from error
        return Receipt.published(id=key, rehearsal=True)

    def find(self, channel: Channel, rendition: Rendition, key: str, since: datetime) -> Receipt | None:
        return None


def safe_name(name: str) -> str:
    """``name`` as a file name that stays in its folder on any system."""
    return _UNSAFE.sub("_", name).lstrip(".") or "_"


def play(run: Run, clock: Clock, until: datetime | None = None) -> None:
    """Deliver everything in order of time, the clock jumping from moment to moment; nothing after ``until``."""
    order = count()
    timed = [(slot.occurrence.due, next(order), slot) for slot in slots(run.file) if slot.occurrence.due is not None]
    waiting = [slot for slot in slots(run.file) if slot.occurrence.due is None]
    held: list[Slot] = []
    heapq.heapify(timed)
    while timed and not run.stopping.is_set():
        moment = timed[0][0]
        if until is not None and moment > until:
            return
        clock.time = moment
        batch = held
        while timed and timed[0][0] == moment:
            batch.append(heapq.heappop(timed)[2])
        deliver(run, batch)
        held = [slot for slot in batch if slot.message.repost is not None and not _is_known(run, slot)]
        set_free = [(due, slot) for slot in waiting if (due := run.planner.due(slot)) is not None]
        waiting = [slot for slot in waiting if all(slot is not free for _, free in set_free)]
        for due, slot in set_free:
            heapq.heappush(timed, (max(due, moment), next(order), slot))


def _is_known(run: Run, slot: Slot) -> bool:
    return bool(run.ledger.entries([slot.key]))


_FORBIDDEN = (
    "socket.__new__",
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
)
_rehearsing = False
_watched = False


@contextmanager
def reaching_nobody() -> Iterator[None]:
    """Whatever a plugin's code tries meanwhile, no socket is opened and no other program started by this process."""
    global _rehearsing, _watched
    if not _watched:
        sys.addaudithook(_watch)  # can never be taken off again, so it is put on once and asks whether it is meant
        _watched = True
    _rehearsing = True
    try:
        yield
    finally:
        _rehearsing = False


def _watch(event: str, _: tuple[Any, ...]) -> None:
    if _rehearsing and event in _FORBIDDEN:
        raise KohoctlError(f"a rehearsal reaches nobody, and this kind of channel tried to ({event})")
