"""What all channels of one run share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from kohoctl.attempt import Ended, Patience, Sender
from kohoctl.campaign.file import CampaignFile
from kohoctl.ledger import Ledger
from kohoctl.logs import own_log
from kohoctl.plan import Planner
from kohoctl.redaction import Redactor
from kohoctl.states import State


class Run:
    """One run over one campaign file and one ledger. `stop` may be called from a signal handler."""

    def __init__(
        self,
        file: CampaignFile,
        ledger: Ledger,
        sender: Sender,
        now: Callable[[], datetime],
        tell: Callable[[Ended], None],
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
        self.log = own_log()
        self.delivered = 0
        self.not_delivered: set[str] = set()
        """The keys that ended otherwise in this run."""
        self.still_open: dict[str, State] = {}
        """What an earlier run left open and this one could do nothing about, by key."""
        self.taken: list[str] = []
        """Channels that another run is at work on."""
        self.given_up: dict[str, str] = {}
        """Channels by which nothing more can be delivered, and why: their kind did not come back, say."""
        self.errors: list[BaseException] = []
        """Why the run cannot go on, where it cannot."""
        self._tell = tell
        self._telling = threading.Lock()

    def stop(self) -> None:
        """Begin nothing more; what is in flight comes to its end."""
        self.stopping.set()

    def give_up(self, channel: str, why: str) -> None:
        """Deliver nothing more by ``channel`` in this run."""
        self.given_up[channel] = why
        self.log.error("this channel is given up for this run", channel=channel, reason=why)

    def thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """Start ``work`` in a thread; what it raises stops the run in good order and is kept in ``errors``."""

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 -- raised again by the main thread
                self.errors.append(error)
                self.stop()

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        thread.start()
        return thread

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
            duration=round(ended.seconds, 3),
            **({"reason": outcome.reason} if outcome.reason else {}),
        )
        with self._telling:
            if outcome.state is State.DELIVERED:
                self.delivered += 1
                self.still_open.pop(delivery.key, None)
            else:
                self.not_delivered.add(delivery.key)
            self._tell(ended)
