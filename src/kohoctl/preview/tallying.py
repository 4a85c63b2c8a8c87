"""What is known of all the deliveries of a message by a channel, of which the page shows some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TypeAlias

from kohoctl.fulfilment import Request
from kohoctl.problem import Problem
from kohoctl.states import Delivery, Planned, State

KEPT = 100
"""Deliveries of one moment that are kept to be shown: the first ones stand for all of a longer list."""
ENDED_BADLY = frozenset({State.REFUSED, State.UNKNOWN})


Named: TypeAlias = tuple[str, str, str]
"""A campaign, a message and a channel."""


@dataclass(frozen=True)
class Wrong:
    """Something wrong, and with how many deliveries."""

    problem: Problem
    count: int


@dataclass
class Tally:
    """Deliveries that are counted as they go by, so that a list of any length takes the same memory."""

    kept: list[Planned] = field(default_factory=list)
    standing: Counter[tuple[datetime | None, State]] = field(default_factory=Counter)
    """How many are due at a moment and in a state."""
    blocked: int = 0
    """How many have problems."""
    wrong: dict[str, Wrong] = field(default_factory=dict)
    """Each problem once, by its sentence."""
    requests: dict[str, Request] = field(default_factory=dict)
    """What became of those that were requests, each by the key of its first edition."""
    _moments: Counter[datetime | None] = field(default_factory=Counter)

    def add(self, one: Planned) -> None:
        """Count a delivery, and keep it where few of its moment were kept."""
        due = one.delivery.due
        self._moments[due] += 1
        if self._moments[due] <= KEPT:
            self.kept.append(one)
        self.standing[due, one.state] += 1
        self.complain(one)

    def complain(self, one: Planned) -> None:
        """Count what is wrong with a delivery, and know no more of it."""
        self.blame(one.problems, _ended(one))

    def blame(self, problems: Iterable[Problem], ended: Iterable[Problem] = ()) -> None:
        """Count what is wrong with one delivery: its ``problems``, which keep it back, and how it ``ended``."""
        found = tuple(problems)
        self.blocked += bool(found)
        for problem in chain(found, ended):
            said = str(problem)
            known = self.wrong.get(said)
            self.wrong[said] = Wrong(known.problem, known.count + 1) if known else Wrong(problem, 1)


def named(delivery: Delivery) -> Named:
    return delivery.campaign, delivery.message, delivery.channel


def _ended(one: Planned) -> Iterator[Problem]:
    """What is known to have gone wrong with a delivery that was tried."""
    if one.state in ENDED_BADLY and one.entry is not None:
        yield Problem("{what}", {"what": one.entry.reason or str(one.state)})
