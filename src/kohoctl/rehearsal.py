"""Playing the whole calendar into a folder. Nothing here can reach anybody."""

from __future__ import annotations

import heapq
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, groupby
from pathlib import Path

from kohoctl.campaign.file import CampaignFile
from kohoctl.channel import Channel, at_work
from kohoctl.delivery import deliver
from kohoctl.earlier import Earlier, stand_in
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence
from kohoctl.ledger import Ledger
from kohoctl.model import Receipt, Rendition
from kohoctl.outgoing import MayLeave
from kohoctl.plan import Planner, slots
from kohoctl.run import Run
from kohoctl.states import State
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
    """Writes what would leave into ``folder``, one folder for each delivery's key.

    Its methods are those of `kohoctl.attempt.Sender`; there is no pace to keep.
    """

    folder: Path
    clock: Clock

    def pace(self, channel: Channel) -> str | None:
        return None

    def send(self, channel: Channel, rendition: Rendition, key: str, may_leave: MayLeave) -> Receipt:
        target = self.folder / key
        try:
            target.mkdir(parents=True, exist_ok=True)
            with at_work(channel):
                artifacts = dict(channel.artifacts(rendition, key, self.clock.now()))
            for name, content in artifacts.items():
                (target / safe_name(name)).write_bytes(content)
        except OSError as error:
            raise KohoctlError(
                Sentence("{path} cannot be written: {reason}", path=target, reason=error.strerror)
            ) from error
        address = stand_in(Earlier(key, "url"))  # for the texts that come after it; nothing can be seen there
        return Receipt(channel.form, id=key, answer={"rehearsal": True, "url": address})

    def send_together(
        self, channel: Channel, items: Sequence[tuple[Rendition, str]], may_leave: MayLeave
    ) -> Sequence[Receipt]:
        return [self.send(channel, rendition, key, may_leave) for rendition, key in items]

    def find(self, channel: Channel, rendition: Rendition, key: str, since: datetime) -> Receipt | None:
        return None


def safe_name(name: str) -> str:
    """``name`` as a file name that stays in its folder on any system."""
    return _UNSAFE.sub("_", name).lstrip(".") or "_"


def play(run: Run, clock: Clock, until: datetime | None = None) -> None:
    """Deliver everything in order of time, the clock jumping from moment to moment; nothing after ``until``."""
    calendar = _Calendar(run)
    held: list[Slot] = []
    while not run.stopping.is_set() and (moment := calendar.next_moment()) is not None:
        if until is not None and moment > until:
            return
        clock.time = moment
        batch = held + calendar.take(moment)
        deliver(run, batch)
        held = [slot for slot in batch if slot.message.repost is not None and not _is_known(run, slot)]
        calendar.set_free(batch, moment)


class _Calendar:
    """The moments still to be played, and what waits for another message to get one."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._order = count()
        self._timed: list[tuple[datetime, int, Slot]] = []
        self._waiting: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        for slot in slots(run.file):
            if slot.occurrence.after is not None:
                self._waiting[slot.message.campaign, slot.occurrence.after.message].append(slot)
            elif slot.occurrence.due is not None:
                heapq.heappush(self._timed, (slot.occurrence.due, next(self._order), slot))

    def next_moment(self) -> datetime | None:
        return self._timed[0][0] if self._timed else None

    def take(self, moment: datetime) -> list[Slot]:
        """What is due at ``moment``."""
        taken = []
        while self._timed and self._timed[0][0] == moment:
            taken.append(heapq.heappop(self._timed)[2])
        return taken

    def set_free(self, played: Iterable[Slot], moment: datetime) -> None:
        """Give a moment to whatever comes after one of the messages ``played``, where that is out now."""
        for name in {(slot.message.campaign, slot.message.id) for slot in played}:
            still_waiting = []
            for _, group in groupby(self._waiting.pop(name, []), key=lambda slot: slot.message.id):
                together = list(group)
                due = self._run.planner.due(together[0])
                if due is None:
                    still_waiting += together
                    continue
                for slot in together:
                    heapq.heappush(self._timed, (max(due, moment), next(self._order), slot))
            if still_waiting:
                self._waiting[name] = still_waiting


def _is_known(run: Run, slot: Slot) -> bool:
    return bool(run.ledger.entries([slot.key]))


def begin_anew(file: CampaignFile, ledger: Path, outbox: Path) -> int:
    """Clear away an earlier rehearsal that says something else than ``file`` now does.

    Returns the number of deliveries that differ, 0 where none does and all is left as it is. Of the outbox only what
    that rehearsal wrote is removed.
    """
    if not ledger.exists():
        return 0
    with Ledger.open(ledger, "rehearsal") as book:  # not only read, so that one of an older kohoctl will do
        planner = Planner(file, book)
        before = book.everything()
        now = {one.delivery.key: one.rendition.digest for one in planner.plan(datetime.max.replace(tzinfo=UTC))}
    different = [entry for entry in before if now.get(entry.key) != entry.digest or entry.state is not State.DELIVERED]
    if different:
        for entry in before:
            shutil.rmtree(outbox / entry.key, ignore_errors=True)
        for side in ("", "-wal", "-shm"):
            ledger.with_name(ledger.name + side).unlink(missing_ok=True)
        shutil.rmtree(ledger.with_name(ledger.name + ".locks"), ignore_errors=True)
    return len(different)
