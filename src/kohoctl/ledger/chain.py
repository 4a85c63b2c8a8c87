"""The events of a ledger, each bound to the one before it by its hash."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar, cast

from kohoctl.ledger.events import WORD, Columns, event_hash
from kohoctl.states import State

T = TypeVar("T")

LOOKUP = 500
"""Keys in one query, below the 999 variables that the oldest SQLite allows."""
Standing = tuple[str | None, int, str | None, str | None]
"""A delivery's state, the number of its latest attempt, the digest of what was to be sent, and who released it."""
NEVER: Standing = (None, 0, None, None)
"""How a delivery stands that was never attempted."""

_ADD_EVENTS = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)"
_ADD_STATES = f"""
INSERT INTO deliveries SELECT key, channel, state, attempt, digest, at, at, data FROM events
    WHERE seq >= ? AND attempt <> {WORD} ORDER BY seq
ON CONFLICT (key) DO UPDATE SET
    channel = excluded.channel, state = excluded.state, attempt = excluded.attempt,
    at = excluded.at, data = excluded.data,
    began = CASE WHEN excluded.state = 'sending' AND state NOT IN ('sending', 'unknown') THEN excluded.at ELSE began END
"""
"""Brings the states up to date with the events from a number on."""
_ADD_STATES_AND_DIGESTS = f"{_ADD_STATES}, digest = excluded.digest"
"""The same where digests change. SQLite would move each within its index otherwise too: a quarter of a write's cost."""


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

    def result(self) -> T:
        """What the work gave back. Raises what stopped it, or the transaction that it was in."""
        if self.error is not None:
            raise self.error
        return cast(T, self._value)


class Chain:
    """The events of one transaction, each bound to the one before it by its hash.

    ``before`` is the connection's transaction before, if that was committed. What it knew of attempts at hand still
    holds where its last event is the ledger's last: then nobody else has written meanwhile.
    """

    def __init__(self, connection: sqlite3.Connection, before: Chain | None) -> None:
        last = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self._connection = connection
        self._seq: int = last["seq"] if last else 0
        self._previous: bytes = last["hash"] if last else b""
        self._first = self._seq + 1
        self._events: list[tuple[object, ...]] = []
        self._standing: dict[str, Standing] = {}
        self._ended: list[str] = []
        self._digests_change = False
        if before and (before._seq, before._previous) == (self._seq, self._previous):
            self._standing = before._standing
            for key in before._ended:
                self._standing.pop(key, None)

    def standing(self, keys: Sequence[str]) -> dict[str, Standing]:
        """How each of ``keys`` stands, as far as that is known: what of an entry the next event of its key needs."""
        found = {key: self._standing[key] for key in keys if key in self._standing}
        unknown = [key for key in keys if key not in found]
        for start in range(0, len(unknown), LOOKUP):
            part = unknown[start : start + LOOKUP]
            marks = ",".join("?" * len(part))
            sql = f"SELECT key, state, attempt, digest, data FROM deliveries WHERE key IN ({marks})"
            for key, state, attempt, digest, data in self._connection.execute(sql, part):
                released_by = json.loads(data).get("released_by") if "released_by" in data else None
                found[key] = state, attempt, digest, released_by
        return found

    def add(self, events: Sequence[Columns], standing: Mapping[str, Standing], digests_change: bool = False) -> None:
        """Add ``events``, each bound to the one before it.

        ``standing`` is how their keys stand then; ``digests_change`` where one of these had another digest before.
        """
        seq, previous = self._seq, self._previous
        bound = []
        for columns in events:
            seq += 1
            previous = event_hash(previous, seq, columns)
            bound.append((seq, *columns, previous))
        self._seq, self._previous = seq, previous
        self._events += bound
        self._standing.update(standing)
        self._ended += [key for key, (state, *_) in standing.items() if state != State.SENDING]
        self._digests_change |= digests_change

    def write(self) -> None:
        """Put what was added into the tables."""
        self._connection.executemany(_ADD_EVENTS, self._events)
        self._connection.execute(_ADD_STATES_AND_DIGESTS if self._digests_change else _ADD_STATES, (self._first,))
