"""One attempt at one delivery: which ending whatever comes out of a channel's code means."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, get_args

from kohoctl.channel import Channel
from kohoctl.errors import WAIT_LIMIT, KohoctlError, MissingSecret, Refused, Unreached
from kohoctl.model import Form, Receipt, Rendition, canonical_json
from kohoctl.redaction import Redactor, explained, plain_text
from kohoctl.states import Outcome, Planned, State

REASON_LENGTH = 500
"""Characters of a reason that are kept: enough for a service's sentence, too few for a page of its HTML."""


SECRET_PAUSE = timedelta(minutes=5)
"""Until the next try where a secret cannot be used: a person has to see to it, so no run waits for that."""


class Sender(Protocol):
    """What the loop sends through: the world in a live run, a folder in a rehearsal."""

    def pace(self, channel: Channel) -> str | None:
        """How many deliveries in what time, ``60/hour``; None for no limit.

        Raises `KohoctlError` with why nothing can be sent by ``channel`` at all, such as a secret that is not there.
        """

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
    key, private = planned.delivery.key, planned.recipient.private_values if planned.recipient else ()
    ending = Outcome(key, channel.name, State.UNKNOWN, planned.rendition.digest, number)
    asked, hold = None, False
    try:
        if not planned.rendition.is_unchanged:
            raise Refused("the kind has changed the content since it was planned, so it was not sent")
        rendition = planned.rendition.with_receipts(receipts)
        receipt = clean_receipt(sender.send(channel, rendition, key), redactor, private)
        ending = replace(ending, state=State.DELIVERED, receipt=receipt)
    except Unreached as error:
        ending = replace(ending, state=State.UNREACHED, reason=clean_reason(error, redactor, private))
        asked, hold = _bounded(error.retry_after), bool(error.hold_channel)
    except MissingSecret as error:
        ending = replace(ending, state=State.UNREACHED, reason=clean_reason(error, redactor, private))
        asked = SECRET_PAUSE
    except KohoctlError as error:  # Refused, and whatever else kohoctl says before it sends
        ending = replace(ending, state=State.REFUSED, reason=clean_reason(error, redactor, private))
    except BaseException as error:  # noqa: BLE001 -- a plugin's own code, sys.exit() included: it may have sent
        ending = replace(ending, reason=clean_reason(error, redactor, private))
    return Ended(planned, ending, time.monotonic() - began, asked, hold)


def _bounded(asked: object) -> timedelta | None:
    """What a service asked for, as far as it makes sense to wait."""
    return max(timedelta(0), min(asked, WAIT_LIMIT)) if isinstance(asked, timedelta) else None


def clean_reason(error: BaseException | str, redactor: Redactor, private: Iterable[str]) -> str:
    """What ``error`` says on one line, without secrets and without the ``private`` values of a recipient."""
    text = error if isinstance(error, str) else explained(error)
    return plain_text(redactor.scrub(" ".join(text.split()), private), REASON_LENGTH)


def clean_receipt(receipt: object, redactor: Redactor, private: Iterable[str]) -> Receipt:
    """``receipt`` without secrets, and its answer without the ``private`` values of a recipient.

    Raises TypeError for what is no receipt, or cannot be written down: that is no proof.
    """
    if not isinstance(receipt, Receipt):
        raise TypeError(f"the kind gave back {type(receipt).__name__} and no Receipt")
    if receipt.form not in get_args(Form):
        raise TypeError(f"a receipt's form is one of {', '.join(get_args(Form))}, and the kind gave {receipt.form!r}")
    for name, value in (("id", receipt.id), ("url", receipt.url)):
        if not isinstance(value, str | None):
            raise TypeError(f"a receipt's {name} is text, and the kind gave {type(value).__name__}")
    id, url = redactor.scrub_all([receipt.id, receipt.url])
    answer = redactor.scrub_all(receipt.answer, private) if receipt.answer else {}
    clean = Receipt(receipt.form, id, url, answer)
    canonical_json(clean.as_json()).encode()
    return clean
