"""What one run does on one channel: choose, make sure of what is in doubt, send, write down."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from kohoctl.attempt import (
    Ended,
    attempt,
    clean_reason,
    clean_receipt,
    late_reason,
    private_values,
    still_in_doubt,
)
from kohoctl.channel import Channel, may_resend
from kohoctl.errors import KohoctlError
from kohoctl.feed import Book, Feed, intent_of
from kohoctl.foreign import LOOK_AGAIN, foreign, handling, late
from kohoctl.language import Sentence
from kohoctl.model import Receipt
from kohoctl.outgoing import MayLeave
from kohoctl.pace import Pace
from kohoctl.redaction import words
from kohoctl.run import Run
from kohoctl.settings import parse_rate
from kohoctl.states import Outcome, Planned, State
from kohoctl.wording import Slot

GROUP = 100
"""Intents in one commit where the service itself tells a second delivery of one key: larger groups gain nothing."""


class ChannelRun:
    """The work of one run on one channel."""

    def __init__(self, run: Run, channel: Channel) -> None:
        group = self.group_of(channel)
        self.run = run
        self.channel = channel
        self.obstacle: str | None = None
        """Why nothing can be sent by this channel at all."""
        rate = self._rate()
        self.pace = Pace(rate, run.stopping, self._past_attempts(rate))
        self.book = Book(run.ledger, group, run.now, run.tell)
        self.group = group
        self._given_up = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lost: set[int | None] = set()
        self._in_hand: dict[int, Sequence[tuple[Planned, int | None]]] = {}
        """What each thread has handed to the kind, and the number of the attempt; none where it only looks."""

    @staticmethod
    def group_of(channel: Channel) -> int:
        """How many intents are committed at once: the more, the more are in doubt after a crash."""
        return GROUP if channel.resend_safe_for else 1

    def start(self, among: Iterable[Slot]) -> None:
        """Begin to deliver what of ``among`` is due."""
        self._threads.append(self.run.thread(self.channel.name, partial(self._work, among)))

    def wait(self) -> None:
        """Wait until all is done; where the kind does not come back from something, go on without it."""
        while busy := [one for one in self._threads if one.is_alive() and one.ident not in self._lost]:
            busy[0].join(LOOK_AGAIN)
            stuck = late()
            for thread in self._threads:
                if thread.ident in stuck and thread.ident not in self._lost:
                    self._give_up(thread.ident, stuck[thread.ident])
        if self._lost:
            self.book.flush()

    def _give_up(self, thread: int, code: foreign) -> None:
        """Do without a thread that the kind has not given back: what it was sending may have arrived."""
        self._lost.add(thread)
        self._given_up.set()
        self.run.give_up(self.channel.name, str(code))
        in_hand = [
            (planned, replace(self._outcome(planned, State.UNKNOWN, str(code)), attempt=number))
            for planned, number in self._in_hand.pop(thread, ())
        ]
        self.run.ledger.settle([outcome for _, outcome in in_hand if outcome.attempt is not None], self.run.now())
        for planned, outcome in in_hand:
            self.run.tell(Ended(planned, outcome, code.limit))

    def _is_over(self) -> bool:
        return self._given_up.is_set() or self.run.stopping.is_set()

    def _work(self, among: Iterable[Slot]) -> None:
        """Take the channel and deliver what of ``among`` is due, or step aside where another run has taken it."""
        with self.run.ledger.hold(self.channel.name) as held:
            if not held:
                self.run.log.info("another run is at work on this channel", channel=self.channel.name)
                self.run.taken.append(self.channel.name)
                return
            self._doubt_what_was_left()
            feed = Feed(self._to_send(among), self.run.ledger, self.group, self._is_over, self.run.now)
            try:
                self._side_by_side(feed)
            finally:
                self.book.flush()
                if not self._given_up.is_set():
                    self._give_back(feed)

    def _rate(self) -> str | None:
        """The channel's pace, asked for once; what keeps it from sending is noted."""
        try:
            return self.run.sender.pace(self.channel)
        except KohoctlError as error:
            self.obstacle = words(error)
            return None

    def _past_attempts(self, rate: str | None) -> list[timedelta]:
        if rate is None:
            return []
        now = self.run.now()
        since = now - parse_rate(rate)[1]
        begun = self.run.ledger.attempts_since(self.channel.name, since)
        return [max(timedelta(0), now - at) for at in begun]  # a clock that was ahead is no reason to wait for it

    def _doubt_what_was_left(self) -> None:
        left = self.run.ledger.left_sending(self.channel.name)
        reason = Sentence("the run that was sending it ended without saying how")
        doubts = [Outcome(e.key, self.channel.name, State.UNKNOWN, e.digest, e.attempt, reason=reason) for e in left]
        if doubts:
            self.run.ledger.settle(doubts, self.run.now())

    def _side_by_side(self, feed: Feed) -> None:
        count = self.channel.settings.concurrency or self.channel.concurrency
        if count == 1:
            self._work_off(feed)
            return
        work = partial(self._work_off, feed)
        workers = [self.run.thread(f"{self.channel.name}-{number}", work) for number in range(count)]
        self._threads.extend(workers)
        for worker in workers:
            while worker.is_alive() and worker.ident not in self._lost:
                worker.join(LOOK_AGAIN)

    # Choosing

    def _to_send(self, among: Iterable[Slot]) -> Iterator[Planned]:
        """What is to be sent now. What is not, for a reason that people should know, is told on the way."""
        for planned in self.run.planner.pending(self.run.now(), among):
            if self._is_over():
                return
            if self.obstacle is not None and (planned.ready or planned.state is State.UNKNOWN):
                self._tell(planned, State.BLOCKED, self.obstacle)
            elif planned.ready or (planned.state is State.UNKNOWN and self._may_resend(planned)):
                yield planned
            elif planned.state is State.MISSED:
                self._record(planned, State.MISSED, late_reason(planned, self.run.now()))
            elif planned.state in (State.REFUSED, State.UNREACHED) and not (planned.entry and planned.entry.by):
                self.run.still_open[planned.delivery.key] = planned.state
            elif planned.state is State.BLOCKED:
                self._tell(planned, State.BLOCKED, "; ".join(problem.with_hint for problem in planned.problems))

    def _may_resend(self, planned: Planned) -> bool:
        """Make sure of a delivery in doubt; true where it did not go out, or its service tells a second one."""
        entry, late, now = planned.entry, self._is_late(planned), self.run.now()
        if entry is None:
            return False
        if entry.digest != planned.rendition.digest:
            changed = Sentence("the file has changed since, so nobody can make sure: use kohoctl reconcile")
            self._tell(planned, State.UNKNOWN, changed)
        elif self.channel.can_find:
            return self._look(planned, entry.began) and not late
        elif not late and may_resend(self.channel, entry.began, now):
            return True
        else:
            self._tell(planned, State.UNKNOWN, Sentence("it may have gone out: look, then use kohoctl reconcile"))
        return False

    def _is_late(self, planned: Planned) -> bool:
        deadline = planned.delivery.deadline
        released = planned.entry is not None and planned.entry.released_by is not None
        return deadline is not None and self.run.now() > deadline and not released

    def _look(self, planned: Planned, since: datetime) -> bool:
        """Ask the channel itself. True where it says that the delivery did not go out."""
        thread = threading.get_ident()
        self._in_hand[thread] = [(planned, None)]
        try:
            rendition = planned.rendition.with_receipts(self._receipts(planned))
            with handling([planned.recipient]):
                receipt = self.run.sender.find(self.channel, rendition, planned.delivery.key, since)
            found = clean_receipt(receipt, self.run.redactor, private_values(planned)) if receipt is not None else None
        except BaseException as error:  # noqa: BLE001 -- whatever it is, nobody knows more than before
            why = clean_reason(error, self.run.redactor, private_values(planned))
            if self._in_hand.pop(thread, None) is not None:
                self._tell(planned, State.UNKNOWN, f"could not make sure yet: {why}")
            return False
        if self._in_hand.pop(thread, None) is None:
            return False  # given up meanwhile
        if found is None:
            reason = Sentence("looked for and not found: it did not go out")
            outcome = self._outcome(planned, State.UNREACHED, reason)
            self.run.ledger.settle([outcome], self.run.now())
            return True
        self._record(planned, State.DELIVERED, "found where it was sent", found)
        return False

    # Sending

    def _work_off(self, feed: Feed) -> None:
        while self._has_turn() and (item := feed.take(self.pace.room())) is not None:
            self._see_through(*item)

    def _has_turn(self) -> bool:
        if self._given_up.is_set():
            return False
        if self.pace.wait(self.run.patience.limit, self.book.flush):
            return True
        if not self.run.stopping.is_set():
            self.run.log.info("this channel has to rest; the next run goes on with it", channel=self.channel.name)
        return False

    def _see_through(self, planned: Planned, number: int) -> None:
        """Attempt one delivery until it has ended, or until the next run has to go on with it."""
        receipts = self._receipts(planned)
        tries = self.run.patience.tries
        in_doubt = self._in_doubt(planned)
        for tried in range(1, tries + 1):
            if self._is_late(planned) and not in_doubt:
                outcome = self._outcome(planned, State.MISSED, late_reason(planned, self.run.now()))
                self.book.add(Ended(planned, replace(outcome, attempt=number)))
                return
            self._in_hand[threading.get_ident()] = [(planned, number)]
            may_leave = self._told_apart([planned] if in_doubt else [])
            ended = attempt(self.run.sender, self.channel, planned, receipts, number, self.run.redactor, may_leave)
            if self._in_hand.pop(threading.get_ident(), None) is None:
                return  # given up meanwhile: the ledger has it as unknown
            if in_doubt:
                ended = still_in_doubt(ended)
            delay = self.run.patience.delay(tried, ended.asked)
            if ended.hold_channel:
                self.pace.be_quiet(delay)
            self._write_down(ended, delay)
            if tried == tries or not self._again(planned, ended, delay) or not self._has_turn():
                return
            claimed = self.run.ledger.claim([intent_of(planned)], self.run.now()).get(planned.delivery.key)
            if claimed is None:
                return
            number = claimed
            in_doubt = ended.outcome.state is State.UNKNOWN and not self.channel.can_find

    def _told_apart(self, in_doubt: Sequence[Planned]) -> MayLeave:
        """Whether the service still tells a second delivery of each of these from the first, which may have arrived."""
        entries = self.run.ledger.entries([planned.delivery.key for planned in in_doubt])
        began = [entry.began for entry in entries.values()]
        return lambda: all(may_resend(self.channel, at, self.run.now()) for at in began)

    def _again(self, planned: Planned, ended: Ended, delay: float) -> bool:
        """Wait, where another try in this run is allowed and worth it."""
        state = ended.outcome.state
        can_make_sure = self.channel.can_find or bool(self.channel.resend_safe_for)
        worth_it = state is State.UNREACHED or (state is State.UNKNOWN and can_make_sure)
        if not worth_it or delay > self.run.patience.limit:
            return False
        self.book.flush()
        if self.run.stopping.wait(delay):
            return False
        if state is State.UNREACHED:
            return True
        key = planned.delivery.key
        return self._may_resend(replace(planned, entry=self.run.ledger.entries([key])[key]))

    def _receipts(self, planned: Planned) -> dict[str, Receipt]:
        needs = planned.rendition.needs
        entries = self.run.ledger.entries(needs) if needs else {}
        return {key: entry.receipt for key, entry in entries.items() if entry.receipt is not None}

    # Writing down

    def _write_down(self, ended: Ended, delay: float) -> None:
        if ended.outcome.state is State.UNREACHED:
            retry_at = self.run.now() + timedelta(seconds=delay)
            ended = replace(ended, outcome=replace(ended.outcome, retry_at=retry_at))
        self.book.add(ended)

    def _give_back(self, feed: Feed) -> None:
        """Put back what was claimed and not begun: the next run sends it, and what was in doubt is in doubt still."""
        left = [
            replace(self._outcome(planned, self._before(planned), Sentence("not begun")), attempt=number)
            for planned, number in feed.left_over()
        ]
        if left:
            self.run.ledger.settle(left, self.run.now())

    def _before(self, planned: Planned) -> State:
        """What a delivery is that was claimed and not attempted."""
        return State.UNKNOWN if self._in_doubt(planned) else State.UNREACHED

    def _in_doubt(self, planned: Planned) -> bool:
        """Whether an earlier attempt may have arrived, and only the service can tell this one from it."""
        return planned.state is State.UNKNOWN and not self.channel.can_find

    def _record(self, planned: Planned, state: State, reason: str, receipt: Receipt | None = None) -> None:
        outcome = replace(self._outcome(planned, state, reason), receipt=receipt)
        self.run.ledger.settle([outcome], self.run.now())
        self.run.tell(Ended(planned, outcome))

    def _tell(self, planned: Planned, state: State, reason: str) -> None:
        """Tell of a delivery that stays as it is."""
        self.run.tell(Ended(planned, self._outcome(planned, state, reason)))

    def _outcome(self, planned: Planned, state: State, reason: str) -> Outcome:
        clean = clean_reason(reason, self.run.redactor, private_values(planned))
        return Outcome(planned.delivery.key, self.channel.name, state, planned.rendition.digest, reason=clean)
