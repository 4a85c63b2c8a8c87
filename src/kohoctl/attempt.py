"""One attempt at one delivery: which ending whatever comes out of a channel's code means."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, get_args

from kohoctl.channel import Channel
from kohoctl.errors import WAIT_LIMIT, KohoctlError, MissingSecret, Refused, Unreached
from kohoctl.foreign import handling
from kohoctl.language import Sentence
from kohoctl.model import Form, Receipt, Rendition, canonical_json
from kohoctl.outgoing import MayLeave
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

    def send(self, channel: Channel, rendition: Rendition, key: str, may_leave: MayLeave) -> Receipt:
        """Send it, while it ``may_leave``; the exceptions are those of `Channel.deliver`."""

    def send_together(
        self, channel: Channel, items: Sequence[tuple[Rendition, str]], may_leave: MayLeave
    ) -> Sequence[Receipt]:
        """Send several at once, each with its key; the exceptions are those of `Channel.deliver_batch`."""

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
    may_leave: MayLeave,
) -> Ended:
    """Send once, while it ``may_leave``, and say how it ended: nothing else comes out, whatever the channel does.

    ``receipts`` are those of the earlier deliveries that this one speaks of, by key.
    """
    began = time.monotonic()
    try:
        rendition = _as_planned(planned).with_receipts(receipts)
        with handling([planned.recipient]):
            sent = sender.send(channel, rendition, planned.delivery.key, may_leave)
        receipt = clean_receipt(sent, redactor, private_values(planned))
    except BaseException as error:  # noqa: BLE001 -- a plugin's own code, sys.exit() included: it may have sent
        ending, asked, hold = _failure(error, redactor, private_values(planned))
        return Ended(planned, _outcome(planned, number, ending), time.monotonic() - began, asked, hold)
    return Ended(planned, _outcome(planned, number, (State.DELIVERED, None), receipt), time.monotonic() - began)


def attempt_together(
    sender: Sender,
    channel: Channel,
    group: Sequence[tuple[Planned, int]],
    receipts: Sequence[Mapping[str, Receipt]],
    redactor: Redactor,
    may_leave: MayLeave,
) -> list[Ended]:
    """Send a group at once: each delivery with the number of its attempt. What is raised is the ending of them all."""
    began = time.monotonic()
    try:
        renditions = [_as_planned(one).with_receipts(found) for (one, _), found in zip(group, receipts, strict=True)]
        keys = [planned.delivery.key for planned, _ in group]
        with handling([planned.recipient for planned, _ in group]):
            sent = list(sender.send_together(channel, list(zip(renditions, keys, strict=True)), may_leave))
        if len(sent) != len(group):
            raise TypeError(f"the kind gave back {len(sent)} receipts for {len(group)} deliveries")
        clean = [
            clean_receipt(receipt, redactor, private_values(planned))
            for receipt, (planned, _) in zip(sent, group, strict=True)
        ]
    except BaseException as error:  # noqa: BLE001 -- a plugin's own code, sys.exit() included: it may have sent
        private = {value for planned, _ in group for value in private_values(planned)}
        ending, asked, hold = _failure(error, redactor, private)
        seconds = time.monotonic() - began
        return [Ended(planned, _outcome(planned, number, ending), seconds, asked, hold) for planned, number in group]
    seconds, done = (time.monotonic() - began) / len(group), (State.DELIVERED, None)
    return [
        Ended(planned, _outcome(planned, number, done, receipt), seconds)
        for (planned, number), receipt in zip(group, clean, strict=True)
    ]


def still_in_doubt(ended: Ended) -> Ended:
    """A second attempt that failed says nothing about the first, which may have arrived."""
    if ended.outcome.state not in (State.UNREACHED, State.REFUSED):
        return ended
    reason = f"an earlier attempt may have arrived; the next one: {ended.outcome.reason}"
    return replace(ended, outcome=replace(ended.outcome, state=State.UNKNOWN, reason=reason))


def late_reason(planned: Planned, now: datetime) -> str:
    """Why a delivery whose grace has passed is missed."""
    due = planned.delivery.due
    if due is None:
        return Sentence("its time has passed")
    began = f"it was due at {due:%Y-%m-%d %H:%M}"
    if planned.problems:
        held = "; ".join(str(problem) for problem in planned.problems)
        return f"{began}, and was held back until its time had passed: {held}"
    return f"{began}, and no run came before {now.astimezone(due.tzinfo):%Y-%m-%d %H:%M}"


def private_values(planned: Planned) -> tuple[str, ...]:
    """What of the recipient must not be written down."""
    return planned.recipient.private_values if planned.recipient else ()


def _as_planned(planned: Planned) -> Rendition:
    """The rendition, where it still is what was planned. Raises `Refused`."""
    if not planned.rendition.is_unchanged:
        raise Refused("the kind has changed the content since it was planned, so it was not sent")
    return planned.rendition


Ending = tuple[State, str | None]
"""A state, and the reason for it."""


def _outcome(planned: Planned, number: int, ending: Ending, receipt: Receipt | None = None) -> Outcome:
    state, reason = ending
    delivery = planned.delivery
    return Outcome(delivery.key, delivery.channel, state, planned.rendition.digest, number, receipt, reason)


def _failure(error: BaseException, redactor: Redactor, private: Iterable[str]) -> tuple[Ending, timedelta | None, bool]:
    """What an exception out of a channel's code means, how long it asks to wait, and whether that is for all."""
    reason = clean_reason(error, redactor, private)
    if isinstance(error, Unreached):
        return (State.UNREACHED, reason), _bounded(error.retry_after), bool(error.hold_channel)
    if isinstance(error, MissingSecret):
        return (State.UNREACHED, reason), SECRET_PAUSE, False
    if isinstance(error, KohoctlError):  # Refused, and whatever else kohoctl says before it sends
        return (State.REFUSED, reason), None, False
    return (State.UNKNOWN, reason), None, False


def _bounded(asked: object) -> timedelta | None:
    """What a service asked for, as far as it makes sense to wait."""
    return max(timedelta(0), min(asked, WAIT_LIMIT)) if isinstance(asked, timedelta) else None


def clean_reason(error: BaseException | str, redactor: Redactor, private: Iterable[str]) -> str:
    """What ``error`` says on one line, without secrets and without the ``private`` values of a recipient."""
    text = error if isinstance(error, str) else explained(error)
    return plain_text(redactor.scrub(" ".join(text.split()), private), REASON_LENGTH)


def clean_receipt(receipt: object, redactor: Redactor, private: Iterable[str]) -> Receipt:
    """``receipt`` without secrets, and without the ``private`` values of a recipient.

    Raises TypeError for what is no receipt, or cannot be written down: that is no proof.
    """
    if not isinstance(receipt, Receipt):
        raise TypeError(f"the kind gave back {type(receipt).__name__} and no Receipt")
    if receipt.form not in get_args(Form):
        raise TypeError(f"a receipt's form is one of {', '.join(get_args(Form))}, and the kind gave {receipt.form!r}")
    for name, value in (("id", receipt.id), ("url", receipt.url)):
        if not isinstance(value, str | None):
            raise TypeError(f"a receipt's {name} is text, and the kind gave {type(value).__name__}")
    if receipt.id == str(None):  # what str() makes of an id that the answer left out
        raise TypeError("a receipt's id proves the delivery, and the service's answer had none")
    id, url, answer = redactor.scrub_all([receipt.id, receipt.url, receipt.answer], private)
    clean = Receipt(receipt.form, id, url, answer)
    canonical_json(clean.as_json()).encode()
    return clean
