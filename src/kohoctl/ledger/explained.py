"""What SQLite and the disk say, as sentences that tell what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kohoctl.errors import LedgerDamaged, LedgerError, LedgerFull, LedgerLocked, LedgerReadOnly
from kohoctl.language import Sentence

_LOCKED = Sentence("another program keeps it locked: let that one end, then run again")
_READ_ONLY = Sentence("it cannot be written to: check the rights of the file and its folder")
_CANNOT_OPEN = Sentence("it cannot be opened: check that it is a file, in a folder that may be written to")
_FULL = Sentence("the disk is full: make room, then run again")
_NOT_WRITTEN = Sentence("the disk did not take the write: check the disk and the room on it")
_DAMAGED = Sentence("it is damaged: restore it from a copy before anything is sent")
_NO_LEDGER = Sentence("it is no ledger: give the right file with --ledger")
_ERRORS: Mapping[int, tuple[type[LedgerError], Sentence]] = {
    sqlite3.SQLITE_BUSY: (LedgerLocked, _LOCKED),
    sqlite3.SQLITE_LOCKED: (LedgerLocked, _LOCKED),
    sqlite3.SQLITE_PROTOCOL: (LedgerLocked, _LOCKED),  # locked for longer than SQLite tries, in the midst of a change
    sqlite3.SQLITE_READONLY: (LedgerReadOnly, _READ_ONLY),
    sqlite3.SQLITE_PERM: (LedgerReadOnly, _READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: (LedgerReadOnly, _CANNOT_OPEN),
    sqlite3.SQLITE_FULL: (LedgerFull, _FULL),
    sqlite3.SQLITE_IOERR: (LedgerFull, _NOT_WRITTEN),
    sqlite3.SQLITE_CORRUPT: (LedgerDamaged, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (LedgerDamaged, _NO_LEDGER),
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        kind, what = _ERRORS.get(code, (LedgerError, Sentence("it cannot be used: {error}", error=error)))
        raise kind(Sentence("the ledger {path}: {what}", path=path, what=what)) from error
    except ValueError as error:
        raise LedgerReadOnly(
            Sentence("the ledger {path!r}: this is no path ({error})", path=str(path), error=error)
        ) from error
    except OSError as error:
        raise LedgerReadOnly(
            Sentence("the ledger {path} cannot be made: {reason}", path=path, reason=error.strerror)
        ) from error
