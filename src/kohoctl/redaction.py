"""Keeping secrets and personal data out of everything that is written down."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

from kohoctl.errors import BrokenOff, KohoctlError
from kohoctl.escaping import in_annotation, in_markdown
from kohoctl.language import Sentence

REDACTED = "[redacted]"
SHORTEST = 2
"""Characters: a shorter value cannot be told from ordinary text, so it is not looked for."""
LONG_LINE = 16
"""Characters of one line of a secret that is looked for by itself: fewer stand in ordinary text."""
LONG_SECRET = 2 * LONG_LINE
"""Characters of a secret of which a half is looked for too, since what is broken in two is still there to be read."""
SHORTEST_BASE64 = 8
"""Characters of a secret inside longer base64: fewer stand in ordinary text by chance."""
REASON_LIMIT = 4000
"""Characters of a service's words that are looked at. Fewer are kept, but only after the secrets in them are gone."""
CUT = "…"
"""Stands where a text was cut: what is left of a secret before it is looked for too, since many a text is cut where
nobody knows the secrets."""

Long = tuple[str, tuple[str, ...]]
"""A long secret, and its blocks, by which a half of it is found."""


def plain_text(text: str, limit: int = REASON_LIMIT) -> str:
    """The first ``limit`` characters of ``text`` on one line, without anything that a terminal would obey."""
    return cut_off(" ".join("".join(letter if letter.isprintable() else " " for letter in text).split()), limit)


def cut_off(text: str, limit: int) -> str:
    """The first ``limit`` characters of ``text``, and a mark where there were more."""
    return text if len(text) <= limit else text[:limit] + CUT


def words(error: BaseException) -> str:
    """What an exception says, whatever its own code does when it is asked; empty where it says nothing."""
    try:
        said = error.args[0] if len(error.args) == 1 else None
        if isinstance(said, Sentence):
            return said
        return str(error).encode("utf-8", "replace").decode()
    except BaseException:  # noqa: BLE001 -- a plugin's own code, and nothing depends on it
        return ""


def described(error: BaseException) -> str:
    """An exception's name and words."""
    raised = error.raised if isinstance(error, BrokenOff) else error
    said = words(raised)
    return f"{type(raised).__name__}: {said}" if said else type(raised).__name__


def explained(error: BaseException) -> str:
    """An exception's words where these explain it completely; its name and words otherwise."""
    return (words(error) if isinstance(error, KohoctlError) else "") or described(error)


def failure(error: BaseException, private: Iterable[str] = ()) -> str:
    """What came out of a plugin's code, on one line that is not too long, without ``private`` texts."""
    return plain_text(scrub(explained(error), private))


def scrub(text: str, values: Iterable[str], instead: str = REDACTED) -> str:
    """``text`` without any of ``values``, however they are spelt, the longest first, so that no part of one is left
    standing."""
    return _without(text, _longest_first(spelling for value in values for spelling in spellings(value)), instead)


def _without_halves(text: str, long: Iterable[Long], instead: str) -> str:
    """``text`` without any half or more of the ``long`` secrets, each with its `_blocks`."""
    for value, blocks in long:
        for run in {run for block in blocks if block in text for run in _runs(text, value, block)}:
            text = text.replace(run, instead)
    return text


def _blocks(value: str) -> tuple[str, ...]:
    """Pieces of ``value``, one of which at the least stands whole in each half of it."""
    size = len(value) // 4
    return tuple(value[start : start + size] for start in range(0, len(value) - size + 1, size))


def _runs(text: str, value: str, block: str) -> Iterator[str]:
    """What of ``value`` stands around each ``block`` in ``text``, where that is a half of it or more."""
    there, at = value.find(block), text.find(block)
    while at >= 0:
        start, end = at, at + len(block)
        while start > 0 and there - (at - start) > 0 and text[start - 1] == value[there - (at - start) - 1]:
            start -= 1
        while end < len(text) and there + (end - at) < len(value) and text[end] == value[there + (end - at)]:
            end += 1
        if end - start >= len(value) // 2:
            yield text[start:end]
        at = text.find(block, end)


def _longest_first(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True))


def _without(text: str, values: Sequence[str], instead: str) -> str:
    for value in values:
        if value in text:
            text = text.replace(value, instead)
    return _without_beginnings(text, values, instead) if CUT in text else text


def _without_beginnings(text: str, values: Sequence[str], instead: str) -> str:
    """``text`` without what is left of ``values`` that were cut: as much of a beginning as stands before the mark."""
    *cut, rest = text.split(CUT)
    return CUT.join([*(_without_beginning(part, values, instead) for part in cut), rest])


def _without_beginning(part: str, values: Sequence[str], instead: str) -> str:
    left = max((_left_of(value, part) for value in values), default=0)
    return part[: len(part) - left] + instead if left else part


def _left_of(value: str, text: str) -> int:
    """How many letters at the end of ``text`` are the beginning of ``value``."""
    at = text.find(value[:SHORTEST], max(0, len(text) - len(value)))
    while at >= 0 and not value.startswith(text[at:]):
        at = text.find(value[:SHORTEST], at + 1)
    return len(text) - at if at >= 0 else 0


def spellings(value: str) -> set[str]:
    """``value`` as it is, and as Python, JSON, HTML, Markdown, a URL or a Basic header would spell it; the same of it
    without the blanks around it, on one line, and of each long line of it: a key in a file has many."""
    spelt = {spelling for form in _forms(value) for spelling in _spelt(form)}
    return spelt | {_ESCAPE.sub(change, text) for text in spelt for change in (_lower, _upper)}


_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}")
"""A letter in a URL or in JSON, whose digits some programs write small and others large."""


def _lower(escape: re.Match[str]) -> str:
    return escape[0].lower()


def _upper(escape: re.Match[str]) -> str:
    return escape[0][:2] + escape[0][2:].upper() if escape[0].startswith("\\") else escape[0].upper()


def _forms(value: str) -> set[str]:
    lines = [line.strip() for line in value.splitlines()]
    long = [line for line in lines if len(line) >= LONG_LINE]
    return {value, value.strip(), " ".join(value.split()), _as_sent(value.strip()), *(long if len(lines) > 1 else ())}


def _as_sent(value: str) -> str:
    """An address with its host in small letters, as it is sent and then quoted."""
    scheme, mark, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}" if mark else value


def _spelt(value: str) -> set[str]:
    raw = value.encode("utf-8", "surrogatepass")
    if value.isascii() and value.isalnum():  # nobody spells these otherwise, but for base64
        return {value, base64.b64encode(raw).decode(), *_inside_base64(raw)}
    in_json = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    return {
        value,
        repr(value)[1:-1],
        *in_json,
        *(text.replace("/", "\\/") for text in in_json),  # as PHP writes it
        html.escape(value),
        in_markdown(value),
        in_annotation(value),
        quote(raw, safe=""),
        quote_plus(raw),
        base64.b64encode(raw).decode(),
        *_inside_base64(raw),
    }


def _inside_base64(value: bytes) -> set[str]:
    """The letters that base64 makes of ``value`` alone, wherever in a longer text (``user:value``) it stands."""
    found = set()
    for before in range(3):
        bits = 8 * (before + len(value))
        letters = base64.b64encode(bytes(before) + value).decode()[-(-8 * before // 6) : bits // 6]
        if len(letters) >= SHORTEST_BASE64:
            found.add(letters)
    return found


class Redactor:
    """The secrets that this process has seen. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: tuple[str, ...] = ()
        self._long: tuple[Long, ...] = ()

    def add(self, secret: str) -> None:
        """Never let ``secret`` pass from now on."""
        with self._lock:
            if secret not in self._spellings:
                self._spellings = _longest_first({*self._spellings, *spellings(secret)})
                long = [form for form in _forms(secret) if len(form) >= LONG_SECRET]
                self._long = (*self._long, *((form, _blocks(form)) for form in long))

    def scrub(self, text: str, private: Iterable[str] = ()) -> str:
        """``text`` without the secrets, and without the ``private`` values of a recipient."""
        return _without_halves(_without(text, self._sought(private), REDACTED), self._long, REDACTED)

    def scrub_all(self, value: Any, private: Iterable[str] = ()) -> Any:
        """``value`` with every text in it scrubbed, however deep."""
        return _deep(value, self._sought(private), self._long)

    def _sought(self, private: Iterable[str]) -> tuple[str, ...]:
        spelt = {spelling for value in private for spelling in spellings(value)}
        return _longest_first({*self._spellings, *spelt}) if spelt else self._spellings


_NUMBERS = (int, float)


def _deep(value: Any, sought: tuple[str, ...], long: tuple[Long, ...]) -> Any:
    if isinstance(value, str):
        return _without_halves(_without(value, sought, REDACTED), long, REDACTED)
    if isinstance(value, _NUMBERS):
        return REDACTED if not isinstance(value, bool) and str(value) in sought else value
    if isinstance(value, Mapping):
        return {_deep(name, sought, long): _deep(item, sought, long) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_deep(item, sought, long) for item in value]
    return value
