"""Two versions of a text in one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kohoctl.preview.pieces import Piece, TextChange, pieces


def test_a_changed_text_is_told_by_the_characters_that_differ() -> None:
    assert TextChange("body", "窓口は8時30分からです。", "窓口は9時からです。").pieces == (
        Piece("窓口は", "same"),
        Piece("8", "gone"),
        Piece("9", "new"),
        Piece("時", "same"),
        Piece("30分", "gone"),
        Piece("からです。", "same"),
    )


@pytest.mark.parametrize("most", [20, 10_000])
def test_a_long_text_is_compared_in_time(most: int) -> None:
    old, new = "あい" * most, "いう" * most
    told = list(pieces(old, new))
    assert "".join(piece.text for piece in told if piece.how != "new") == old


@given(st.text(alphabet="あい年a b\n。"), st.text(alphabet="あい年a b\n。"))
def test_the_pieces_are_both_texts_and_nothing_else(old: str, new: str) -> None:
    told = list(pieces(old, new))
    assert "".join(piece.text for piece in told if piece.how != "new") == old
    assert "".join(piece.text for piece in told if piece.how != "gone") == new
