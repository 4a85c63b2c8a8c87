"""Sentences of Japanese texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。！!？?\n]++[。！!？?]?")
"""An end of a line ends a sentence too: a list has one on each."""
_HIRAGANA = re.compile("[\u3041-\u3096]")


def sentences(text: str) -> Iterator[re.Match[str]]:
    """The sentences of ``text`` with their ends, in order; a question within one counts as one of its own."""
    return _SENTENCE.finditer(text)


def is_prose(text: str) -> bool:
    """Whether it is Japanese that somebody reads as sentences."""
    return _HIRAGANA.search(text) is not None
