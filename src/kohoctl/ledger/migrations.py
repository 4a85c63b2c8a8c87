"""How a ledger came to look as it does: step N brings a ledger of version N-1 to version N. Steps are never changed."""

from __future__ import annotations

APPLICATION_ID = 0x6B6F686F
"""The four letters ``koho`` in the file's header, which tell a ledger from any other SQLite file."""

READABLE = 1
"""The oldest version that can be looked at as it is: what the steps after it add only makes reading fast."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    -- All that happened. hash is SHA-256 over the hash of the row before and this row's other columns.
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        key TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        digest TEXT NOT NULL,
        data TEXT NOT NULL,
        hash BLOB NOT NULL
    );
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

    -- The state that each key's latest event left it in. The primary key is what forbids a second sending.
    CREATE TABLE deliveries (
        key TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        digest TEXT NOT NULL,
        at TEXT NOT NULL,
        began TEXT NOT NULL,
        data TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX deliveries_by_digest ON deliveries (digest);
    CREATE INDEX deliveries_open ON deliveries (channel, state) WHERE state <> 'delivered';
    """,
    """
    -- What people say of requests and calls stands among the events, with nothing in ``deliveries``.
    CREATE INDEX events_of_people ON events (key, seq) WHERE attempt = -1;
    """,
    """
    -- Events are bound by ``events.event_hash`` from here on: an older kohoctl would take them for damage. Those before
    -- stay bound by ``events.earlier_hash``, as they were: a hash that was kept elsewhere is still that of its event.
    """,
)
