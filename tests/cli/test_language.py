"""In which language kohoctl speaks, and how it looks on a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from cli.conftest import Kohoctl
from kohoctl.cli import COMMANDS
from kohoctl.cli.plugins import SUMMARIES
from kohoctl.cli.spoken_help import columns, wrapped

EVERY = ["", *COMMANDS, *(f"plugins {name}" for name in SUMMARIES)]
ENGLISH_HELP, JAPANESE_HELP = "Show this message and exit.", "この説明を表示して終わります。"


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """kohoctl with nothing of this process's environment but where programs are."""
    command = [sys.executable, "-m", "kohoctl", *arguments]
    return subprocess.run(command, env={"PATH": os.environ["PATH"]} | environment, capture_output=True, timeout=60)


def sentences_in_english(help_text: str) -> Iterator[str]:
    """Two English words after each other, beside the usage and what is to be typed."""
    for line in help_text.splitlines():
        if not line.startswith("使い方:"):
            yield from re.findall(r"\b[A-Za-z]{2,} [a-z]{2,}\b", line.replace('"kohoctl run campaigns.yaml"', ""))


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_every_command_is_in_japanese_alone(name: str, kohoctl: Kohoctl) -> None:
    shown = kohoctl("--lang", "ja", *name.split(), "--help")
    assert shown.code == 0
    assert JAPANESE_HELP in shown.out
    assert list(sentences_in_english(shown.out)) == []


def test_the_english_help_would_be_found_to_be_english(kohoctl: Kohoctl) -> None:
    assert list(sentences_in_english(kohoctl("check", "--help").out))


@pytest.mark.parametrize("name", EVERY)
def test_no_line_of_a_help_is_wider_than_the_terminal(
    name: str, kohoctl: Kohoctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for line in kohoctl("--lang", "ja", *name.split(), "--help").out.splitlines():
        assert columns(line) <= 78
        assert not line.strip().startswith(("、", "。", "）"))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_command_speaks_english_again_after_it_has_spoken_japanese(language: str, kohoctl: Kohoctl) -> None:
    kohoctl("--lang", "ja", "plugins", "list", "--help")
    shown = kohoctl("--lang", language, "plugins", "list", "--help").out
    assert (ENGLISH_HELP in shown, JAPANESE_HELP in shown) == (language == "en", language == "ja")


@pytest.mark.parametrize(
    ("arguments", "environment", "shown"),
    [
        ([], {}, ENGLISH_HELP),
        ([], {"LANG": "ja_JP.UTF-8"}, JAPANESE_HELP),
        ([], {"LANG": "ja_JP.UTF-8", "KOHOCTL_LANG": "en"}, ENGLISH_HELP),
        ([], {"LANG": "en_GB.UTF-8", "KOHOCTL_LANG": "ja"}, JAPANESE_HELP),
        ([], {"LANG": "ja_JP.UTF-8", "KOHOCTL_LANG": ""}, JAPANESE_HELP),
        (["--lang", "en"], {"LANG": "ja_JP.UTF-8", "KOHOCTL_LANG": "ja"}, ENGLISH_HELP),
        (["--lang=ja"], {"KOHOCTL_LANG": "en"}, JAPANESE_HELP),
        (["--lang", "en", "--lang", "ja"], {}, JAPANESE_HELP),
    ],
)
def test_the_option_comes_before_the_variable_and_this_before_the_locale(
    arguments: list[str], environment: Mapping[str, str], shown: str
) -> None:
    assert shown in in_a_process(*arguments, "check", "--help", **environment).stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--lang", "fr", "check"],
            "Invalid value for '--lang' (env var: 'KOHOCTL_LANG'): 'fr' is not one of 'en', 'ja'.",
        ),
        (["--lang"], "Option '--lang' requires an argument."),
        (["--lang", "check"], "'check' is not one of"),
    ],
)
def test_a_language_that_is_not_spoken_is_wrong_usage(arguments: list[str], said: str, kohoctl: Kohoctl) -> None:
    shown = kohoctl(*arguments)
    assert shown.code == 2
    assert said in shown.err


def test_a_variable_with_no_language_is_wrong_usage() -> None:
    shown = in_a_process("check", KOHOCTL_LANG="german", LANG="ja_JP.UTF-8")
    assert shown.returncode == 2
    assert "'german' は使えません。使えるのは、'en', 'ja' です。" in shown.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "コマンド chek はありません。check の誤りではありませんか。"),
        (["xyz"], "コマンド xyz はありません。"),
        (["--nothing"], "オプション '--nothing' はありません。"),
        (["plan"], "引数を指定してください： 'FILE'"),
        (["plan", "a.yaml", "--format", "pdf"], "'pdf' は使えません。使えるのは、'text', 'json', 'markdown' です。"),
        (["plan", "a.yaml", "b.yaml"], "余分な引数があります：b.yaml"),
    ],
)
def test_wrong_usage_is_explained_in_japanese(arguments: list[str], said: str, kohoctl: Kohoctl) -> None:
    shown = kohoctl("--lang", "ja", *arguments)
    assert shown.code == 2
    assert said in shown.err
    assert "使い方は、'kohoctl" in shown.err


def test_the_report_s_own_language_is_another_option(kohoctl: Kohoctl) -> None:
    assert "報告の言語。その他の表示の言語は" in " ".join(kohoctl("--lang", "ja", "report", "--help").out.split())
    assert kohoctl("--lang", "en", "report", "x.yaml", "--lang", "fr").err.count("'fr' is not one of 'ja', 'en'") == 1


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "euc_jp"},
    ],
)
def test_japanese_is_shown_as_far_as_a_terminal_can(environment: Mapping[str, str]) -> None:
    for arguments, code in ((["--help"], 0), (["nothing"], 2), (["check", "none.yaml"], 1)):
        shown = in_a_process("--lang", "ja", *arguments, **environment)
        assert shown.returncode == code, shown.stderr
        assert b"Traceback" not in shown.stderr
        assert shown.stdout or shown.stderr


def test_a_line_is_broken_between_japanese_letters_and_not_within_a_word() -> None:
    assert wrapped("台帳は kohoctl です。", 12) == ["台帳は", "kohoctl で", "す。"]
    assert wrapped("あ（い）う", 4) == ["あ", "（い）", "う"]
    assert wrapped("", 10) == []
    assert wrapped("a-word-that-is-longer", 5) == ["a-word-that-is-longer"]
