from __future__ import annotations

import pytest

from documents.letters import letter
from kohoctl import Document
from kohoctl.documents import DocumentError, missing_characters
from kohoctl.documents.characters import NAMED_AT_MOST


def test_ordinary_japanese_lacks_nothing() -> None:
    assert missing_characters("「年金」の髙﨑さま、①へ。\n　ｶﾅ、ABC〜0120-818211！\tが\u3099") == ""


def test_each_missing_character_is_named_once_and_in_order() -> None:
    assert missing_characters("한😀国𠮷😀") == "한😀𠮷"


def test_what_cannot_be_seen_is_named_too() -> None:
    assert missing_characters("a\u0007b\ufeffc\ue000") == "\u0007\ufeff\ue000"


def test_a_letter_composed_of_two_code_points_is_there_where_the_whole_is() -> None:
    assert missing_characters("か\u3099") == ""


def test_of_a_whole_foreign_script_only_the_first_characters_are_named() -> None:
    hangul = "".join(map(chr, range(0xAC00, 0xAC00 + 500)))
    assert missing_characters(hangul) == hangul[:NAMED_AT_MOST]


@pytest.mark.parametrize("character", ["𠮷", "😀", "\u0007", "\ufeff", "\ue000", "ก"])
def test_what_is_said_beforehand_is_what_happens(character: str) -> None:
    document = Document("依頼文書.pdf", "letter", letter(body=f"あ{character}い"))
    assert missing_characters(f"あ{character}い") == character
    with pytest.raises(DocumentError, match=f"{ord(character):04X}"):
        document.read()


@pytest.mark.parametrize("character", ["髙", "葛\U000e0100", "か\u3099", "\t", "\u200b", "①", "〜", "\u3000", "é"])
def test_what_is_not_named_beforehand_is_printed(character: str) -> None:
    assert missing_characters(f"あ{character}い") == ""
    assert Document("依頼文書.pdf", "letter", letter(body=f"あ{character}い")).read().startswith(b"%PDF")


def test_a_documents_problems_name_the_field_and_the_characters() -> None:
    data = letter(items=[{"text": "施設", "below": ["𠮷野駅", "\u0007"]}])
    [problem] = Document("依頼文書.pdf", "letter", data).problems()
    assert problem.field == "items"
    assert str(problem) == "the document's fonts lack 「𠮷」(U+20BB7) (U+0007)"
