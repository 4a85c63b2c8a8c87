"""Parts of earlier receipts, such as the address of a page that a post speaks of: named now, filled in when they are
there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PARTS = ("url", "id")
"""The parts of a receipt that a text may speak of."""

_ADDRESS = "https://receipt.example.org"
"""What stands in a text until the receipt is there: an address, so that a channel counts and shows it as one, and of a
domain that is nobody's (RFC 2606)."""
_STAND_IN = re.compile(re.escape(_ADDRESS) + r"/((?:[a-z0-9._-]+/){3,4}[a-zA-Z0-9.:+-]+)/(url|id)\b")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A part of an earlier delivery's receipt, filled in when it is there: the id of the post to repost, say."""

    key: str
    part: str


def stand_in(earlier: Earlier) -> str:
    """What stands in a text for a part of an earlier receipt, until `filled` puts the part in its place."""
    return f"{_ADDRESS}/{earlier.key}/{earlier.part}"


def earlier_in(value: object) -> Iterator[Earlier]:
    """Whatever ``value`` says of earlier receipts, at any depth, by itself or within a text."""
    if isinstance(value, str):
        if _ADDRESS in value:
            yield from (Earlier(match[1], match[2]) for match in _STAND_IN.finditer(value))
    elif isinstance(value, Earlier):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from earlier_in(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from earlier_in(item)


def filled(value: Any, part_of: Callable[[Earlier], str]) -> Any:
    """``value`` with each part of an earlier receipt in its place."""
    if isinstance(value, Earlier):
        return part_of(value)
    if isinstance(value, str):
        return _STAND_IN.sub(lambda match: part_of(Earlier(match[1], match[2])), value) if _ADDRESS in value else value
    if isinstance(value, Mapping):
        return {name: filled(item, part_of) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [filled(item, part_of) for item in value]
    return value
