"""The ledger in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from filelock import Timeout

from kohoctl.errors import LedgerDamaged
from kohoctl.language import Sentence
from kohoctl.ledger.chain import LOOKUP, Chain, Job
from kohoctl.ledger.events import WORD, earlier_hash, event_hash
from kohoctl.ledger.explained import explained
from kohoctl.ledger.opening import Purpose, open_to_read, open_to_write, process_lock
from kohoctl.ledger.turns import Turns
from kohoctl.ledger.writing import claim, note, settle
from kohoctl.model import Receipt
from kohoctl.states import Entry, Intent, Outcome, State

T = TypeVar("T")
_LAST = chr(0x10FFFF)
"""Sorts behind every letter of a key."""

_WRONG_HASH = "the ledger {path} is damaged or was tampered with: the hash of event {number} is wrong"
_SAYS_ELSE = "the ledger {path} says of {key} what its events do not say"
_LACKS = "the ledger {path} lacks the state of {key}, which its events speak of"
_STATES = {str(state): state for state in State}


class Ledger:
    """A ledger file, open. Safe to use from several threads and several processes.

    Raises the `LedgerError` that fits for whatever the disk or another program does; what was committed before stays.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._turns = Turns()
        self._chain: Chain | None = None
        self._jobs: list[Job[Any]] = []
        self._queueing = threading.Lock()

    @classmethod
    def open(cls, path: Path, purpose: Purpose) -> Ledger:
        """The ledger at ``path``, made if it is not there, brought to this version's form. For one purpose only."""
        return cls(path, open_to_write(path, purpose))

    @classmethod
    def read(cls, path: Path, purpose: Purpose) -> Ledger:
        """The ledger at ``path`` to look at only; an empty one where there is none yet."""
        return cls(path, open_to_read(path, purpose))

    def close(self) -> None:
        """Give the file back."""
        with self._turns.take():
            self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Looking things up

    def entries(self, keys: Iterable[str]) -> dict[str, Entry]:
        """What is known of each of ``keys``; those that nothing is known of are left out."""
        found: dict[str, Entry] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), LOOKUP):
            part = wanted[start : start + LOOKUP]
            marks = ",".join("?" * len(part))
            found |= {
                row["key"]: _entry(row) for row in self._all(f"SELECT * FROM deliveries WHERE key IN ({marks})", part)
            }
        return found

    def everything(self) -> list[Entry]:
        """What is known of every key there is, in order of key."""
        return [_entry(row) for row in self._each("SELECT * FROM deliveries ORDER BY key", ())]

    def standing(self, prefix: str) -> Iterator[tuple[str, State, datetime]]:
        """Each key that begins with ``prefix``, its state, and since when it is in it: for counting what is too much
        to hold. The prefix ends in a slash; in order of key."""
        after = prefix[:-1] + chr(ord("/") + 1)
        sql = "SELECT key, state, at FROM deliveries WHERE key > ? AND key < ? ORDER BY key"
        for key, state, at in self._each(sql, (prefix, after)):
            yield key, _STATES[state], datetime.fromisoformat(at)

    def latest(self) -> datetime | None:
        """When the last delivery came into its state; None where there is none yet. (A person's word is later.)"""
        rows = self._all(f"SELECT at FROM events WHERE attempt <> {WORD} ORDER BY seq DESC LIMIT 1", ())
        return datetime.fromisoformat(rows[0]["at"]) if rows else None

    def under(self, prefix: str) -> list[Entry]:
        """What is known of every key that begins with ``prefix``, which ends in a slash; in order of key."""
        after = prefix[:-1] + chr(ord("/") + 1)
        rows = self._all("SELECT * FROM deliveries WHERE key > ? AND key < ? ORDER BY key", (prefix, after))
        return [_entry(row) for row in rows]

    def akin(self, prefix: str, digest: str, key: str) -> list[Entry]:
        """What is known of the keys that begin with ``prefix``, of ``key``, and of those rendered with ``digest``."""
        after = prefix[:-1] + chr(ord("/") + 1)
        rows = self._all(
            "SELECT * FROM deliveries WHERE key > ?1 AND key < ?2 UNION SELECT * FROM deliveries WHERE digest = ?3"
            " UNION SELECT * FROM deliveries WHERE key = ?4",
            (prefix, after, digest, key),
        )
        return [_entry(row) for row in rows]

    def left_sending(self, channel: str) -> list[Entry]:
        """The channel's deliveries that stand as ``sending``."""
        rows = self._all(
            "SELECT * FROM deliveries WHERE channel = ? AND state = ? AND state <> 'delivered' ORDER BY key",
            (channel, State.SENDING),
        )
        return [_entry(row) for row in rows]

    def in_doubt(self) -> list[Entry]:
        """Everything that stands as ``sending`` or ``unknown``."""
        rows = self._all(
            # the plus keeps SQLite from walking all keys in order instead of the few open ones
            "SELECT * FROM deliveries WHERE state IN (?, ?) AND state <> 'delivered' ORDER BY +key",
            (State.SENDING, State.UNKNOWN),
        )
        return [_entry(row) for row in rows]

    def attempts_since(self, channel: str, since: datetime) -> list[datetime]:
        """When the channel's attempts since ``since`` began, in order of time."""
        found: list[datetime] = []
        for row in self._each("SELECT at, channel, state FROM events ORDER BY seq DESC", ()):
            at = datetime.fromisoformat(row["at"])
            if at <= since:
                break
            if row["channel"] == channel and row["state"] == State.SENDING:
                found.append(at)
        return found[::-1]

    def history(self, key: str | None = None) -> Iterator[dict[str, Any]]:
        """Every event in order, or those of one key: ``seq, at, key, channel, state, attempt, digest`` and its data."""
        where, values = ("WHERE key = ?", (key,)) if key else ("", ())
        for row in self._each(f"SELECT * FROM events {where} ORDER BY seq", values):
            event = dict(row)
            yield event | json.loads(event.pop("data")) | {"hash": row["hash"].hex()}

    def words(self, prefix: str) -> Iterator[tuple[datetime, str, str, dict[str, Any]]]:
        """What people said of what begins with ``prefix``, in the order in which it was written down: the moment, the
        key, the word and its data."""
        sql = f"SELECT at, key, state, data FROM events WHERE attempt = {WORD} AND key >= ? AND key < ? ORDER BY seq"
        for row in self._each(sql, (prefix, prefix + _LAST)):
            yield datetime.fromisoformat(row["at"]), row["key"], row["state"], json.loads(row["data"])

    # Writing things down

    def note(self, said: Sequence[tuple[str, str, Mapping[str, object]]], at: datetime) -> None:
        """Commit what people said, all in one transaction: each a key, a word and its data."""
        self._write(lambda chain: note(chain, said, at))

    def claim(self, intents: Sequence[Intent], at: datetime) -> dict[str, int]:
        """Commit that each of ``intents`` is being sent, all in one transaction, before anything leaves.

        Returns the number of the attempt for each key that is now this caller's to send. A key that is already being
        sent, or that was delivered, is left out: somebody else has it.
        """
        return self._write(lambda chain: claim(chain, intents, at))

    def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Commit what became of each of ``outcomes``, all in one transaction.

        An attempt's outcome counts only while that attempt is the latest, so that a late one never hides a newer.
        """
        self._write(lambda chain: settle(chain, outcomes, at))

    @contextmanager
    def hold(self, channel: str) -> Iterator[bool]:
        """Take ``channel`` for this run, so that no other run sends by it meanwhile; false where another run has it.

        The operating system takes the lock back when the process ends, however it ends.
        """
        lock = process_lock(self.path, channel, seconds=0)
        with explained(self.path), suppress(Timeout):
            lock.acquire()
        if not lock.is_locked:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    # Trust

    def verify(self) -> tuple[int, str]:
        """Recompute the hash chain and the states. Raises `LedgerDamaged`.

        Returns the number of events and the last one's hash in hexadecimal: kept elsewhere, it also shows whether
        events were cut off at the end.
        """
        count, previous, states = 0, b"", {}
        bind = earlier_hash  # of the first events where an older kohoctl began the ledger
        for row in self._each("SELECT * FROM events ORDER BY seq", ()):
            count += 1
            columns = (row["at"], row["key"], row["channel"], row["state"], row["attempt"], row["digest"], row["data"])
            if bind is earlier_hash and bind(previous, row["seq"], columns) != row["hash"]:
                bind = event_hash
            if row["seq"] != count or bind(previous, row["seq"], columns) != row["hash"]:
                raise LedgerDamaged(Sentence(_WRONG_HASH, path=self.path, number=row["seq"]))
            previous = row["hash"]
            if row["attempt"] != WORD:
                states[row["key"]] = (row["state"], row["attempt"], row["digest"], row["data"])
        for row in self._each("SELECT * FROM deliveries", ()):
            if states.pop(row["key"], None) != (row["state"], row["attempt"], row["digest"], row["data"]):
                raise LedgerDamaged(Sentence(_SAYS_ELSE, path=self.path, key=row["key"]))
        if states:
            raise LedgerDamaged(Sentence(_LACKS, path=self.path, key=min(states)))
        return count, previous.hex()

    # Inside

    def _all(self, sql: str, values: Sequence[object]) -> list[sqlite3.Row]:
        with self._turns.take(), explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _each(self, sql: str, values: Sequence[object]) -> Iterator[sqlite3.Row]:
        """Row by row, for what may be longer than memory; nobody else uses the connection meanwhile."""
        with self._turns.take(), explained(self.path):
            yield from self._connection.execute(sql, values)

    def _write(self, work: Callable[[Chain], T]) -> T:
        """Have ``work`` done in a transaction that is on the disk when this returns, or not there at all.

        Threads that come meanwhile wait, and the first of them then writes for all: one commit serves them together,
        and lets them all go at once.
        """
        job = Job(work)
        with self._queueing:
            self._jobs.append(job)
        with self._turns.take(unless=lambda: job.done) as is_mine:
            if is_mine:
                with self._queueing:
                    jobs, self._jobs = self._jobs, []
                self._write_all(jobs)
        return job.result()

    def _write_all(self, jobs: Sequence[Job[Any]]) -> None:
        before, self._chain = self._chain, None  # what is not committed says nothing of how anything stands
        try:
            with explained(self.path):
                self._connection.execute("BEGIN IMMEDIATE")
                chain = Chain(self._connection, before)
                for job in jobs:
                    job.do(chain)
                chain.write()
                self._connection.execute("COMMIT")
                self._chain = chain
        except BaseException as error:  # noqa: BLE001 -- handed to each of the threads that wait for this
            for job in jobs:
                job.error = error
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        finally:
            for job in jobs:
                job.done = True


def _entry(row: sqlite3.Row) -> Entry:
    data = json.loads(row["data"])
    receipt = data.get("receipt")
    retry_at = data.get("retry_at")
    return Entry(
        key=row["key"],
        state=State(row["state"]),
        digest=row["digest"],
        attempt=row["attempt"],
        at=datetime.fromisoformat(row["at"]),
        began=datetime.fromisoformat(row["began"]),
        receipt=Receipt(**receipt) if receipt else None,
        reason=data.get("reason"),
        retry_at=datetime.fromisoformat(retry_at) if retry_at else None,
        by=data.get("by"),
        released_by=data.get("released_by"),
    )
