"""An event of the ledger: its columns, what they hold, and the hash that binds it to the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from pydantic_core import to_json

from kohoctl.model import canonical_json
from kohoctl.states import Outcome

WORD = -1
"""What stands for the attempt in an event that is a person's word and no delivery's state."""
Columns = tuple[str, str, str, str, int, str, str]
"""An event's ``at, key, channel, state, attempt, digest`` and ``data``."""


def event_hash(previous: bytes, seq: int, columns: Columns) -> bytes:
    """SHA-256 over ``previous``, the hash of the event before it (nothing for the first), and the other columns.

    Those are written as UTF-8: ``seq``, ``attempt`` and how many characters ``at``, ``key``, ``channel``, ``state`` and
    ``digest`` have, with a space between each; a line feed; then these five and ``data``, with nothing between. So no
    two events are written alike, at half of what JSON costs.
    """
    at, key, channel, state, attempt, digest, data = columns
    written = (
        f"{seq} {attempt} {len(at)} {len(key)} {len(channel)} {len(state)} {len(digest)}\n"
        f"{at}{key}{channel}{state}{digest}{data}"
    )
    return sha256(previous + written.encode()).digest()


def earlier_hash(previous: bytes, seq: int, columns: Columns) -> bytes:
    """What `event_hash` was until version 3 of the ledger, where the columns were written as JSON: begun by a bracket,
    so that nothing is written alike in both ways."""
    return sha256(previous + canonical_json([seq, *columns]).encode()).digest()


def claim_data(released_by: str | None) -> str:
    """The data of an attempt's beginning: whose word it is that the delivery may be sent, whatever its grace."""
    return "{}" if released_by is None else _json({"released_by": released_by})


def outcome_data(outcome: Outcome, released_by: str | None) -> str:
    """The data of what became of a delivery; its receipt is one that JSON can hold."""
    data: dict[str, object] = {}
    if outcome.by is not None:
        data["by"] = outcome.by
    if outcome.reason is not None:
        data["reason"] = outcome.reason
    if outcome.receipt:
        data["receipt"] = outcome.receipt.as_json()
    if released_by is not None:
        data["released_by"] = released_by
    if outcome.retry_at:
        data["retry_at"] = outcome.retry_at.isoformat()
    return _json(data)


def word_data(said: Mapping[str, object]) -> str:
    """The data of what a person said; what is None is left out."""
    return _json({name: value for name, value in said.items() if value is not None})


def _json(data: Mapping[str, object]) -> str:
    """``data`` as JSON, at a sixth of what canonical JSON costs: it is this text that is hashed, so that one of several
    that say the same will do."""
    return to_json(data, fallback=_as_json).decode()


def _as_json(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in the ledger: give text, numbers, lists and mappings")
