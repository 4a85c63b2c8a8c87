"""Where deliveries stand: as a plan sees them, and as the ledger tells of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kohoctl.model import Receipt, Recipient, Rendition
from kohoctl.problem import Problem


class State(StrEnum):
    """Where a delivery stands. The first four are told by file and clock, the others by the ledger."""

    WAITING = "waiting"
    """Its time, or the message it comes after, is still to come."""
    DUE = "due"
    BLOCKED = "blocked"
    """Its rendition has problems, or what it comes after did not go out."""
    MISSED = "missed"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNREACHED = "unreached"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Message × channel × recipient × occurrence. ``key`` names it for ever."""

    key: str
    campaign: str
    message: str
    channel: str
    kind: str
    recipient: str | None
    due: datetime | None
    deadline: datetime | None
    """``due`` plus the message's grace: after it, a person decides."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one key."""

    key: str
    state: State
    digest: str
    attempt: int
    at: datetime
    """When it came into this state."""
    began: datetime
    """When the first attempt began of which it is not known that nothing was sent; ``at`` where there was none."""
    receipt: Receipt | None = None
    reason: str | None = None
    retry_at: datetime | None = None
    by: str | None = None
    """Whose word this state is, where it is a person's."""
    released_by: str | None = None
    """Who said that it may be sent, whatever its grace."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be attempted: committed to the ledger before anything leaves."""

    key: str
    channel: str
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery.

    ``attempt`` is None where it is not an attempt's end but a person's or the clock's word; ``by`` names that person.
    """

    key: str
    channel: str
    state: State
    digest: str
    attempt: int | None = None
    receipt: Receipt | None = None
    reason: str | None = None
    retry_at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One delivery as the plan of a moment sees it. ``entry`` is None while the ledger knows nothing of it."""

    delivery: Delivery
    state: State
    rendition: Rendition
    problems: tuple[Problem, ...] = ()
    entry: Entry | None = None
    recipient: Recipient | None = field(default=None, repr=False)
    ready: bool = False
    """Whether a live run at this moment would send it."""

    @property
    def changed(self) -> bool:
        """Whether what was delivered differs from what the file says now."""
        return self.entry is not None and self.state is State.DELIVERED and self.entry.digest != self.rendition.digest


class Step(StrEnum):
    """How far a person has come with what was requested."""

    ACCEPTED = "accepted"
    """They will do it."""
    PLACED = "placed"
    """It is done, in so many places of so many."""
    EVIDENCED = "evidenced"
    """It can be seen: a photograph, a clipping, an address."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Record:
    """A person's word on how far a request has come.

    ``place`` is the one of the task's places that it is about, None where it is about all of it; ``count`` of
    ``total`` are done there. ``evidence`` is an address or a file's path, with the file's SHA-256 in hexadecimal in
    ``evidence_sha256``; ``on`` is the day of which they speak, ``at`` the moment at which it was written down, and
    ``by`` says whose word it is.
    """

    key: str
    step: Step
    by: str
    at: datetime
    place: str | None = None
    count: int | None = None
    total: int | None = None
    evidence: str | None = None
    evidence_sha256: str | None = None
    on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls came to a campaign's call centre on one day about one topic. A later word on both replaces it."""

    campaign: str
    day: date
    topic: str
    count: int
    by: str
    at: datetime
