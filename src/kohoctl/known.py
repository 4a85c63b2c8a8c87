"""What planning asks of a ledger: to look things up, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from kohoctl.model import Entry


class Known(Protocol):
    """A ledger as far as a plan needs it."""

    def entries(self, keys: Iterable[str]) -> Mapping[str, Entry]:
        """What is known of each of ``keys``."""

    def under(self, prefix: str) -> Sequence[Entry]:
        """What is known of every key that begins with ``prefix``, which ends in a slash."""

    def with_digest(self, digest: str) -> Sequence[Entry]:
        """What is known of every key whose latest rendition had ``digest``."""

    def in_doubt(self) -> Sequence[Entry]:
        """Everything that is being sent, or may have been sent."""
