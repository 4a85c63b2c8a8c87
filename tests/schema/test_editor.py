"""What somebody sees who writes a campaign file in an editor: the real server of VS Code, Vim, Helix and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generated_docs import ROOT
from kohoctl.cli import cli
from servers.editor import CURSOR, Editor, open_editor

pytestmark = pytest.mark.editor

MODELINE = "# yaml-language-server: $schema=.kohoctl.schema.json\n"
SHIPPED = (ROOT / "campaigns.yaml").read_text(encoding="utf-8")
CHANNEL = "channels:\n  a:\n    "
MESSAGE = "campaigns:\n  nenkin-2015:\n    messages:\n      a:\n        "
WHEN = "        when: 2015-06-01T17:00\n"


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with open_editor() as found:
        yield found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign file, which has the shipped one's schema beside it."""
    path = tmp_path_factory.mktemp("office") / "campaigns.yaml"
    schema = str(path.with_name(".kohoctl.schema.json"))
    cli.main(["schema", str(ROOT / "campaigns.yaml"), "-o", schema], standalone_mode=False)
    return path


@pytest.fixture
def proposed(editor: Editor, file: Path) -> Callable[[str], dict[str, str]]:
    """What is proposed at the end of a text."""
    return lambda text: editor.completions(file, MODELINE + text + CURSOR)


@pytest.fixture
def shown(editor: Editor, file: Path) -> Callable[[str, str], str]:
    """What is shown where the mouse rests on a word of the shipped file, where it follows ``before``."""

    def shown(before: str, word: str) -> str:
        at = SHIPPED.index(before + word) + len(before) + 1
        return editor.hover(file, MODELINE + SHIPPED[:at] + CURSOR + SHIPPED[at:])

    return shown


@pytest.fixture
def marked(editor: Editor, file: Path) -> Callable[[str, str], tuple[int, list[tuple[int, str]]]]:
    """The line of a mistake that is put into the shipped file, and what is marked then."""

    def marked(old: str, new: str) -> tuple[int, list[tuple[int, str]]]:
        text = MODELINE + SHIPPED.replace(old, new, 1)
        line = text[: text.index(new)].count("\n") + 1
        return line, editor.diagnostics(file, text)

    return marked


def test_nothing_is_marked_in_the_shipped_file(editor: Editor, file: Path) -> None:
    assert editor.diagnostics(file, MODELINE + SHIPPED) == []


# What is proposed


def test_the_file_s_keys_are_proposed_with_their_meaning(proposed: Callable[[str], dict[str, str]]) -> None:
    found = proposed("version: 1\n")
    assert {"timezone", "facts", "channels", "campaigns"} <= set(found)
    assert (
        found["facts"] == "事実とその名前。文章の中では {{ 名前 }} と書きます。\n\nFacts by name: {{ name }} in texts."
    )


def test_the_kinds_are_proposed_with_what_goes_out_by_them(proposed: Callable[[str], dict[str, str]]) -> None:
    found = proposed(CHANNEL + "kind: ")
    assert {"website", "x", "line", "letter", "police-bulletin"} <= set(found)
    assert found["letter"].startswith("名簿の一人一人に宛てた手紙。")
    assert "A letter to each of many people" in found["letter"]
    assert found["police-bulletin"].startswith("警察庁の掲示板への掲示。 / The police agency's bulletin")


def test_a_channel_s_keys_are_those_of_its_kind(proposed: Callable[[str], dict[str, str]]) -> None:
    assert {"wordpress", "folder", "owner", "rate"} <= set(proposed(CHANNEL + "kind: website\n    "))
    flyer = set(proposed(CHANNEL + "kind: flyer\n    "))
    assert {"office", "contact"} <= flyer
    assert not {"form", "sealed", "wordpress"} & flyer
    assert {"form", "sealed"} <= set(proposed(CHANNEL + "kind: flyer-request\n    "))
    assert "token" in proposed(CHANNEL + "kind: police-bulletin\n    ")


@pytest.mark.parametrize("form", ["[", "\n          - ", "\n          "])
def test_a_message_s_channels_are_those_of_the_file(proposed: Callable[[str], dict[str, str]], form: str) -> None:
    assert {"mhlw-site", "npa-x", "radio"} <= set(proposed(f"{MESSAGE}channels: {form}"))


def test_a_message_s_own_version_has_the_keys_of_the_channel_s_kind(proposed: Callable[[str], dict[str, str]]) -> None:
    site = set(proposed(f"{MESSAGE}channels:\n          mhlw-site:\n            "))
    assert {"title", "slug", "questions"} <= site
    assert "script" not in site
    assert "script" in proposed(f"{MESSAGE}channels:\n          radio:\n            ")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("when:\n          after: ", {"notice", "fraud-warning"}),
        ("when:\n          ", {"from", "to", "at", "weekdays", "days", "calendar", "after"}),
        ("when:\n          calendar: ", {"pension-payday", "pension-office-saturdays"}),
        ("when:\n          after: notice\n          ", {"channel", "delay"}),
        ("repost: ", {"notice", "fraud-warning"}),
        ("", {"title", "body", "when", "channels", "repost"}),
    ],
)
def test_the_file_s_names_are_proposed_where_they_may_stand(
    proposed: Callable[[str], dict[str, str]], typed: str, words: set[str]
) -> None:
    assert words <= set(proposed(MESSAGE + typed))


def test_no_truths_are_proposed_where_text_stands(proposed: Callable[[str], dict[str, str]]) -> None:
    assert not {"true", "false", "null"} & set(proposed(MESSAGE + "title: "))
    assert not {"true", "false", "null"} & set(proposed(CHANNEL + "kind: x\n    recipients: "))


# What is shown


@pytest.mark.parametrize(
    ("before", "word", "japanese", "english"),
    [
        ("\n", "grace", "予定の時刻をどれだけ過ぎても送るか", "How late a message may still go out"),
        ("\n  ", "kantei-site:", "WordPress のサイトのページ", "A page on a WordPress site"),
        ("    ", "wordpress", "ページを掲載する WordPress", "The WordPress site that takes the pages."),
        ("password: {", "env", "認証情報を入れた環境変数の名前。", "Name of the environment variable"),
        ("        ", "when: 2015", "送る日時。", "When it goes out."),
        ("        when: {", "after: ", "待つメッセージの ID", "Id of the message to wait for."),
        ("        ", "body: |", "このファイルの事実：{{ hotline }}", "The file's facts: {{ hotline }}"),
        ("mhlw-site: {", "slug", "スラッグ", "The page's name in its address"),
        ("  pension-payday: {months: [2, 4, 6, 8, 10, 12], ", "day", "その月の日", "The day of each of these months"),
    ],
)
def test_a_key_is_explained_in_japanese_and_in_english(
    shown: Callable[[str, str], str], before: str, word: str, japanese: str, english: str
) -> None:
    said = shown(before, word)
    assert japanese in said
    assert said.index(japanese) < said.index(english)
    assert "||" not in said


# What is marked


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("grace: 2 hours", "grase: 2 hours", "Property grase is not allowed."),
        ("grace: 2 hours", "grace: soon", "a length of time is a number and a unit: 30 minutes"),
        ("kind: website", "kind: webste", "Value is not accepted."),
        ("{env: MHLW_SITE_PASSWORD}", "swordfish", "write {env: NAME} or {file: PATH}"),
        ("{slug: nenkin-joho-ryushutsu}", "{slag: nenkin}", "Property slag is not allowed."),
        ("mhlw-site: {slug", "mhlw-sight: {slug", "the file had no such name"),
        ("channels: [letters]", "channels: [leters]", "the file had no such name"),
        ("seconds: 20", "seconds: 2000", "Value is above the maximum of 300."),
        ("seconds: 20", "seconds: many", "整数を書いてください / this is to be a whole number"),
        (WHEN, "        when: 2015-06-01\n", "a moment is a day and a time: 2015-06-04T10:00"),
        (WHEN, "        when: {after: minister-confrence}\n", "the file had no such name"),
        (WHEN, "        when: {days: [2015-06-01], at: 17}\n", 'Incorrect type. Expected "string | array".'),
        (", day: 15, roll: back}", ", roll: back}", "a calendar has either months and a day, or dates"),
    ],
)
def test_a_mistake_is_marked_at_its_line_and_nothing_else_is(
    marked: Callable[[str, str], tuple[int, list[tuple[int, str]]]], old: str, new: str, said: str
) -> None:
    line, marks = marked(old, new)
    assert [at for at, _ in marks] == [line]
    assert said in marks[0][1]


def test_what_is_missing_is_marked_too(marked: Callable[[str, str], tuple[int, list[tuple[int, str]]]]) -> None:
    line, marks = marked("    owner: 首相官邸\n    folder", "    onwer: 首相官邸\n    folder")
    assert marks == [(line - 2, 'Missing property "owner".'), (line, "Property onwer is not allowed.")]
