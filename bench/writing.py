"""How fast intents and outcomes are written down, beside plain SQLite with the same durability.

``python -m bench.writing WAY GROUP FOLDER`` writes once, and measures it inside itself.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.claims import Claim, rate_claim
from bench.measuring import Sample, alternate, inside_process, print_sample, python
from kohoctl.ledger import Ledger
from kohoctl.model import Receipt, canonical_json
from kohoctl.states import Intent, Outcome, State

ROUNDS = 7
DELIVERIES = {1: 2_000, 100: 30_000}
"""How many deliveries are written down, by how many in one commit."""
AT = datetime(2015, 6, 4, 1, tzinfo=UTC)

_Write = tuple[str, list[tuple[object, ...]]]
"""A statement, and the rows that it is done with."""

_PLAIN = """
CREATE TABLE deliveries (
    key TEXT PRIMARY KEY, channel TEXT, state TEXT, attempt INTEGER, digest TEXT, at TEXT, data TEXT
) WITHOUT ROWID
"""


def measure(folder: Path) -> list[Claim]:
    """What is claimed of the ledger: each delivery is an intent and an outcome, each of them on the disk."""
    return [claim for group in DELIVERIES for claim in _measure_group(folder, group)]


def _measure_group(folder: Path, group: int) -> list[Claim]:
    taken = alternate({way: partial(_once, way, group, folder) for way in WAYS}, ROUNDS)
    many = "each committed alone" if group == 1 else f"{group} in a commit"
    what = f"deliveries in the ledger, {many}; in a table of SQLite"
    limit = f"deliveries in the ledger, {many}; its own rows, made before, in its own tables by plain SQLite"
    return [
        rate_claim(what, 0.5, DELIVERIES[group], taken["ledger"], taken["sqlite"]),
        rate_claim(limit, None, DELIVERIES[group], taken["ledger"], taken["rows"]),
    ]


def _once(way: str, group: int, folder: Path) -> Sample:
    place = folder / "written"
    place.mkdir()
    try:
        return inside_process(*python("bench.writing"), way, str(group), place)
    finally:
        shutil.rmtree(place)


def _groups(group: int) -> Iterator[list[Intent]]:
    for start in range(0, DELIVERIES[group], group):
        numbers = range(start, start + group)
        yield [
            Intent(f"nenkin/warning/friends/f-{number:07}/2015-06-04", "friends", f"{number:064x}")
            for number in numbers
        ]


def _receipt(intent: Intent) -> Receipt:
    return Receipt.published(intent.digest[:36], retry_key=intent.digest[:36])


def _by_ledger(group: int, folder: Path) -> Callable[[], None]:
    ledger = Ledger.open(folder / "ledger.sqlite", "live")

    def outcome(intent: Intent, attempt: int) -> Outcome:
        return Outcome(intent.key, intent.channel, State.DELIVERED, intent.digest, attempt, _receipt(intent))

    def work() -> None:
        for intents in _groups(group):
            attempts = ledger.claim(intents, AT)
            ledger.settle([outcome(intent, attempts[intent.key]) for intent in intents], AT)
        ledger.close()

    return work


def _by_sqlite(group: int, folder: Path) -> Callable[[], None]:
    """The state of each delivery and no more: no events, no chain of hashes, nothing made sure of."""
    connection = _connect(folder / "plain.sqlite")
    connection.execute(_PLAIN)
    commit = partial(_commit, connection)

    def work() -> None:
        at = AT.isoformat()
        for intents in _groups(group):
            rows: list[tuple[object, ...]] = [
                (one.key, one.channel, "sending", 1, one.digest, at, "{}") for one in intents
            ]
            commit(("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?)", rows))
            ended: list[tuple[object, ...]] = [
                ("delivered", canonical_json({"receipt": _receipt(one).as_json()}), one.key) for one in intents
            ]
            commit(("UPDATE deliveries SET state = ?, data = ? WHERE key = ?", ended))
        connection.close()

    return work


def _by_rows(group: int, folder: Path) -> Callable[[], None]:
    """What the ledger writes, in its own two tables, with every row made before: what of its time is SQLite's."""
    _by_ledger(group, folder)()
    made = folder / "ledger.sqlite"
    events = _connect(made).execute("SELECT * FROM events ORDER BY seq").fetchall()
    Ledger.open(folder / "rows.sqlite", "live").close()
    connection = _connect(folder / "rows.sqlite")
    commits: list[tuple[_Write, _Write]] = []
    for start in range(0, len(events), group):
        part = events[start : start + group]
        if part[0][4] == State.SENDING:
            states = (
                "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(*e[2:7], e[1], e[1], e[7]) for e in part],
            )
        else:
            states = (
                "UPDATE deliveries SET state = ?, at = ?, data = ? WHERE key = ?",
                [(e[4], e[1], e[7], e[2]) for e in part],
            )
        commits.append((("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", part), states))

    def work() -> None:
        for writes in commits:
            _commit(connection, *writes)
        connection.close()

    return work


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _commit(connection: sqlite3.Connection, *writes: _Write) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for sql, rows in writes:
        connection.executemany(sql, rows)
    connection.execute("COMMIT")


WAYS: Mapping[str, Callable[[int, Path], Callable[[], None]]] = {
    "ledger": _by_ledger,
    "sqlite": _by_sqlite,
    "rows": _by_rows,
}

if __name__ == "__main__":
    print_sample(WAYS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3])))
