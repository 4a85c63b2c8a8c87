"""One attempt at one delivery: which ending whatever comes out of a channel's code means."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from kohoctl.channel import Channel
from kohoctl.errors import KohoctlError, MissingSecret, Unreached
from kohoctl.model import Outcome, Planned, Receipt, Recipient, Rendition, State, canonical_json
from kohoctl.redaction import Redactor

REASON_LENGTH = 500
"""Characters of a reason that are kept: enough for a service's sentence, too few for a page of its HTML."""


class Sender(Protocol):
    """What the loop sends through: the world in a live run, a folder in a rehearsal."""

    def pace(self, channel: Channel) -> str | None:
        """How many deliveries in what time, ``60/hour``; None for no limit."""

    def obstacle(self, channel: Channel) -> str | None:
        """Why nothing can be sent by ``channel`` at all, such as a secret that is not there; None where it can."""

    def send(self, channel: Channel, rendition: Rendition, key: str) -> Receipt:
        """Send it; the exceptions are those of `Channel.deliver`."""

    def find(self, channel: Channel, rendition: Rendition, key: str, since: datetime) -> Receipt | None:
        """Look whether it is there already; as `Channel.find`."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long one run tries. Waits grow from ``first`` to ``longest``; half of each is left to chance,
    so that channels which failed together do not come back together. All spans are in seconds.
    """

    tries: int = 4
    first: float = 1.0
    longest: float = 60.0
    limit: float = 120.0
    """The longest wait within a run: a service that asks for more is tried again by the next run."""

    def delay(self, tried: int, asked: timedelta | None) -> float:
        """How long to wait after ``tried`` attempts, where the service asked for ``asked``."""
        if asked is not None:
            return asked.total_seconds()
        return min(self.longest, self.first * 2.0 ** (tried - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 -- no secret


@dataclass(frozen=True, slots=True)
class Ended:
    """One attempt, or one look, and what it came to."""

    planned: Planned
    outcome: Outcome
    seconds: float = 0.0
    asked: timedelta | None = None
    """How long the service asked to wait."""
    hold_channel: bool = False


def attempt(
    sender: Sender,
    channel: Channel,
    planned: Planned,
    receipts: Mapping[str, Receipt],
    number: int,
    redactor: Redactor,
) -> Ended:
    """Send once, and say how it ended: nothing else comes out, whatever the channel's code does.

    ``receipts`` are those of the earlier deliveries that this one speaks of, by key.
    """
    began = time.monotonic()
    receipt, reason, asked, hold = None, None, None, False
    try:
        rendition = planned.rendition.with_receipts(receipts)
        receipt = _checked(sender.send(channel, rendition, planned.delivery.key))
        state = State.DELIVERED
    except Unreached as error:
        state, reason, asked, hold = State.UNREACHED, error.reason, error.retry_after, error.hold_channel
    except MissingSecret as error:
        state, reason = State.UNREACHED, str(error)
    except KohoctlError as error:  # Refused, and whatever else kohoctl says before it sends
        state, reason = State.REFUSED, str(error)
    except BaseException as error:  # noqa: BLE001 -- a plugin's own code, sys.exit() included: it may have sent
        state, reason = State.UNKNOWN, f"{type(error).__name__}: {error}"
    outcome = Outcome(
        key=planned.delivery.key,
        channel=channel.name,
        state=state,
        digest=planned.rendition.digest,
        attempt=number,
        receipt=clean_receipt(receipt, redactor, planned.recipient),
        reason=clean_reason(reason, redactor, planned.recipient),
    )
    return Ended(planned, outcome, time.monotonic() - began, asked, hold)


def _checked(receipt: object) -> Receipt:
    if not isinstance(receipt, Receipt):
        raise TypeError(f"the kind gave back {type(receipt).__name__} and no Receipt")
    canonical_json(receipt.as_json())  # what cannot be written down is no proof
    return receipt


def private_values(recipient: Recipient | None) -> tuple[str, ...]:
    """The recipient's texts that are looked for in what a service says: short ones of ASCII are ordinary words."""
    if recipient is None:
        return ()
    texts = (
        text
        for name, value in recipient.fields.items()
        if name != "id"
        for text in {value, *re.split(r"[\s|]+", value)}
    )
    return tuple(text for text in texts if len(text) >= (4 if text.isascii() else 2))


def clean_reason(reason: str | None, redactor: Redactor, recipient: Recipient | None) -> str | None:
    """``reason`` on one line, without secrets and without the recipient's personal data."""
    if reason is None:
        return None
    text = redactor.scrub(" ".join(reason.split()), private_values(recipient))
    return text if len(text) <= REASON_LENGTH else text[:REASON_LENGTH] + "…"


def clean_receipt(receipt: Receipt | None, redactor: Redactor, recipient: Recipient | None) -> Receipt | None:
    """``receipt`` without secrets, and its answer without the recipient's personal data."""
    if receipt is None:
        return None
    private = private_values(recipient)
    answer = {
        name: redactor.scrub(value, private) if isinstance(value, str) else value
        for name, value in receipt.answer.items()
    }
    known = {
        name: redactor.scrub(value) if value else value for name, value in (("id", receipt.id), ("url", receipt.url))
    }
    return Receipt(receipt.form, known["id"], known["url"], answer)
