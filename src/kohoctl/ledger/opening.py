"""Opening a ledger: its file, its form, its purpose, and the locks beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from filelock import FileLock, Timeout

from kohoctl.errors import LedgerDamaged, LedgerError, LedgerLocked, LedgerMismatch, LedgerTooNew
from kohoctl.language import Sentence
from kohoctl.ledger.explained import explained
from kohoctl.ledger.migrations import APPLICATION_ID, MIGRATIONS, READABLE

Purpose = Literal["live", "rehearsal"]

_OPENING = "the ledger {path}: another program has been opening it for too long"
_OLDER = "the ledger {path} is from an older kohoctl: a live run brings it up to date"
_NEWER = "the ledger {path} was written by a newer kohoctl: update this one before anything is sent"
_ANOTHER_S = "{path} is another program's database: give the right file with --ledger"
_OF_A_REHEARSAL = "the ledger {path} is of a rehearsal run, and this is a live one: give another with --ledger"
_OF_A_LIVE_RUN = "the ledger {path} is of a live run, and this is a rehearsal one: give another with --ledger"

BUSY_SECONDS = 15.0
"""How long to wait for another program's transaction: far longer than any of kohoctl's own, which take milliseconds."""


def open_to_write(path: Path, purpose: Purpose) -> sqlite3.Connection:
    """The ledger at ``path``, made if it is not there, brought to this version's form."""
    with explained(path):
        _check_for_traces(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, "rwc")
        with _closed_on_failure(connection):
            try:
                with process_lock(path, ".opening", BUSY_SECONDS):  # of several that find none, one makes the tables
                    _bring_up_to_date(path, connection, purpose)
            except Timeout:
                raise LedgerLocked(Sentence(_OPENING, path=path)) from None
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA temp_store = MEMORY")  # what undoes one statement: of no use after a crash
            _check_purpose(path, connection, purpose)
    return connection


def open_to_read(path: Path, purpose: Purpose) -> sqlite3.Connection:
    """The ledger at ``path`` to look at only; an empty one where there is none yet, or one that was only begun."""
    with explained(path):
        _check_for_traces(path)
        if not path.exists():
            return _empty()
        if path.with_name(path.name + "-journal").exists():
            _take_back_half_a_beginning(path)
        # A ledger on a medium that cannot be written to has no side files, and SQLite has to be told so.
        connection = _connect(path, "ro" if _side_files_possible(path) else "ro&immutable=1")
        with _closed_on_failure(connection):
            version = _version(path, connection)
            if not version:  # a run that was killed, or met a full disk, before it had made the tables
                connection.close()
                return _empty()
            if version < READABLE:
                raise LedgerError(Sentence(_OLDER, path=path))
            _check_purpose(path, connection, purpose)
    return connection


def _take_back_half_a_beginning(path: Path) -> None:
    """Let SQLite undo what a crash has left of making the tables: who may only read cannot, and is refused."""
    connection = _connect(path, "rw")
    with closing(connection):
        _version(path, connection)


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    _migrate(connection, 0)
    return connection


def _check_for_traces(path: Path) -> None:
    has_traces = any(locks_of(path).glob("[!.]*.lock"))  # of a run, which makes the ledger first
    if has_traces and not path.exists():
        raise LedgerDamaged(
            Sentence(
                "the ledger {path} was here and is gone: put it back, or what it knew goes out again. To begin "
                "a new one all the same, remove {locks}",
                path=path,
                locks=locks_of(path),
            )
        )


def locks_of(path: Path) -> Path:
    """The folder of locks beside the ledger's file, the same for every name that leads to it."""
    file = path.resolve()
    return file.with_name(file.name + ".locks")


def process_lock(path: Path, name: str, seconds: float) -> FileLock:
    """A lock between processes; the operating system takes it back when its process ends, however it ends."""
    locks = locks_of(path)
    with explained(path):
        locks.mkdir(exist_ok=True)
    return FileLock(locks / f"{name}.lock", timeout=seconds)


@contextmanager
def _closed_on_failure(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _version(path: Path, connection: sqlite3.Connection) -> int:
    version, application = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
    )
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if (version and application != APPLICATION_ID) or (tables and not version):
        raise LedgerDamaged(Sentence(_ANOTHER_S, path=path))
    if version > len(MIGRATIONS):
        raise LedgerTooNew(Sentence(_NEWER, path=path))
    return int(version)


def _bring_up_to_date(path: Path, connection: sqlite3.Connection, purpose: Purpose) -> None:
    version = _version(path, connection)
    connection.execute("PRAGMA journal_mode = WAL")
    if version < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        _migrate(connection, version)
        connection.execute("INSERT OR IGNORE INTO about VALUES ('purpose', ?)", (purpose,))
        connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for step in MIGRATIONS[version:]:
        for statement in _statements(step):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _check_purpose(path: Path, connection: sqlite3.Connection, purpose: Purpose) -> None:
    (found,) = connection.execute("SELECT value FROM about WHERE name = 'purpose'").fetchone()
    if found != purpose:
        raise LedgerMismatch(Sentence(_OF_A_REHEARSAL if found == "rehearsal" else _OF_A_LIVE_RUN, path=path))


def _side_files_possible(path: Path) -> bool:
    if path.with_name(path.name + "-wal").exists():
        return True
    try:
        with path.open("r+b"):
            return True
    except OSError:
        return False


def _statements(script: str) -> Iterator[str]:
    """The statements of ``script``, one by one: executescript would commit before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
