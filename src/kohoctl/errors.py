"""What kohoctl raises for people to read.

::

    KohoctlError                  exit 1   a sentence for a person; never a traceback
    ├── BadFile                   exit 1   the campaign file has problems: all of them, each with its place
    ├── MissingSecret             exit 1   a secret's environment variable or file is not there
    ├── LedgerError               exit 1   the ledger cannot be used; nothing was lost and nothing was sent
    │   ├── LedgerLocked                   another program keeps it locked
    │   ├── LedgerReadOnly                 no right to write to it
    │   ├── LedgerFull                     the disk is full
    │   ├── LedgerTooNew                   a newer kohoctl wrote it
    │   ├── LedgerDamaged                  it is not a ledger, or its hash chain is broken
    │   └── LedgerMismatch                 a rehearsal's ledger given to a live run, or the reverse
    └── NotDelivered                       how a channel's ``deliver`` says that a delivery did not go out
        ├── Refused               exit 1   the service said no for good
        │   └── DocumentError              a document cannot be made (kohoctl.documents)
        └── Unreached             exit 1   certainly not sent; worth another try

Wrong usage of a command is click's ``UsageError`` (exit 2), an interruption is exit 130, and anything else is a bug
(exit 70). An exception from ``deliver`` that is none of these means *unknown*: it may have been sent. What a plugin
raises that is no `Exception` at all, such as sys.exit(), arrives as `BrokenOff`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kohoctl.problem import Problem


WAIT_LIMIT = timedelta(days=1)
"""The longest wait that a service may ask for: the next day's run then tries, whatever the service's clock says."""


class KohoctlError(Exception):
    """A failure that its text explains completely."""

    exit_code: ClassVar[int] = 1


class BadFile(KohoctlError):
    """The campaign file cannot be used.

    ``problems`` holds every problem that was found, in the order of the file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problem(s)")
        self.problems = tuple(problems)


class MissingSecret(KohoctlError):
    """A secret that the file refers to is not there; the text names where it was looked for."""


class LedgerError(KohoctlError):
    """The ledger cannot be used."""


class LedgerLocked(LedgerError):
    """Another program keeps the ledger locked for longer than kohoctl waits."""


class LedgerReadOnly(LedgerError):
    """The ledger, or its folder, cannot be written to."""


class LedgerFull(LedgerError):
    """The disk that holds the ledger is full."""


class LedgerTooNew(LedgerError):
    """The ledger was written by a newer version of kohoctl."""


class LedgerDamaged(LedgerError):
    """The file is no ledger, or its hash chain does not hold."""


class LedgerMismatch(LedgerError):
    """A rehearsal's ledger was given to a live run, or a live ledger to a rehearsal."""


class BrokenOff(Exception):
    """A plugin's code ended with something that is no `Exception`; ``raised`` is what came out."""

    def __init__(self, raised: BaseException) -> None:
        super().__init__()
        self.raised = raised


class NotDelivered(KohoctlError):
    """A delivery that certainly did not go out. ``reason`` is a sentence for the ledger and for people."""

    reason: str = ""  # these stand in a class too: one derived from it may forget to call __init__

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(NotDelivered):
    """The service said no for good: a person mends text or rights, and a changed delivery may be tried again."""


class Unreached(NotDelivered):
    """Certainly not sent, as when no connection could be made; kohoctl tries again.

    ``retry_after`` is how long the service asked to wait, where it said so.
    ``hold_channel`` is true where the service would answer the same to every delivery of this channel (a rate limit).
    """

    retry_after: timedelta | None = None
    hold_channel: bool = False

    def __init__(self, reason: str, *, retry_after: timedelta | None = None, hold_channel: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.hold_channel = hold_channel
