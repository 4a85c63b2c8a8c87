"""In which language kohoctl speaks, and how it looks on a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click
import pytest

from cli.conftest import Kohoctl
from kohoctl.cli import COMMANDS, WITH_OWN_LANG, cli
from kohoctl.cli.plugins import SUMMARIES
from kohoctl.cli.spoken_help import columns, wrapped
from kohoctl.rules import RULES
from rules.looking import PICTURE
from rules.test_planted import planted
from support import write

EVERY = ["", *COMMANDS, *(f"plugins {name}" for name in SUMMARIES)]
ENGLISH_HELP, JAPANESE_HELP = "Show this message and exit.", "この説明を表示して終わります。"


def command_of(names: list[str]) -> click.Command:
    command: click.Command | None = cli
    for name in names:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None
    return command


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """kohoctl with nothing of this process's environment but where programs are."""
    command = [sys.executable, "-m", "kohoctl", *arguments]
    return subprocess.run(command, env={"PATH": os.environ["PATH"]} | environment, capture_output=True, timeout=60)


_TYPED = re.compile(r'"kohoctl run campaigns.yaml"|kohoctl completion \w+')
"""Commands to be typed."""


def sentences_in_english(help_text: str) -> Iterator[str]:
    """Two English words after each other, beside the usage and what is to be typed."""
    for line in help_text.splitlines():
        if not line.startswith("使い方:"):
            yield from re.findall(r"\b[A-Za-z]{2,} [a-z]{2,}\b", _TYPED.sub("", line))


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
    assert shown in in_a_process(*arguments, "completion", "--help", **environment).stdout.decode()


@pytest.mark.parametrize("name", [name for name in EVERY if name])
def test_the_language_may_stand_behind_a_command_that_writes_none_of_its_own(name: str, kohoctl: Kohoctl) -> None:
    command = name.split()
    has_its_own = any("--lang" in option.opts for option in command_of(command).params)
    assert has_its_own == (command[0] in WITH_OWN_LANG)
    for language in (["--lang", "ja"], ["--lang=ja"]):
        shown = kohoctl(*command, *language, "--help").out
        assert (ENGLISH_HELP if has_its_own else JAPANESE_HELP) in shown
    assert kohoctl(*command, "--help", "--", "--lang").code == 0


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


MISTAKES = """\
version: 1
facts: {hotline: 0120-818211}
channels:
  site: {kind: websit, owner: 厚生労働省}
  post: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}
campaigns:
  nenkin:
    title: 年金
    owner: 厚生労働省
    messages:
      notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hotlin }} へ。'}
"""
IN_ENGLISH = """\
campaigns.yaml:4:16: there is no kind of channel websit: did you mean website? The kinds at hand are KINDS
      site: {kind: websit, owner: 厚生労働省}
                   ^
campaigns.yaml:11:7: title is missing
          notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hot…
          ^
campaigns.yaml:11:16: there is no key titel here: did you mean title?
          notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hot…
                   ^
campaigns.yaml:11:35: there is no moment 2015-06-31T10:00
          notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hot…
                                          ^
campaigns.yaml:11:85: there is no fact hotlin: did you mean hotline?
    …6-31T10:00, channels: [post], body: 'ご心配の方は {{ hotlin }} へ。'}
                                                       ^
"""
IN_JAPANESE = """\
campaigns.yaml:4:16: websit という媒体の種類はありません。website の誤りではありませんか。使える種類は、KINDS です。
      site: {kind: websit, owner: 厚生労働省}
                   ^
campaigns.yaml:11:7: title がありません。書き加えてください。
          notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hot…
          ^
campaigns.yaml:11:16: ここに、titel という項目はありません。title の誤りではありませんか。
          notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hot…
                   ^
campaigns.yaml:11:35: 2015-06-31T10:00 という日時はありません。
          notice: {titel: お知らせ, when: 2015-06-31T10:00, channels: [post], body: 'ご心配の方は {{ hot…
                                          ^
campaigns.yaml:11:85: 事実 hotlin はありません。hotline の誤りではありませんか。
    …6-31T10:00, channels: [post], body: 'ご心配の方は {{ hotlin }} へ。'}
                                                       ^
"""


@pytest.fixture
def mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("campaigns.yaml").write_text(MISTAKES, encoding="utf-8")
    return Path("campaigns.yaml")


@pytest.mark.parametrize(("language", "expected"), [("en", IN_ENGLISH), ("ja", IN_JAPANESE)])
def test_the_mistakes_of_a_file_are_told_in_the_language(
    language: str, expected: str, mistakes: Path, kohoctl: Kohoctl
) -> None:
    shown = kohoctl("--lang", language, "check", mistakes)
    assert shown.code == 1
    assert re.sub(r"call-centre, .*, x\b", "KINDS", shown.out).startswith(expected)


def without_sentences(value: object) -> object:
    """A JSON value whose sentences for people are taken out."""
    if isinstance(value, dict):
        return {key: without_sentences(one) for key, one in value.items() if key not in ("text", "hint", "message")}
    return [without_sentences(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("style", ["json", "sarif"])
def test_what_machines_read_of_problems_is_the_same_but_for_the_sentences(
    style: str, mistakes: Path, kohoctl: Kohoctl
) -> None:
    english, japanese = (
        json.loads(kohoctl("--lang", language, "check", mistakes, "--format", style).out) for language in ("en", "ja")
    )
    assert english != japanese
    assert without_sentences(english) == without_sentences(japanese)


@pytest.mark.parametrize("style", ["github", "junit"])
def test_people_read_problems_in_their_language_where_a_program_shows_them(
    style: str, mistakes: Path, kohoctl: Kohoctl
) -> None:
    assert (
        "title がありません。書き加えてください。" in kohoctl("--lang", "ja", "check", mistakes, "--format", style).out
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_ledger_and_the_log_are_english(language: str, tmp_path: Path, kohoctl: Kohoctl) -> None:
    post = "post: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}\n"
    body = f"notice: {{title: 題, when: 2015-06-04T10:00, channels: [post], body: {'長' * 141}}}"
    file = write(tmp_path, body, post)
    shown = kohoctl("--lang", language, "run", file, "--log-format", "json")
    assert "the post weighs 282, 2 over the limit of 280" in shown.err


def test_a_problem_of_a_person_s_own_letter_keeps_the_person_s_data_to_itself_in_japanese(
    tmp_path: Path, kohoctl: Kohoctl
) -> None:
    (tmp_path / "people.csv").write_text("id,name,postcode,address\n1,年金 花子,,東京都千代田区\n", encoding="utf-8")
    channel = (
        "post: {kind: letter, owner: 厚生労働省, recipients: people, office: 年金局, folder: printing, "
        "contact: {department: 年金局, telephone: 03-0000-0000, email: a@a.example}}\n"
    )
    lists = "recipients: {people: {file: people.csv, personal: true, key: {env: KEY}}}\n"
    body = "notice: {title: 題, when: 2015-06-04T10:00, channels: [post], body: 文}"
    shown = kohoctl("--lang", "ja", "check", write(tmp_path, body, channel, lists))
    assert "この方の postcode がありません。" in shown.out
    assert "花子" not in shown.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["status"], 0, "まだ、本番では何も送っていません。"),
        (["status", "--verify"], 1, "kohoctl: 台帳 "),
        (["status", "--rehearsal"], 0, "まだ、予行をしていません。"),
        (["run"], 0, "送られるはずのものは、時刻の順に次にあります："),
        (["run", "--live", "--outbox", "x"], 2, "--outbox 及び --until は、予行のためのものです。"),
        (["run", "--live", "--no-plugins"], 2, "実際に送ることはできません。"),
        (["plan", "--at", "tomorrow"], 2, "tomorrow は、日時ではありません。"),
        (["reconcile"], 0, "人の判断を待っているもの：配信0件"),
        (["reconcile", "a/b/c/d", "--as", "delivered", "--by", "A"], 2, "ファイルに、配信 a/b/c/d はありません。"),
        (["reconcile", "a/b/c/d"], 2, "どうなったかを --as で、誰の判断かを --by で指定してください。"),
        (["record"], 0, "回答を待っているもの：依頼0件"),
        (["record", "--count", "3"], 2, "--count は、KEY 又は --calls-on とともに指定してください。"),
        (["record", "KEY", "--as", "placed"], 2, "誰の言葉かを --by で指定してください。"),
        (
            ["record", "KEY", "--as", "placed", "--by", "A", "--on", "x"],
            2,
            "年、月及び日で書いてください。（2015-06-05）",
        ),
        (["report", "--format", "docx"], 2, "DOCX は、画面には表示できません。"),
        (["report", "-o", "report.md"], 0, "report.md に、報告を作成しました。"),
        (
            ["report", "-o", "none/report.md"],
            1,
            "none/report.md に書き込めません：ファイル又はフォルダが見付かりません。",
        ),
        (["calendar", "-o", "koho.ics"], 0, "koho.ics に、1件を書き出しました。"),
        (["calendar", "--owner", "厚労省"], 2, "ファイルに、厚労省 が所管する媒体はありません。"),
        (["purge"], 0, "印刷用ファイル0回分を削除しました。"),
        (["purge", "--older-than", "x"], 2, "時間の長さは、数及び単位"),
        (["check"], 0, "campaigns.yaml：問題は見付かりませんでした"),
        (["plan", "--against", "none"], 1, "と比較する none というファイル又はリビジョンはありません。"),
        (["plan", "--against", "./none.yaml"], 1, "比較するファイル ./none.yaml が見付かりません。"),
        (["plan", "--against", "./campaigns.yaml"], 0, "./campaigns.yaml からの変更：なし"),
        (["preview", "-o", "page"], 0, "page/index.html に、プレビューを作成しました：メッセージ2件、問題0件"),
        (["preview", "-o", "."], 1, ". に、プレビュー以外のファイルがあります。"),
        (["schema", "-o", "schema.json"], 0, "種類の媒体のスキーマを作成しました。"),
        (["check", "--rules", "none-such"], 2, "ルール none-such はありません。"),
    ],
)
def test_what_a_command_says_to_people_is_in_japanese(
    arguments: list[str], code: int, said: str, file: Path, kohoctl: Kohoctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    name, *rest = arguments
    shown = kohoctl("--lang", "ja", name, file.name, *rest)
    assert (shown.code, said in shown.out + shown.err) == (code, True), shown


@pytest.mark.parametrize(
    "arguments",
    [["plan"], ["run"], ["run", "--live", "--dry-run"], ["status"], ["status", "--rehearsal"], ["report"], ["plugins"]],
)
def test_the_json_of_every_command_has_the_same_keys_and_words_in_both_languages(
    arguments: list[str], file: Path, kohoctl: Kohoctl
) -> None:
    kohoctl("run", file)
    name, *rest = arguments if arguments != ["plugins"] else ["plugins", "list"]
    call = [name, *([file] if name != "plugins" else []), *rest, *([file] if name == "plugins" else [])]
    english, japanese = (kohoctl("--lang", lang, *call, "--format", "json").out for lang in ("en", "ja"))
    assert re.sub(r"T\d\d:\d\d:\d\d(\.\d+)?", "", english) == re.sub(r"T\d\d:\d\d:\d\d(\.\d+)?", "", japanese)
    assert json.loads(english)


def test_a_ledger_that_cannot_be_used_is_explained_in_japanese(file: Path, kohoctl: Kohoctl) -> None:
    (file.parent / "wrong.sqlite").write_text("no ledger at all, but a text that is long enough for a header\n" * 20)
    shown = kohoctl("--lang", "ja", "status", file, "--ledger", file.parent / "wrong.sqlite")
    assert shown.code == 1
    assert "wrong.sqlite：台帳ではありません。正しいファイルを --ledger で指定してください。" in shown.err


def test_what_is_recorded_on_a_japanese_command_line_is_english_in_the_ledger(file: Path, kohoctl: Kohoctl) -> None:
    post = "nenkin/post/board/after-notice"
    said = kohoctl("--lang", "ja", "reconcile", file, post, "--as", "refused", "--by", "当番")
    assert "当番 の判断により、" in said.out
    entry = json.loads(kohoctl("--lang", "ja", "status", file, "--format", "json").out)["deliveries"][0]
    assert entry["state"] == "refused"


def test_what_a_rule_finds_is_told_in_japanese(tmp_path: Path, kohoctl: Kohoctl) -> None:
    post = "post: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}\n"
    body = "notice: {title: 題, when: 2015-06-04T10:00, channels: [post], body: '{{ hotline }} 又は 0120-818221 へ。'}"
    shown = kohoctl("--lang", "ja", "check", write(tmp_path, body, post, "facts: {hotline: 0120-818211}\n"))
    assert "0120-818221 は、事実 hotline の値 0120-818211 に似ていますが、異なります。" in shown.out
    assert "{{ hotline }} と書くか、別の事実としてください。" in shown.out
    assert "：問題1件" in shown.out


SENTENCES: Mapping[str, Callable[[str], Iterable[str]]] = {
    "text": lambda shown: shown.splitlines(),
    "github": lambda shown: re.findall("^::.*?::(.*)", shown, re.MULTILINE),
    "sarif": lambda shown: (one["message"]["text"] for one in json.loads(shown)["runs"][0]["results"]),
    "junit": lambda shown: re.findall('(?<=>)[^<>]+(?=<)|(?<= message=")[^"]*', shown),
}
"""Where the sentences of problems stand, by format; the rules of SARIF are described in both languages."""


@pytest.mark.parametrize("style", SENTENCES)
def test_what_every_rule_finds_is_told_in_japanese_alone(style: str, tmp_path: Path, kohoctl: Kohoctl) -> None:
    (tmp_path / "campaigns.yaml").write_text(planted()[0], encoding="utf-8")
    (tmp_path / "chirashi.png").write_bytes(PICTURE)
    shown = kohoctl("--lang", "ja", "check", tmp_path / "campaigns.yaml", "--format", style).out
    told = "\n".join(SENTENCES[style](shown))
    assert told.count("。") > len(RULES)
    assert list(sentences_in_english(told)) == []


def test_the_columns_of_a_plan_stand_under_each_other_with_full_width_letters(file: Path, kohoctl: Kohoctl) -> None:
    shown = kohoctl("--lang", "ja", "plan", file).out.splitlines()
    (dated,), (waiting,) = ([line for line in shown if f"nenkin/{name}/" in line] for name in ("notice", "post"))
    assert waiting.startswith("waiting    他の配信の後      nenkin/post/")
    assert columns(dated.partition("nenkin/")[0]) == columns(waiting.partition("nenkin/")[0])
    assert shown[-1].endswith("：配信2件：due（今送る）1件、waiting（待っている）1件")


def test_the_state_that_scripts_look_for_stays_in_the_first_column(file: Path, kohoctl: Kohoctl) -> None:
    kohoctl("run", file)
    english, japanese = (kohoctl("--lang", lang, "status", file, "--rehearsal").out for lang in ("en", "ja"))
    words = [[line.split()[0] for line in shown.splitlines() if "nenkin/" in line] for shown in (english, japanese)]
    assert words == [["delivered", "delivered"]] * 2


def test_the_plan_as_markdown_is_in_japanese_but_for_the_states(file: Path, kohoctl: Kohoctl) -> None:
    shown = kohoctl("--lang", "ja", "plan", file, "--format", "markdown").out
    assert "現在の計画：" in shown
    assert "Planned for" not in shown
    assert "<code>nenkin/notice/board/" in shown


def test_the_commands_for_plugins_speak_japanese(
    tmp_path: Path, kohoctl: Kohoctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "plugins/city_board.py を作りました。" in kohoctl("--lang", "ja", "plugins", "new", "city-board").out
    again = kohoctl("--lang", "ja", "plugins", "new", "city-board")
    assert again.code == 1
    assert "plugins/city_board.py, plugins/test_city_board.py が既にあるため、何も作りませんでした。" in again.err
    assert (
        "letter は、kohoctl に既にある種類です。our-letter など"
        in kohoctl("--lang", "ja", "plugins", "new", "letter").err
    )
    tried = kohoctl("--lang", "ja", "plugins", "test", "plugins/city_board.py", "--rule", "delivers")
    assert "決まり1件を試しました：kept（守られた）1件" in tried.out
    listed = kohoctl("--lang", "ja", "plugins", "list", "plugins").out
    assert "  提供元：city_board.py" in listed or "  提供元：plugins/city_board.py" in listed
    assert re.search("^媒体の種類[0-9]+件、問題0件$", listed, re.MULTILINE)


@pytest.mark.parametrize(("language", "loaded"), [("en", False), ("ja", True)])
def test_what_another_language_needs_is_loaded_for_it_alone(language: str, loaded: bool) -> None:
    code = "import sys; from kohoctl.cli import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    environment = {"PATH": os.environ["PATH"], "KOHOCTL_LANG": language, "PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, timeout=60)
    modules = shown.stdout.decode().splitlines()[-1].split()
    assert ("kohoctl.cli.spoken_help" in modules) == loaded
    assert "kohoctl.problem" not in modules
