"""The only loop that sends.

Channels work side by side, each in order: take the channel, put in doubt what an earlier run left ``sending``, make
sure of what is in doubt, then send what is due. Before anything leaves, the ledger holds ``sending`` under the
delivery's key; whatever happens next, it then holds one of the endings.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import structlog

from kohoctl.attempt import Ended, Pace, Patience, Sender, attempt, clean_reason, clean_receipt
from kohoctl.campaign.file import CampaignFile
from kohoctl.channel import Channel
from kohoctl.ledger import Ledger
from kohoctl.model import Intent, Outcome, Planned, Receipt, State
from kohoctl.plan import Planner, slots
from kohoctl.redaction import Redactor
from kohoctl.wording import Slot

GROUP = 100
"""Intents in one commit where the service itself tells a second delivery of one key: larger groups gain nothing."""
FLUSH_SECONDS = 1.0
"""How long an outcome may wait for the rest of its group."""

Tell = Callable[[Ended], None]


class Run:
    """One run over one campaign file and one ledger. `stop` may be called from a signal handler."""

    def __init__(
        self,
        file: CampaignFile,
        ledger: Ledger,
        sender: Sender,
        now: Callable[[], datetime],
        tell: Tell,
        *,
        redactor: Redactor | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.file = file
        self.ledger = ledger
        self.sender = sender
        self.now = now
        self.planner = Planner(file, ledger)
        self.redactor = redactor or Redactor()
        self.patience = patience or Patience()
        self.stopping = threading.Event()
        self.log = structlog.get_logger("kohoctl")
        self._tell = tell
        self._telling = threading.Lock()
        self._delivered = 0
        self._not_delivered: set[str] = set()
        self._errors: list[BaseException] = []

    def stop(self) -> None:
        """Begin nothing more; what is in flight comes to its end."""
        self.stopping.set()

    def deliver(self, among: Iterable[Slot] | None = None) -> None:
        """Deliver what is due, and what becomes due by that, until nothing is left to do.

        Raises the `LedgerError` that ended the run, where one did.
        """
        wanted = list(among) if among is not None else None
        self._round(lambda channel: _of_channel(self.file, wanted, channel))
        while self._delivered and not self.stopping.is_set():
            self._delivered = 0
            self._round(lambda channel: self._set_free(_of_channel(self.file, wanted, channel)))

    def _set_free(self, among: Iterable[Slot]) -> Iterator[Slot]:
        """The slots that wait for another delivery, without those that this run has dealt with."""
        return (slot for slot in among if _waits_for_another(slot) and slot.key not in self._not_delivered)

    def _round(self, slots_of: Callable[[str], Iterable[Slot]]) -> None:
        threads = []
        for channel in self.file.channels.values():
            if next(self.planner.pending(self.now(), slots_of(channel.name)), None) is None:
                continue
            work = ChannelRun(self, channel).work
            thread = threading.Thread(
                target=self._guarded, args=(work, slots_of(channel.name)), name=channel.name, daemon=True
            )
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _guarded(self, work: Callable[[Iterable[Slot]], None], among: Iterable[Slot]) -> None:
        try:
            work(among)
        except BaseException as error:  # noqa: BLE001 -- raised again by the main thread
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Remember why this run cannot go on, and stop."""
        self._errors.append(error)
        self.stop()

    def tell(self, ended: Ended) -> None:
        """Log one ending, and hand it to whoever watches the run."""
        delivery, outcome = ended.planned.delivery, ended.outcome
        log = self.log.info if outcome.state is State.DELIVERED else self.log.warning
        log(
            "delivery",
            key=delivery.key,
            channel=delivery.channel,
            kind=delivery.kind,
            attempt=outcome.attempt,
            ending=str(outcome.state),
            seconds=round(ended.seconds, 3),
            **({"reason": outcome.reason} if outcome.reason else {}),
        )
        with self._telling:
            if outcome.state is State.DELIVERED:
                self._delivered += 1
            else:
                self._not_delivered.add(delivery.key)
            self._tell(ended)


def _of_channel(file: CampaignFile, wanted: list[Slot] | None, channel: str) -> Iterable[Slot]:
    if wanted is None:
        return slots(file, channel)
    return [slot for slot in wanted if slot.way.channel == channel]


def _waits_for_another(slot: Slot) -> bool:
    return slot.occurrence.after is not None or slot.message.repost is not None


class ChannelRun:
    """The work of one run on one channel."""

    def __init__(self, run: Run, channel: Channel) -> None:
        self.run = run
        self.channel = channel
        self.group = GROUP if channel.resend_safe_for else 1
        self.pace = Pace(channel.pace(), run.stopping)
        self.book = _Book(run, self.group)
        self.log = run.log.bind(channel=channel.name, kind=channel.kind)

    def work(self, among: Iterable[Slot]) -> None:
        """Take the channel and deliver what of ``among`` is due, or step aside where another run has taken it."""
        with self.run.ledger.hold(self.channel.name) as held:
            if not held:
                self.log.info("another run is at work on this channel; this one steps aside")
                return
            self._doubt_what_was_left()
            feed = _Feed(self, self._to_send(among))
            self._side_by_side(lambda: self._work_off(feed))
            feed.give_back()
            self.book.flush()

    def _side_by_side(self, work: Callable[[], None]) -> None:
        count = self.channel.settings.concurrency or self.channel.concurrency
        if count == 1:
            work()
            return

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 -- raised again by the main thread
                self.run.fail(error)

        workers = [threading.Thread(target=guarded, name=f"{self.channel.name}-{n}", daemon=True) for n in range(count)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _doubt_what_was_left(self) -> None:
        left = self.run.ledger.left_sending(self.channel.name)
        reason = "the run that was sending it ended without saying how"
        self.run.ledger.settle(
            [Outcome(e.key, self.channel.name, State.UNKNOWN, e.digest, e.attempt, reason=reason) for e in left],
            self.run.now(),
        )

    # Choosing

    def _to_send(self, among: Iterable[Slot]) -> Iterator[Planned]:
        obstacle = self.run.sender.obstacle(self.channel)
        for planned in self.run.planner.pending(self.run.now(), among):
            if self.run.stopping.is_set():
                return
            if obstacle is not None and (planned.ready or planned.state is State.UNKNOWN):
                self._note(planned, State.BLOCKED, obstacle)
            elif planned.state is State.UNKNOWN:
                if self._may_resend(planned):
                    yield planned
            elif planned.ready:
                yield planned
            elif planned.state is State.MISSED:
                self._record(
                    planned, State.MISSED, f"its time passed while nothing ran: {_passed(planned, self.run.now())} ago"
                )
            elif planned.state is State.BLOCKED:
                self._note(planned, State.BLOCKED, "; ".join(str(problem) for problem in planned.problems))

    def _may_resend(self, planned: Planned) -> bool:
        """Make sure of a delivery in doubt; true where it did not go out, or its service tells a second one."""
        entry = planned.entry
        assert entry is not None  # an unknown state comes from an entry  # noqa: S101
        now, delivery = self.run.now(), planned.delivery
        late = delivery.deadline is not None and now > delivery.deadline and not entry.by_hand
        if entry.digest != planned.rendition.digest:
            self._note(
                planned, State.UNKNOWN, "the file has changed since, so kohoctl cannot make sure: use kohoctl reconcile"
            )
        elif self.channel.can_find:
            return self._look(planned, entry.began) and not late
        elif not late and now - entry.began < self.channel.resend_safe_for:
            return True
        else:
            self._note(planned, State.UNKNOWN, "it may have gone out; look, then use kohoctl reconcile")
        return False

    def _look(self, planned: Planned, since: datetime) -> bool:
        """Ask the channel itself. True where it says that the delivery did not go out."""
        ledger, delivery = self.run.ledger, planned.delivery
        try:
            rendition = planned.rendition.with_receipts(self._receipts(planned))
            receipt = self.run.sender.find(self.channel, rendition, delivery.key, since)
        except BaseException as error:  # noqa: BLE001 -- whatever it is, nobody knows more than before
            why = clean_reason(f"{type(error).__name__}: {error}", self.run.redactor, planned.recipient)
            self._note(planned, State.UNKNOWN, f"could not make sure yet: {why}")
            return False
        if receipt is None:
            reason = "looked for and not found: it did not go out"
            ledger.settle(
                [Outcome(delivery.key, self.channel.name, State.UNREACHED, planned.rendition.digest, reason=reason)],
                self.run.now(),
            )
            return True
        found = clean_receipt(receipt, self.run.redactor, planned.recipient)
        outcome = Outcome(
            delivery.key,
            self.channel.name,
            State.DELIVERED,
            planned.rendition.digest,
            receipt=found,
            reason="found where it was sent",
        )
        ledger.settle([outcome], self.run.now())
        self.run.tell(Ended(planned, outcome))
        return False

    # Sending

    def _work_off(self, feed: _Feed) -> None:
        while (item := feed.take()) is not None:
            self._see_through(*item)

    def _see_through(self, planned: Planned, number: int) -> None:
        """Attempt one delivery until it has ended, or until the next run has to go on with it."""
        rendition = planned.rendition.with_receipts(self._receipts(planned))
        for tried in range(1, self.run.patience.tries + 1):
            if not self.pace.wait(self.run.patience.limit):
                self._not_begun(planned, number)
                return
            ended = attempt(self.run.sender, self.channel, planned, rendition, number, self.run.redactor)
            delay = self.run.patience.delay(tried, ended.asked)
            if ended.hold_channel:
                self.pace.be_quiet(delay)
            if ended.outcome.state is State.UNREACHED:
                ended = replace(
                    ended, outcome=replace(ended.outcome, retry_at=self.run.now() + timedelta(seconds=delay))
                )
            self.book.add(ended)
            if tried == self.run.patience.tries or not self._again(planned, ended, delay):
                return
            claimed = self._claim_again(planned)
            if claimed is None:
                return
            number = claimed

    def _again(self, planned: Planned, ended: Ended, delay: float) -> bool:
        """Wait, where another try in this run is allowed and worth it."""
        state = ended.outcome.state
        doubtful = state is State.UNKNOWN and (self.channel.can_find or bool(self.channel.resend_safe_for))
        if not (state is State.UNREACHED or doubtful) or delay > self.run.patience.limit:
            return False
        self.book.flush()
        if self.run.stopping.wait(delay):
            return False
        return state is State.UNREACHED or self._make_sure_again(planned)

    def _make_sure_again(self, planned: Planned) -> bool:
        entry = self.run.ledger.entries([planned.delivery.key])[planned.delivery.key]
        return self._may_resend(replace(planned, entry=entry))

    def _claim_again(self, planned: Planned) -> int | None:
        intent = Intent(planned.delivery.key, self.channel.name, planned.rendition.digest)
        return self.run.ledger.claim([intent], self.run.now()).get(intent.key)

    def _receipts(self, planned: Planned) -> dict[str, Receipt]:
        entries = self.run.ledger.entries(planned.rendition.needs) if planned.rendition.needs else {}
        return {key: entry.receipt for key, entry in entries.items() if entry.receipt is not None}

    # Writing down

    def _not_begun(self, planned: Planned, number: int) -> None:
        reason = (
            "not begun: the run was stopped"
            if self.run.stopping.is_set()
            else "not begun: the channel's rate is used up"
        )
        self.book.add(
            Ended(
                planned,
                Outcome(
                    planned.delivery.key,
                    self.channel.name,
                    State.UNREACHED,
                    planned.rendition.digest,
                    number,
                    reason=reason,
                ),
            )
        )

    def _note(self, planned: Planned, state: State, reason: str) -> None:
        """Tell of a delivery that stays as it is."""
        self.run.tell(
            Ended(
                planned,
                Outcome(planned.delivery.key, self.channel.name, state, planned.rendition.digest, reason=reason),
            )
        )

    def _record(self, planned: Planned, state: State, reason: str) -> None:
        outcome = Outcome(planned.delivery.key, self.channel.name, state, planned.rendition.digest, reason=reason)
        self.run.ledger.settle([outcome], self.run.now())
        self.run.tell(Ended(planned, outcome))


def _passed(planned: Planned, now: datetime) -> str:
    due = planned.delivery.due
    return str(now - due).split(".")[0] if due else "long"


class _Feed:
    """Hands deliveries to the channel's workers, each claimed in the ledger before it is handed out."""

    def __init__(self, work: ChannelRun, planned: Iterator[Planned]) -> None:
        self._work = work
        self._planned = planned
        self._claimed: deque[tuple[Planned, int]] = deque()
        self._lock = threading.Lock()

    def take(self) -> tuple[Planned, int] | None:
        """The next delivery and the number of its attempt; None where there is none, or the run stops."""
        with self._lock:
            while not self._claimed and not self._work.run.stopping.is_set():
                group = list(islice(self._planned, self._work.group))
                if not group:
                    return None
                self._claim(group)
            if self._work.run.stopping.is_set():
                return None
            return self._claimed.popleft()

    def _claim(self, group: list[Planned]) -> None:
        name, run = self._work.channel.name, self._work.run
        intents = [Intent(planned.delivery.key, name, planned.rendition.digest) for planned in group]
        granted = run.ledger.claim(intents, run.now())
        self._claimed.extend((planned, granted[key]) for planned in group if (key := planned.delivery.key) in granted)

    def give_back(self) -> None:
        """Put back what was claimed and not begun."""
        with self._lock:
            for planned, number in self._claimed:
                self._work._not_begun(planned, number)
            self._claimed.clear()


class _Book:
    """Commits outcomes: one by one, or in groups where the service guards against a second delivery."""

    def __init__(self, run: Run, group: int) -> None:
        self._run = run
        self._group = group
        self._outcomes: list[Outcome] = []
        self._since = time.monotonic()
        self._lock = threading.Lock()

    def add(self, ended: Ended) -> None:
        self._run.tell(ended)
        with self._lock:
            if not self._outcomes:
                self._since = time.monotonic()
            self._outcomes.append(ended.outcome)
            if len(self._outcomes) >= self._group or time.monotonic() - self._since > FLUSH_SECONDS:
                self._commit()

    def flush(self) -> None:
        with self._lock:
            self._commit()

    def _commit(self) -> None:
        outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            self._run.ledger.settle(outcomes, self._run.now())
