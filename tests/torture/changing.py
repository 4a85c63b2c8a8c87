"""A right file, changed at random."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

Change = Callable[[bytes, random.Random], bytes]


def changed(right: bytes, splinters: Sequence[bytes], count: int, chance: random.Random) -> Iterator[bytes]:
    """``right`` with a few changes, ``count`` times; ``splinters`` are what is put into it."""
    changes: list[Change] = [*CHANGES, *[partial(_splinter, splinters)] * 3]
    for _ in range(count):
        content = right
        for _ in range(chance.randint(1, 4)):
            content = chance.choice(changes)(content, chance)
        yield content


def _flip(content: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(content)
    if flipped:
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _splinter(splinters: Sequence[bytes], content: bytes, chance: random.Random) -> bytes:
    start, end = _token(content, chance)
    return content[:start] + chance.choice(splinters) * chance.choice((1, 1, 1, 2, 100)) + content[end:]


def _splice(content: bytes, chance: random.Random) -> bytes:
    """A part of the file in another place of it."""
    (start, _), (_, end), (at, _) = sorted(_token(content, chance) for _ in range(3))
    return content[:start] + content[at : at + end - start] + content[end:]


def _double(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    at, length = chance.randrange(len(lines) or 1), chance.randint(1, 8)
    return b"".join(lines[: at + length] + lines[at : at + length] * chance.choice((1, 1, 50)) + lines[at + length :])


def _lose(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    return b"".join(lines[:at] + lines[at + chance.randint(1, 3) :])


def _shift(content: bytes, chance: random.Random) -> bytes:
    """A line that is indented otherwise."""
    lines = content.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    lines[at : at + 1] = [b" " * chance.randint(0, 12) + line.lstrip() for line in lines[at : at + 1]]
    return b"".join(lines)


def _end(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _token(content: bytes, chance: random.Random) -> tuple[int, int]:
    """Where a word or a sign begins and ends."""
    found = re.compile(rb"[\w.-]+|\W").search(content, chance.randrange(len(content) + 1))
    return found.span() if found else (len(content), len(content))


CHANGES: tuple[Change, ...] = (_flip, _flip, _splice, _double, _lose, _shift, _end)
