"""kohoctl, broken on purpose in a child: what the torture has to find."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from requests.exceptions import ReadTimeout

from kohoctl import attempt
from kohoctl.ledger import Ledger, opening
from kohoctl.states import Intent, State


def without_a_claim() -> None:
    """Send first, and have the ledger know of it only with its ending."""
    real = Ledger.settle

    def grant(ledger: Ledger, intents: Sequence[Intent], at: datetime) -> dict[str, int]:
        known = ledger.entries(intent.key for intent in intents)
        return {one.key: 1 for one in intents if one.key not in known or known[one.key].state is State.UNREACHED}

    def settle(ledger: Ledger, outcomes: Any, at: datetime) -> None:
        claim(ledger, [Intent(one.key, one.channel, one.digest) for one in outcomes], at)
        real(ledger, outcomes, at)

    claim = Ledger.claim
    _replace(Ledger, claim=grant, settle=settle)


def with_a_retry_after_a_timeout() -> None:
    """Take a request without an answer for one that was not sent."""
    real = attempt._failure

    def failure(error: BaseException, *more: Any) -> Any:
        if isinstance(error, ReadTimeout | ConnectionError):
            return (State.UNREACHED, "no answer"), timedelta(0), False
        return real(error, *more)

    _replace(attempt, _failure=failure)


def without_the_disk() -> None:
    """Commit to the ledger without waiting for the disk."""
    real = opening._connect

    def connect(*arguments: Any) -> Any:
        connection = real(*arguments)
        connection.execute("PRAGMA synchronous = OFF")
        connection.set_authorizer(_leave_it_off)
        return connection

    _replace(opening, _connect=connect)


def _leave_it_off(action: int, name: str | None, value: str | None, *_: Any) -> int:
    ignored = action == sqlite3.SQLITE_PRAGMA and name == "synchronous" and value
    return sqlite3.SQLITE_IGNORE if ignored else sqlite3.SQLITE_OK


def without_folders_on_the_disk() -> None:
    """Rename what was written, and leave it to the machine when the name is on the disk."""
    real = os.fsync

    def fsync(fd: int) -> None:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            real(fd)

    _replace(os, fsync=fsync)


def _replace(owner: Any, **by: Any) -> None:
    for name, value in by.items():
        setattr(owner, name, value)
