"""How long a script takes to read aloud, by its morae: the beats that are spoken, one for each kana (きゃ is one)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

MORAE_PER_KANJI = 1.77
"""What a kanji comes to on the average, measured over the sentences of a government's announcements."""

LETTER = 2
"""Morae of a Latin letter: エー, ビー, シー. A word in Latin letters is taken to be spelled out."""
LONGER_LETTERS = {"H": 3, "W": 4, "X": 4, "Z": 3}
"""エイチ, ダブリュー, エックス, ゼット."""

SPOKEN_DIGIT = 2
"""Morae of a digit read by itself, as in a telephone number: ゼロ, イチ, ニー, サン, ヨン, ゴー, ロク …"""

_SHORT_DIGITS = {"0": 0, "2": 1, "5": 1}
"""Inside a number ニ and ゴ are short and a nought is silent."""
PLACE = 2
"""Morae of 十, 百, 千, 万, 億 and 兆 each; the sound changes of ろっぴゃく or はっせん add none."""

_SMALL = frozenset("ゃゅょゎぁぃぅぇぉャュョヮァィゥェォ")
"""These belong to the kana before them. っ, ん and ー are beats of their own."""

_KANA = "ぁ-ゖァ-ヺー"
_NOT_READING = re.compile(rf"[^{_KANA}\s、。・！？「」]")

_TOKEN = re.compile(
    rf"""(?P<telephone>0\d{{1,4}}[-(]?\d{{1,4}}[-)]?\d{{3,4}}|[#]\d{{4}})(?!\d)
    |(?P<time>\d{{1,2}}:\d{{2}})(?!\d)
    |(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)
    |(?P<letters>[A-Za-z]+)
    |(?P<mark>%|[~〜./@+&](?!\s|$))
    |(?P<kana>[{_KANA}]+)
    |(?P<kanji>[々〆㐀-鿿豈-﫿𠀀-𿿽]+)""",
    re.VERBOSE,
)
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]|(?<=\d)ー(?=\d)")
_MARKS = {
    "~": "カラ",
    "〜": "カラ",
    "%": "パーセント",
    ".": "ドット",
    "/": "スラッシュ",
    "@": "アットマーク",
    "+": "プラス",
    "&": "アンド",
}


def count_morae(reading: str) -> int:
    """The morae of a reading in kana; all that is not kana counts nothing."""
    return sum(1 for character in reading if re.match(f"[{_KANA}]", character) and character not in _SMALL)


def not_kana(reading: str) -> str:
    """What in ``reading`` cannot be counted, each character once: a reading is kana and punctuation."""
    return "".join(dict.fromkeys(_NOT_READING.findall(reading)))


def estimate_morae(script: str) -> int:
    """About how many morae the script has, where nobody gave its reading.

    Kana, numbers, times, telephone numbers and Latin letters are counted as they are read; kanji by `MORAE_PER_KANJI`.
    """
    plain = plain_text(script)
    return round(sum(_token_morae(match) for match in _TOKEN.finditer(plain)))


def plain_text(script: str) -> str:
    """The script with digits, letters and hyphens of one width and shape, however they were typed."""
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", script))


def number_morae(digits: str) -> int:
    """The morae of a whole number as it is read: 120 is ヒャクニジュー; with a nought in front, digit by digit."""
    if digits.startswith("0"):
        return SPOKEN_DIGIT * len(digits)
    padded = digits.zfill(-(-len(digits) // 4) * 4)
    groups = [padded[start : start + 4] for start in range(0, len(padded), 4)]
    named = sum(PLACE for group in groups[:-1] if group != "0000")  # 万, 億, 兆
    return named + sum(_group_morae(group) for group in groups)


def _group_morae(group: str) -> int:
    """The morae of up to 9999, given as four digits."""
    higher = [_digit(digit) * (digit != "1") + PLACE for digit in group[:3] if digit != "0"]  # 千, not 一千
    return sum(higher) + _digit(group[3])


def _digit(digit: str) -> int:
    return _SHORT_DIGITS.get(digit, SPOKEN_DIGIT)


def _token_morae(match: re.Match[str]) -> float:
    text = match[0]
    kind = match.lastgroup or ""
    if kind == "kanji":
        return MORAE_PER_KANJI * len(text)
    if kind == "letters":
        return sum(LONGER_LETTERS.get(letter, LETTER) for letter in text.upper())
    return count_morae(text) if kind == "kana" else _MORAE[kind](text)


def _telephone_morae(text: str) -> int:
    digits = sum(character.isdigit() for character in text)
    breaks = sum(text.count(mark) for mark in "-()")  # read as の
    return digits * SPOKEN_DIGIT + breaks * count_morae("の") + text.count("#") * count_morae("シャープ")


def _time_morae(text: str) -> int:
    hours, minutes = text.split(":")
    past = 0 if minutes == "00" else number_morae(minutes) + count_morae("フン")
    return number_morae(hours) + count_morae("ジ") + past


def _number_morae(text: str) -> int:
    whole, point, decimals = text.replace(",", "").partition(".")
    return number_morae(whole) + (count_morae("テン") + len(decimals) * SPOKEN_DIGIT if point else 0)


_MORAE: Mapping[str, Callable[[str], int]] = {
    "telephone": _telephone_morae,
    "time": _time_morae,
    "number": _number_morae,
    "mark": lambda text: count_morae(_MARKS[text]),
}
