"""What can be wrong by a digit: telephone numbers, addresses, times, amounts and days, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    ord(wide): plain for wide, plain in zip("：．，／＠（）　", ":.,/@() ", strict=True)
}
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_PLAIN = _WIDE | _HYPHENS
"""One character for one, so that places stay."""
_TO_PLAIN = re.compile(f"[{''.join(map(chr, _PLAIN))}]")

_PATTERNS = {
    "telephone number": r"(?<![\d-])(?:\+81[- ]?|0)\d{1,4}[-( ]{0,2}\d{1,4}[-) ]{0,2}\d{3,4}(?![\d-])",
    "address": r"https?://[\w!#$%&'()*+,./:;=?@~\[\]-]+[\w/]|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+",
    "time": r"(?:午前|午後)?(?<![\d:])\d{1,2}(?::\d{2}(?![\d:])|時(?:\d{1,2}分|半)?(?!間))",
    "amount": r"(?<![\d,.十百千万億兆])\d[\d,.十百千万億兆]*+(?:円|件|人|名|世帯|か所|箇所)",
    "day": r"(?:(?:明治|大正|昭和|平成|令和)(?:\d{1,2}|元)年|\d{4}年)?\d{1,2}月\d{1,2}日",
}
_FOUND = {kind: re.compile(pattern, re.ASCII if kind == "address" else 0) for kind, pattern in _PATTERNS.items()}
_SIGN = re.compile(
    r"[\d,.，．十百千万億兆+:：@＠]"
    r"(?:(?<=\d)[:：時日]|[円件人名世か箇]|(?<=[0０])\d|(?<=\+)[8８]|(?<=[:：])[/／]|(?<=[@＠]))"
)
"""What stands in whatever is of any kind, in full width or half: most lines are without it. It begins with one set of
characters, so that the rest of a text is passed over fast."""
_ORDER = {kind: number for number, kind in enumerate(_PATTERNS)}
_MAY_HOLD = re.compile(r"[\d@]|://")
"""What a text has that holds anything: an address of full-width characters alone is none."""
_REFERENCE = re.compile(r"\{\{[^{}]*\}\}")
TELEPHONE_DIGITS = (10, 11)
"""Of a Japanese telephone number with its leading 0 (telephone numbering plan of the Ministry of Internal Affairs)."""


class Thing(NamedTuple):
    """Something of a ``kind`` in a text, from ``start`` to ``end``. ``same`` is equal for what means the same."""

    kind: str
    start: int
    end: int
    same: str

    def further(self, by: int) -> Thing:
        """The same, so many characters further on."""
        return Thing(self.kind, self.start + by, self.end + by, self.same)


def plain(text: str) -> str:
    """``text`` with half-width digits and hyphens, character for character."""
    return text if text.isascii() else _TO_PLAIN.sub(lambda found: _PLAIN[ord(found[0])], text)


def without_references(text: str) -> str:
    """``text`` with nothing to find in the place of each ``{{ fact }}``, character for character."""
    return _REFERENCE.sub(lambda found: "\0" * len(found[0]), text) if "{{" in text else text


def things_in(text: str) -> tuple[Thing, ...]:
    """The things in ``text``, in order of kind; a day in a text is no time, and so on."""
    found = list(_line_by_line(without_references(text)))
    if not found or not _MAY_HOLD.search(text):
        return ()
    return tuple(sorted(found, key=lambda thing: _ORDER[thing.kind]))


def _line_by_line(text: str) -> Iterator[Thing]:
    """No thing goes over a line's end."""
    end = 0
    while sign := _SIGN.search(text, end):
        start = text.rfind("\n", end, sign.start()) + 1 or end
        end = text.find("\n", sign.end())
        end = len(text) if end < 0 else end
        for thing in _in_line(text[start:end]):
            yield thing.further(start)


@lru_cache(maxsize=2**16)
def _in_line(line: str) -> tuple[Thing, ...]:
    """Looked through once: a campaign says the same line, such as its telephone's hours, in many messages."""
    return tuple(_things(plain(line)))


def _things(seen: str) -> Iterator[Thing]:
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(seen):
            same = _meaning(kind, match[0])
            if kind != "telephone number" or len(same) in TELEPHONE_DIGITS:
                yield Thing(kind, match.start(), match.end(), same)


def _meaning(kind: str, found: str) -> str:
    if kind == "telephone number":
        return re.sub(r"\D", "", re.sub(r"^\+81", "0", found))
    if kind == "time":
        return _clock(found)
    return found.lower().rstrip("/") if kind == "address" else found.replace(",", "")


def _clock(found: str) -> str:
    """``8:30`` of 午前8時30分, 8時半 and 8:30."""
    hour, minute, *_ = [*re.findall(r"\d+", found), "30" if found.endswith("半") else "0"]
    return f"{int(hour) + 12 * (found.startswith('午後') and int(hour) < 12)}:{int(minute):02}"


def is_near(one: str, other: str) -> bool:
    """Whether a slip makes one of the other: a character changed, left out, added, or two neighbours exchanged."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
