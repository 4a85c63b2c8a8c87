"""What a report says, as plain values, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kohoctl.fulfilment import Request
from kohoctl.problem import Problem
from kohoctl.report.days import Days
from kohoctl.states import Calls, State

WAITING_FOR_A_PERSON = frozenset(
    {State.UNKNOWN, State.MISSED, State.REFUSED, State.UNREACHED, State.SENDING, State.BLOCKED}
)
"""States in which a delivery is open."""
ANYBODY = "*"
"""Stands in a key for the people of a private list."""


@dataclass(frozen=True, slots=True)
class Action:
    """One message of which at least one delivery was made. ``kind`` is that of the first channel that it went out by;
    ``reposted_by`` are the owners of the channels that passed it on, in the file's order."""

    message: str
    words: str
    actor: str
    kind: str
    days: Days
    reposted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What one message came to by one channel: ``delivered`` of ``planned`` deliveries, and where it can be seen.

    Of a private list, ``planned`` counts those that the ledger knows. ``title`` is, of a repost, that of the message
    passed on.
    """

    channel: str
    kind: str
    owner: str
    title: str
    days: Days
    delivered: int
    planned: int
    links: tuple[str, ...] = ()
    is_repost: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A delivery that waits for a person. ``due`` is None where it comes after another message.

    Those to a private list are one where they are in one state: ``key`` has ``*`` instead of the person then, and
    ``count`` says how many they are, None where nothing was tried with any. ``reasons`` are problems, and what the
    ledger has noted, which is English.
    """

    key: str
    title: str
    state: State
    due: datetime | None
    reasons: tuple[Problem | str, ...]
    count: int | None = 1

    @property
    def is_one(self) -> bool:
        """Whether it is a single delivery that ``key`` names."""
        return f"/{ANYBODY}/" not in self.key


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What was done in one campaign: its actions in order of their first days, then as the file has the messages.

    ``sent`` is in the file's order of channels; ``requests`` are those that are carried out by people who can be
    listed one by one; ``unnamed`` counts what was delivered and stands in the file no more; ``unread`` are the channels
    of private lists, of which only what the ledger knows is counted.
    """

    id: str
    title: str
    owner: str
    actions: tuple[Action, ...]
    sent: tuple[Sent, ...]
    requests: tuple[Request, ...]
    calls: tuple[Calls, ...]
    unfinished: tuple[Unfinished, ...]
    unnamed: int = 0
    unread: tuple[str, ...] = ()

    def overdue(self, today: date) -> tuple[Request, ...]:
        """The requests whose day of answer has passed."""
        return tuple(request for request in self.requests if request.is_overdue(today))


@dataclass(frozen=True, slots=True)
class Report:
    """What a ledger knows of a campaign file at a moment, in the file's timezone."""

    file: str
    at: datetime
    is_rehearsal: bool
    campaigns: tuple[CampaignReport, ...]
