"""The catalogue of Japanese messages: whole, up to date, and with the same names to fill in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from string import Formatter

import pytest

from kohoctl.language import (
    ENGLISH,
    JAPANESE,
    Sentence,
    both,
    counted,
    enumerated,
    hint_of,
    of_locale,
    said,
    said_with_hint,
    speak,
    translated,
)
from kohoctl.problem import Problem
from messages import MO, NOT_YET, PO, ROOT, SOURCE, compiled, read_catalogue, source_catalogue, untranslated, written

CATALOGUE = read_catalogue()
MESSAGES = [message for message in CATALOGUE if message.id]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name} if re.search(r"\{\w*[}!:,.]", text) else set()


def test_every_message_of_the_source_has_its_japanese() -> None:
    assert {str(message.id) for message in source_catalogue()} == {str(message.id) for message in CATALOGUE}, (
        "run: make messages"
    )
    assert list(untranslated(CATALOGUE)) == []


def test_the_catalogue_is_written_as_make_messages_writes_it_and_compiled() -> None:
    assert compiled(CATALOGUE) == MO.read_bytes(), "run: make messages"
    assert len(MESSAGES) > 100
    assert written(CATALOGUE).count(b"msgid") == PO.read_bytes().count(b"msgid")


def forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ()


def test_the_japanese_fills_in_nothing_that_the_source_does_not_give() -> None:
    given = [(message, set().union(*map(names, forms(message.id)))) for message in MESSAGES]
    more = [message.id for message, fields in given if set().union(*map(names, forms(message.string))) - fields]
    assert more == []


def test_no_message_was_left_in_english() -> None:
    japanese, english = re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
    texts = [text for message in MESSAGES for text in forms(message.string)]
    assert [text for text in texts if english.search(text) and not japanese.search(text)] == []


TO_TYPE = re.compile(r"kohoctl \S+ \S+")
"""A command in the middle of a sentence."""


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id))
def test_the_japanese_of_a_sentence_is_japanese_throughout(message: object) -> None:
    one, *_ = message.id if isinstance(message.id, tuple) else (message.id,)  # type: ignore[attr-defined]
    string = message.string  # type: ignore[attr-defined]
    for text in string if isinstance(string, tuple) else (string,):
        if re.search(r"[A-Za-z]{2,}[,:]? [a-z]{2,} ", one):
            assert re.search("[\u3041-\u30ff\u4e00-\u9fff]", text), text
        assert not re.search(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", TO_TYPE.sub("", text)), text


def test_what_is_left_out_is_there_to_be_left_out() -> None:
    assert all((SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file() for name in NOT_YET)
    assert all(NOT_YET.values())


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, ENGLISH),
        ({"LANG": "C"}, ENGLISH),
        ({"LANG": "ja_JP.UTF-8"}, JAPANESE),
        ({"LANG": "ja"}, JAPANESE),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "ja_JP"}, JAPANESE),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, ENGLISH),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, JAPANESE),
        ({"LANG": "fr_FR.UTF-8"}, ENGLISH),
    ],
)
def test_the_locale_is_that_of_the_first_variable_that_is_set(environment: dict[str, str], language: str) -> None:
    assert of_locale(environment) == language


def test_a_sentence_is_its_english_until_somebody_says_it_to_people() -> None:
    sentence = Sentence("there is no command {name}.", name="chek")
    speak(JAPANESE)
    assert sentence == "there is no command chek."
    assert said(sentence) == "コマンド chek はありません。"
    assert said(ValueError(sentence)) == "コマンド chek はありません。"
    assert str(Problem("{what}", {"what": sentence})) == "there is no command chek."
    assert said(Problem("{what}", {"what": sentence})) == "コマンド chek はありません。"


def test_what_the_catalogue_does_not_have_is_shown_as_it_is() -> None:
    speak(JAPANESE)
    assert said(Problem("a ministry's {own} words", {"own": "{braces}"})) == "a ministry's {braces} words"
    assert said(Problem("{one} of {own}", defaultdict(str, one="1"))) == "1 of "
    assert translated("") == ""
    assert said("") == ""


def test_a_problem_is_said_in_another_language_than_the_one_that_is_spoken() -> None:
    named = Sentence("there is no command {name}.", name="chek")
    problem = Problem("{what}", {"what": named}, hint="take it out")
    for spoken in (ENGLISH, JAPANESE):
        speak(spoken)
        assert said(problem, ENGLISH) == "there is no command chek."
        assert said(problem, JAPANESE) == "コマンド chek はありません。"
        assert (hint_of(problem, ENGLISH), hint_of(problem, JAPANESE)) == ("take it out", "削除してください。")
        assert said_with_hint(problem, ENGLISH) == "there is no command chek. (take it out)"
        assert said_with_hint(problem, JAPANESE) == "コマンド chek はありません。（削除してください。）"
        assert said(KeyError("none"), JAPANESE) == "'none'"


def test_a_list_is_written_as_each_language_writes_it() -> None:
    listed = enumerated([Sentence("Monday"), "b", Sentence("Tuesday")])
    assert listed == "Monday, b, Tuesday"
    assert said(listed, JAPANESE) == "月曜日、b、火曜日"
    assert said(both(["a", "b", "c"]), JAPANESE) == "a、b 及び c"
    assert enumerated(["a"]) == both(["a"]) == "a"


def test_english_counts_one_and_many() -> None:
    assert [counted(number, "problem") for number in (0, 1, 2)] == ["no problems", "1 problem", "2 problems"]
    assert counted(2, "delivery", "deliveries") == "2 deliveries"


def test_the_catalogue_comes_with_the_package() -> None:
    assert 'packages = ["src/kohoctl"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert MO.is_relative_to(SOURCE)
