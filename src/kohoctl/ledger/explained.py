"""What SQLite and the disk say, as sentences that tell what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kohoctl.errors import LedgerDamaged, LedgerError, LedgerFull, LedgerLocked, LedgerReadOnly

_ERRORS: Mapping[int, tuple[type[LedgerError], str]] = {
    sqlite3.SQLITE_BUSY: (LedgerLocked, "another program keeps it locked: let that one end, then run again"),
    sqlite3.SQLITE_LOCKED: (LedgerLocked, "another program keeps it locked: let that one end, then run again"),
    sqlite3.SQLITE_READONLY: (LedgerReadOnly, "it cannot be written to: check the rights of the file and its folder"),
    sqlite3.SQLITE_PERM: (LedgerReadOnly, "it cannot be written to: check the rights of the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: (
        LedgerReadOnly,
        "it cannot be opened: check that it is a file, in a folder that may be written to",
    ),
    sqlite3.SQLITE_FULL: (LedgerFull, "the disk is full: make room, then run again"),
    sqlite3.SQLITE_IOERR: (LedgerFull, "the disk did not take the write: check the disk and the room on it"),
    sqlite3.SQLITE_CORRUPT: (LedgerDamaged, "it is damaged: restore it from a copy before anything is sent"),
    sqlite3.SQLITE_NOTADB: (LedgerDamaged, "it is no ledger: give the right file with --ledger"),
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        kind, what = _ERRORS.get(code, (LedgerError, f"it cannot be used: {error}"))
        raise kind(f"the ledger {path}: {what}") from error
    except ValueError as error:
        raise LedgerReadOnly(f"the ledger {str(path)!r}: this is no path ({error})") from error
    except OSError as error:
        raise LedgerReadOnly(f"the ledger {path} cannot be made: {error.strerror}") from error
