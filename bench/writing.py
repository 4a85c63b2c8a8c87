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

ROUNDS = 3
DELIVERIES = {1: 2_000, 100: 30_000}
"""How many deliveries are written down, by how many in one commit."""
AT = datetime(2015, 6, 4, 1, tzinfo=UTC)

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
    return [rate_claim(what, 0.5, DELIVERIES[group], taken["ledger"], taken["sqlite"])]


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
    connection = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_PLAIN)

    def commit(sql: str, rows: list[tuple[object, ...]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, rows)
        connection.execute("COMMIT")

    def work() -> None:
        at = AT.isoformat()
        for intents in _groups(group):
            rows: list[tuple[object, ...]] = [
                (one.key, one.channel, "sending", 1, one.digest, at, "{}") for one in intents
            ]
            commit("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            ended: list[tuple[object, ...]] = [
                ("delivered", canonical_json({"receipt": _receipt(one).as_json()}), one.key) for one in intents
            ]
            commit("UPDATE deliveries SET state = ?, data = ? WHERE key = ?", ended)
        connection.close()

    return work


WAYS: Mapping[str, Callable[[int, Path], Callable[[], None]]] = {"ledger": _by_ledger, "sqlite": _by_sqlite}

if __name__ == "__main__":
    print_sample(WAYS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3])))
