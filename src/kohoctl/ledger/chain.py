"""The events of a ledger, each bound to the one before it by its hash."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar, cast

from kohoctl.ledger.events import WORD, Columns, claim_data, event_hash, outcome_data, word_data
from kohoctl.states import Outcome, State

T = TypeVar("T")

LOOKUP = 500
"""Keys in one query, below the 999 variables that the oldest SQLite allows."""
Standing = tuple[str | None, int, str | None]
"""A delivery's state, the number of its latest attempt, and who released it."""
NEVER: Standing = (None, 0, None)
"""How a delivery stands that was never attempted."""


class Job(Generic[T]):
    """Something that one thread wants written, and what came of it."""

    def __init__(self, work: Callable[[Chain], T]) -> None:
        self.done = False
        self.error: BaseException | None = None
        self._work = work
        self._value: T | None = None

    def do(self, chain: Chain) -> None:
        """Do the work within the transaction at hand. What it raises itself costs none of the other jobs."""
        try:
            self._value = self._work(chain)
        except Exception as error:  # noqa: BLE001 -- raised again in the thread whose work it is
            self.error = error
            chain.drop()
        else:
            chain.write()

    def result(self) -> T:
        """What the work gave back. Raises what stopped it, or the transaction that it was in."""
        if self.error is not None:
            raise self.error
        return cast(T, self._value)


class Chain:
    """The events of one transaction, each bound to the one before it by its hash."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        last = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self._connection = connection
        self._seq: int = last["seq"] if last else 0
        self._previous: bytes = last["hash"] if last else b""
        self._written = (self._seq, self._previous)
        self._events: list[tuple[object, ...]] = []
        self._states: list[tuple[object, ...]] = []

    def standing(self, keys: Sequence[str]) -> dict[str, Standing]:
        """How each of ``keys`` stands, as far as that is known: what of an entry the next event of its key needs."""
        found: dict[str, Standing] = {}
        for start in range(0, len(keys), LOOKUP):
            part = keys[start : start + LOOKUP]
            sql = f"SELECT key, state, attempt, data FROM deliveries WHERE key IN ({','.join('?' * len(part))})"
            for key, state, attempt, data in self._connection.execute(sql, part):
                released_by = json.loads(data).get("released_by") if "released_by" in data else None
                found[key] = state, attempt, released_by
        return found

    def add(self, at: datetime, outcome: Outcome, attempt: int, released_by: str | None) -> None:
        """Add what ``outcome`` says. A person's release holds from attempt to attempt, until the delivery has ended."""
        if outcome.by and outcome.state is State.UNREACHED:
            released_by = outcome.by
        elif outcome.state in (State.DELIVERED, State.REFUSED):
            released_by = None
        data = claim_data(released_by) if outcome.state is State.SENDING else outcome_data(outcome, released_by)
        moment, state = at.isoformat(), str(outcome.state)
        self._bind((moment, outcome.key, outcome.channel, state, attempt, outcome.digest, data))
        began = moment if outcome.state is State.SENDING else None
        standing = (outcome.key, outcome.channel, state, attempt, outcome.digest, moment, began or moment, data, began)
        self._states.append(standing)

    def add_word(self, at: datetime, key: str, word: str, data: Mapping[str, object]) -> None:
        """Add what a person said; no delivery's state comes of it."""
        self._bind((at.isoformat(), key, "", word, WORD, "", word_data(data)))

    def _bind(self, columns: Columns) -> None:
        """Bind an event to the one before it."""
        self._seq += 1
        self._previous = event_hash(self._previous, self._seq, columns)
        self._events.append((self._seq, *columns, self._previous))

    def drop(self) -> None:
        """Forget what was added since the last `write`."""
        self._seq, self._previous = self._written
        self._events.clear()
        self._states.clear()

    def write(self) -> None:
        """Put what was added into the tables."""
        self._connection.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)", self._events)
        self._connection.executemany(
            "INSERT INTO deliveries VALUES (?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT (key) DO UPDATE"
            " SET channel = excluded.channel, state = excluded.state, attempt = excluded.attempt,"
            " digest = excluded.digest, at = excluded.at, data = excluded.data,"
            " began = CASE WHEN state IN ('sending', 'unknown') THEN began ELSE coalesce(?9, began) END",
            self._states,
        )
        self._written = (self._seq, self._previous)
        self._events.clear()
        self._states.clear()
