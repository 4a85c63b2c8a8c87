"""The rule about characters: what is found, what is written instead, and what is usual."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.problem import Problem
from kohoctl.rules.example import example
from rules.looking import found_in

RULE = "platform-character"


def found(folder: Path, body: str) -> list[Problem]:
    return found_in(folder, example(body=body), (RULE,))


@pytest.mark.parametrize(
    ("body", "codes", "hint", "new"),
    [
        ("①電話", "U+2460", "write (1)", None),
        ("❸電話", "U+2778", "write (3)", None),
        ("㈱年金", "U+3231", "write 株式会社", None),
        ("10㎡", "U+33A1", "write 平方メートル", None),
        ("㍻27年", "U+337B", "write 平成", "平成"),
        ("第Ⅳ章", "U+2163", "write IV", "IV"),
        ("⑴電話", "U+2474", "write (1)", "(1)"),
        ("ｶﾞｲﾄﾞ", "U+FF76 U+FF9E U+FF72 U+FF84 U+FF9E", "write ガイド", "ガイド"),
        ("⽇本", "U+2F47", "write 日", "日"),
        ("か\u3099いど", "U+304B U+3099", "write が", "が"),
        ("電話\u200bへ", "U+200B", "take it out", ""),
        ("電話\ue000へ", "U+E000", "write it with a character that has a code of its own, or in kana", None),
        ("髙木", "U+9AD9", "write its usual form, or kana", None),
        (
            "👨\u200d👩\u200d👧へ",
            "U+1F468 U+200D U+1F469 U+200D U+1F467",
            "write an emoji of one character, or a word",
            None,
        ),
    ],
)
def test_each_is_named_with_its_code_point_and_with_what_to_write(
    tmp_path: Path, body: str, codes: str, hint: str, new: str | None
) -> None:
    (problem,) = found(tmp_path, body)
    assert codes in str(problem)
    assert problem.hint == hint
    assert (problem.fix.new if problem.fix else None) == new


@pytest.mark.parametrize(
    "body",
    [
        "「年金情報流出」を口実にした犯罪にご注意ください！",
        "・日本年金機構が、この件でお客様にATMの操作をお願いすることは、一切ありません。",
        "○なお、流出した基礎年金番号は、新しい番号に変更いたします。",
        "受付時間 8:30〜21:00（平日及び土日） 6月11日～17日 ※→■●◆★",
        "０１２０－８１８２１１　ＡＴＭ　100％　25℃　5ｍ",
        "𠮟責、塡補、頰、剝離、埼玉県、岡山県、渡邊、﨑",
        "☎ ♪ 😊 御覧ください。",
        "Ministry of Health, Labour and Welfare – “quoted” …",
    ],
)
def test_what_japanese_texts_are_written_with_is_not_found(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body) == []
