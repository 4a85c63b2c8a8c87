"""What planning asks of a ledger: to look things up, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kohoctl.states import Entry


class Known(Protocol):
    """A ledger as far as a plan needs it."""

    def entries(self, keys: Iterable[str]) -> Mapping[str, Entry]:
        """What is known of each of ``keys``."""

    def under(self, prefix: str) -> Sequence[Entry]:
        """What is known of every key that begins with ``prefix``, which ends in a slash."""

    def akin(self, prefix: str, digest: str, key: str) -> Sequence[Entry]:
        """What is known of the keys that begin with ``prefix``, of ``key``, and of those rendered with ``digest``."""

    def in_doubt(self) -> Sequence[Entry]:
        """Everything that is being sent, or may have been sent."""
