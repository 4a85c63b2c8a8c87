"""Rules about characters: 機種依存文字, which some devices, fonts and screen readers show or read as something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from kohoctl.language import Sentence
from kohoctl.rules.example import example
from kohoctl.rules.rule import Finding, Rule, Subject, Text
from kohoctl.texts import SHOWN

_KINDS = {
    "half_width": "[\uff61-\uff9f]++",
    "radical": "[\u2e80-\u2fd5]++",
    "apart": "(?:[^\u3099\u309a][\u3099\u309a])++",
    "invisible": "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]++",
    "roman": "[\u2160-\u217f]++",
    "spelt_out": "[\u2474-\u249b\u3300-\u3357\u337b-\u337f\u32ff]++",
    "circled": "[\u2460-\u2473\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]++",
    "enclosed": "[\u2116\u2121\u3200-\u3243\u3280-\u32b0\u3358-\u337a\u3380-\u33ff]++",
    "private": "[\ue000-\uf8ff\U000f0000-\U0010ffff]++",
    "joined": "[^\\s\u200d](?:[\ufe0f\U0001f3fb-\U0001f3ff]?\u200d[^\\s\u200d])++|.[\U0001f3fb-\U0001f3ff]"
    "|[\U0001f1e6-\U0001f1ff]{2}",
}
_ODD = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
_MAY_BE_ODD = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u2116\u2121\u2160-\u217f\u2460-\u249b\u24ea-\u24ff"
    "\u2776-\u2793\u2e80-\u2fd5\u3099\u309a\u3200-\u33ff\ue000-\uf8ff\ufeff\uff61-\uff9f"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000f0000-\U0010ffff]"
)
"""A quick look, which most texts pass."""
_KANJI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORDS = {
    "㈱": "株式会社",
    "㈲": "有限会社",
    "㈳": "社団法人",
    "㈶": "財団法人",
    "№": "番号",
    "℡": "電話",
    "㎡": "平方メートル",
}
_MENDED = {"half_width": "NFKC", "radical": "NFKC", "roman": "NFKC", "spelt_out": "NFKC", "apart": "NFC"}
"""What is the same in other characters, by the form of Unicode that has them."""
_HINTS = {
    "private": "write it with a character that has a code of its own, or in kana",
    "joined": "write an emoji of one character, or a word",
    "invisible": "take it out",
}


def _odd(subject: Subject) -> Iterator[Finding]:
    for text in subject.typed:
        if text.value.isascii():
            continue
        if _MAY_BE_ODD.search(text.value):
            for match in _ODD.finditer(text.value):
                yield from _of_kind(text, match, match.lastgroup or "")
        if not _is_in_jis(text.value):
            yield from _rare_kanji(text)


def _of_kind(text: Text, match: re.Match[str], kind: str) -> Iterator[Finding]:
    found = match[0]
    new = "" if kind == "invisible" else None
    if form := _MENDED.get(kind):
        new = unicodedata.normalize(form, found)  # type: ignore[arg-type]  # a form's name, which stubs spell out
        if new == found:
            return
    said = "{codes} is seen by nobody" if kind == "invisible" else "{found} ({codes}) is not the same on every device"
    hint = _HINTS[kind] if kind in _HINTS else Sentence("write {instead}", instead=new or _instead(kind, found))
    yield text.problem(match, said, hint=hint, new=new, codes=_codes(found))


def _instead(kind: str, found: str) -> str:
    return " ".join(_instead_of_one(kind, character) for character in found[:SHOWN])


def _instead_of_one(kind: str, character: str) -> str:
    usual = unicodedata.normalize("NFKC", character)
    if kind == "circled":
        number = unicodedata.numeric(character, None)
        return f"({usual})" if number is None else f"({int(number)})"
    return _WORDS.get(character, usual)


def _codes(found: str) -> str:
    codes = [f"U+{ord(character):04X}" for character in found[:SHOWN]]
    return " ".join(codes) + (" …" if len(found) > SHOWN else "")


def _rare_kanji(text: Text) -> Iterator[Finding]:
    seen: set[str] = set()
    for match in _KANJI.finditer(text.value):
        if match[0] not in seen and not _has_jis(match[0]):
            seen.add(match[0])
            said = "{found} ({codes}) is not in JIS X 0213, and many fonts lack it"
            yield text.problem(match, said, hint="write its usual form, or kana", codes=_codes(match[0]))


def _is_in_jis(text: str) -> bool:
    try:
        text.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return True


_has_jis = lru_cache(maxsize=2**12)(_is_in_jis)

RULES = (
    Rule(
        "platform-character",
        "warning",
        ("a character that is not the same on every device", "機種依存文字"),
        (
            "Circled numbers, enclosed and squared words, Roman numerals of one character, half-width katakana, emoji"
            " put together of several, characters of a private area and kanji outside of JIS X 0213 are missing in"
            " fonts, read out wrongly, or changed on the way. What is copied from a PDF or a Mac may hold radicals in"
            " the place of kanji, or voicing marks that stand apart: they look right and are not found by a search.",
            "丸付き数字、囲み文字、単位等の合字、ローマ数字、半角片仮名、複数の文字から成る絵文字、外字及びJIS X 0213に"
            "ない漢字は、表示されず、誤って読み上げられ、又は途中で変わることがあります。PDF等から転記した文章では、"
            "漢字の代わりに部首の文字が、濁点が分かれた仮名が混じることがあり、見た目は同じでも検索では見付かりません。",
        ),
        example(body="受付は、①電話、②窓口です。ｾﾝﾀｰへ。{{ hotline }}"),
        example(body="受付は、(1)電話、(2)窓口です。センターへ。{{ hotline }}"),
        _odd,
    ),
)
