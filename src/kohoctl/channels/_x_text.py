"""How long a text is to X, and what was typed of a text that comes back from X."""

from __future__ import annotations

import html
import pkgutil
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

WEIGHT_LIMIT = 280
"""The most a post may weigh: 140 kana or kanji, 280 Latin letters (X's counting rules, twitter-text version 3)."""

_PLAIN = re.compile(
    r"[\t\n -#%-)+-\-/-9:;=?A-Z\[\]_a-z|~\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uff01-\uff9f]*"
)
"""Text in which nothing can be an address or an emoji: no dot but the ideographic one, and of symbols only plain ones.
Its ASCII letters weigh 1 and all others 2, as twitter-text's own tables have it: a hundred times as fast."""
_UNTAKABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")
_FULL_STOPS = str.maketrans({"。": "、", "｡": "、", "．": "、"})


@lru_cache(maxsize=4096)
def weighted_length(text: str) -> int:
    """What ``text`` weighs to X: a kana or kanji 2, a Latin letter or digit 1, an emoji 2, an address 23.

    An address counts as one with or without https://, as X has it.
    """
    composed = unicodedata.normalize("NFC", text)
    if _PLAIN.fullmatch(composed):
        return 2 * len(composed) - len(composed.encode("ascii", "ignore"))
    # The parser takes an ideographic full stop for the dot of a domain, so that it misses the address in 」。x.com; a
    # comma weighs the same.
    length: int = _parser()(text.translate(_FULL_STOPS)).weightedLength
    return length


@cache
def _parser() -> Callable[[str], Any]:
    """twitter-text-parser, imported when first used since its tables take a fifth of a second.

    It reads one data file through setuptools' pkg_resources, which no longer exists: the standard library stands in.
    """
    stand_in = ModuleType("pkg_resources")
    stand_in.__dict__["resource_string"] = pkgutil.get_data
    sys.modules.setdefault("pkg_resources", stand_in)
    try:
        from twitter_text import parse_tweet
    finally:
        if sys.modules.get("pkg_resources") is stand_in:
            del sys.modules["pkg_resources"]
    parser: Callable[[str], Any] = parse_tweet
    return parser


def untakable_characters(text: str) -> list[str]:
    """The characters of ``text`` that X refuses or drops, as ``U+0007``: control characters and those that are none."""
    return sorted(f"U+{ord(character):04X}" for character in set(_UNTAKABLE.findall(text)))


def same_text(typed: str, post: Mapping[str, Any]) -> bool:
    """Whether ``post``, as X's timeline gives it, is what ``typed`` became."""
    return _comparable(typed) == _comparable(_as_typed(post))


def _as_typed(post: Mapping[str, Any]) -> str:
    """A post's text before X escaped it, shortened its links and added one for its pictures."""
    text = html.unescape(str(post.get("text", "")))
    for link in (post.get("entities") or {}).get("urls") or ():
        target = str(link.get("expanded_url") or "")
        own_picture = f"/status/{post.get('id')}/" in target
        text = text.replace(str(link.get("url") or target), "" if own_picture else target)
    return text


def _comparable(text: str) -> str:
    """``text`` without what X may change on the way: composition, case, spaces, an address's scheme and last slash."""
    text = unicodedata.normalize("NFC", text).casefold()
    text = re.sub(r"https?://", "", text)
    return " ".join(re.sub(r"/(?=\s|$)", "", text).split())
