"""Facts in text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kohoctl.campaign.facts import fill, fill_all, references, speaks_of_recipient
from kohoctl.model import Recipient

FACTS = {"hotline": "0120-818211", "受付時間": "8:30〜21:00", "odd": "{{ hotline }}"}
POLICE = Recipient("npa", {"id": "npa", "name": "警察庁"})


def test_facts_stand_where_their_names_stood() -> None:
    assert fill("電話 {{ hotline }}（{{受付時間}}）\n", FACTS) == "電話 0120-818211（8:30〜21:00）\n"


def test_a_recipient_s_words_stand_where_their_columns_stood() -> None:
    assert fill("{{ recipient.name }}御中", FACTS, POLICE) == "警察庁御中"


def test_what_a_fact_says_is_not_filled_in_again() -> None:
    assert fill("{{ odd }}", FACTS) == "{{ hotline }}"


def test_texts_in_lists_and_mappings_are_filled_in() -> None:
    assert fill_all({"a": ["{{ hotline }}", None], "b": "x"}, FACTS) == {"a": ["0120-818211", None], "b": "x"}


@pytest.mark.parametrize("text", ["{{ hotlin }}", "{{ recipient.name }}", "{{ hotline | upper }}", "{% if x %}"])
def test_what_cannot_be_filled_in_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be filled in"):
        fill(text, FACTS)


def test_a_text_speaks_of_its_recipient_or_not() -> None:
    assert speaks_of_recipient("{{ recipient.name }}")
    assert not speaks_of_recipient("{{ hotline }} recipient.name")


@pytest.mark.parametrize(
    "inside",
    [
        "hotline()",
        "hotline.real",
        "'x'",
        "1",
        "",
        "hotline | replace(1, 2)",
        "hotline() | safe",
        "a + b",
        "recipient",
        "recipient.a.b",
        "recipient[0]",
        "none",
        "True",
        "not",
        "a²",
    ],
)
def test_anything_but_a_name_is_no_name(inside: str) -> None:
    assert [reference.name for reference in references("{{ " + inside + " }}")] == [None]


@given(st.text("ab_1年²é\u0300٣·trueno ", max_size=5))
def test_a_plain_name_is_read_as_jinja_reads_it(inside: str) -> None:
    alone, behind_a_filter = (references("{{" + text + "}}")[0].name for text in (inside, f"{inside} | some_filter"))
    assert alone == behind_a_filter


@pytest.mark.parametrize("name", ["and", "range", "self", "loop", "result", "é"])
def test_a_fact_may_bear_any_name(name: str) -> None:
    assert fill("{{" + name + "}}", {name: "0120-818211"}) == "0120-818211"


@given(st.text("{}%#ab .\n年", max_size=30))
def test_text_without_openings_is_left_as_it_is(text: str) -> None:
    if not references(text):
        assert fill(text, {}) == text
    else:
        with pytest.raises(ValueError, match="cannot be filled in"):
            fill(text, {})
