"""What one run does on a channel that makes several deliveries at once: a print run of letters, say."""

from __future__ import annotations

import threading
from dataclasses import replace

from kohoctl.attempt import Ended, attempt_together, late_reason, still_in_doubt
from kohoctl.channel import Channel
from kohoctl.channel_run import ChannelRun
from kohoctl.feed import Feed
from kohoctl.states import Planned, State


class BatchRun(ChannelRun):
    """The work of one run on one channel, a group at a time: claimed together, made together, written down together.

    A group that was not reached is left to the next run.
    """

    @staticmethod
    def group_of(channel: Channel) -> int:
        return channel.batch_size()

    def _work_off(self, feed: Feed) -> None:
        while self._has_turn() and (group := feed.take_group(self.pace.room())):
            for _ in group[1:]:
                self.pace.wait(0, self.book.flush)  # each of them has its turn: there was room for all
            in_time = [one for one in group if not self._is_too_late(*one)]
            if in_time:
                self._see_group_through(in_time)
            self.book.flush()

    def _is_too_late(self, planned: Planned, number: int) -> bool:
        """Whether the delivery's grace has passed meanwhile; it is then written down as missed."""
        if self._in_doubt(planned) or not self._is_late(planned):
            return False
        outcome = self._outcome(planned, State.MISSED, late_reason(planned, self.run.now()))
        self.book.add(Ended(planned, replace(outcome, attempt=number)))
        return True

    def _see_group_through(self, group: list[tuple[Planned, int]]) -> None:
        """Attempt a group once."""
        self._in_hand[threading.get_ident()] = group
        receipts = [self._receipts(planned) for planned, _ in group]
        may_leave = self._told_apart([planned for planned, _ in group if self._in_doubt(planned)])
        all_ended = attempt_together(self.run.sender, self.channel, group, receipts, self.run.redactor, may_leave)
        if self._in_hand.pop(threading.get_ident(), None) is None:
            return  # given up meanwhile: the ledger has them as unknown
        for (planned, _), told in zip(group, all_ended, strict=True):
            ended = still_in_doubt(told) if self._in_doubt(planned) else told
            delay = self.run.patience.delay(1, ended.asked)
            if ended.hold_channel:
                self.pace.be_quiet(delay)
            self._write_down(ended, delay)
