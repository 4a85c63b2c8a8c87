"""``kohoctl plan --format markdown``: a comment that a reviewer reads on a proposal."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kohoctl.cli.plan import GITHUB_COMMENT, GITLAB_NOTE
from servers.board import BoardServer
from support import write

from .conftest import DUE, NOTICE, POST, Kohoctl
from .test_plan_against import edit

WHEN = f"{DUE:%Y-%m-%dT%H:%M}"
BEFORE = ("--at", "2015-06-01T10:00")
HEADINGS = ["Needs a person", "New", "Changed", "Gone", "Due", "Waiting"]

Compared = Callable[..., str]


def headings(markdown: str) -> list[str]:
    return re.findall(r"^### (.+) \(\d+\)$", markdown, re.MULTILINE)


def tokens(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").parse(markdown)


def fences(markdown: str) -> list[str]:
    return [token.content for token in tokens(markdown) if token.type == "fence"]


@pytest.fixture
def compared(kohoctl: Kohoctl, tmp_path: Path) -> Compared:
    """The Markdown of a file compared with an older one, each given by its messages, channels and more."""

    def compare(old: tuple[str, ...], new: tuple[str, ...], *options: str) -> str:
        path = write(tmp_path, old[0], old[1], f"plugins: [kinds.py]\n{old[2] if old[2:] else ''}")
        older = path.rename(tmp_path / "old.yaml")
        (tmp_path / "kinds.py").write_bytes((Path(__file__).parents[1] / "kinds.py").read_bytes())
        path = write(tmp_path, new[0], new[1], f"plugins: [kinds.py]\n{new[2] if new[2:] else ''}")
        answer = kohoctl("plan", path, "--against", older, "--format", "markdown", *BEFORE, *options)
        assert answer.code == 0, answer.err
        return answer.out

    return compare


BOARD = "board: {kind: board, owner: 厚生労働省, url: 'https://board.example'}\n"


def message(id: str = "notice", title: str = "題", body: str = "文", when: str = "2015-06-04T10:00") -> str:
    return f"{id}: {{title: '{title}', when: {when}, channels: [board], body: \"{body}\"}}\n"


# What it says


def test_what_needs_a_person_comes_first_and_what_is_done_is_only_a_number(
    kohoctl: Kohoctl, file: Path, board: BoardServer
) -> None:
    old = file.with_name("old.yaml")
    old.write_bytes(file.read_bytes())
    edit(file, "  post:", f"  lost: {{title: 失, when: {WHEN}, channels: [board], body: 失}}\n      post:")
    edit(file, "  post:", f"  sent: {{title: 済, when: {WHEN}, channels: [board], body: 済}}\n      post:")
    board.faults += ["lost"]
    kohoctl("run", file, "--live")
    assert len(board.accepted) == 3
    edit(file, "  sent:", f"  fresh: {{title: 新, when: {WHEN}, channels: [board], body: 新}}\n      sent:")
    edit(file, "channels: [board], body: 文", "channels: [board], body: 別の文")
    out = kohoctl("plan", file, "--against", old, "--format", "markdown").out
    assert headings(out) == ["Needs a person", "New", "Changed"]
    assert re.search(r"^Planned for .*: 5 deliveries, 1 unknown, 1 due, 1 waiting, 2 delivered\.$", out, re.MULTILINE)
    needs = out[out.index("### Needs") : out.index("### New")]
    assert f"- unknown · {DUE:%Y-%m-%d %H:%M} · お知らせ · `{NOTICE}`\n  - " in needs
    assert "kohoctl reconcile" in needs
    assert POST in out[out.index("### Changed") :]


def test_the_sections_stand_in_the_order_in_which_a_reviewer_wants_them(compared: Compared) -> None:
    same = message("same") + message("soon", when="2015-06-01T09:50") + message("past", when="2015-05-01T10:00")
    out = compared((same + message() + message("old"), BOARD), (message("new") + same + message(body="別"), BOARD))
    assert headings(out) == HEADINGS


def test_a_changed_text_shows_the_old_and_the_new_sentence(compared: Compared) -> None:
    out = compared(
        (message(body="初め。電話は 1 へ。終わり。"), BOARD), (message(body="初め。電話は 2 へ。終わり。"), BOARD)
    )
    assert fences(out) == ["@@ body @@\n 初め。\n-電話は 1 へ。\n+電話は 2 へ。\n 終わり。\n"]
    assert "```diff" in out


def test_what_goes_out_as_before_is_a_line_without_its_text(compared: Compared) -> None:
    out = compared((message(), BOARD), (message() + message("new", body="新しい"), BOARD))
    assert len(fences(out)) == 1
    assert "- waiting · 2015-06-04 10:00 · 題 · `nenkin/notice/board/2015-06-04`" in out


def test_without_a_version_each_text_is_there_and_the_ledger_says_what_changed(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file, "--live")
    edit(file, "電話は", "お電話は")
    out = kohoctl("plan", file, "--format", "markdown").out
    assert headings(out) == ["Changed since it went out"]
    assert "2 deliveries, 2 delivered" in out
    (text,) = fences(out)
    assert "  お電話は 0120-818211 へ。" in text


def test_what_the_ledger_knows_and_the_file_has_not_is_named(kohoctl: Kohoctl, file: Path) -> None:
    kohoctl("run", file, "--live")
    edit(file, "post: {", "other: {")
    out = kohoctl("plan", file, "--format", "markdown").out
    assert f"### No longer in the file (1)\n\n- delivered · `{POST}`" in out


def test_without_a_ledger_what_is_past_is_no_more_than_a_number(kohoctl: Kohoctl, file: Path) -> None:
    out = kohoctl("plan", file, "--at", "2099-01-01T10:00", "--format", "markdown").out
    assert "1 past" in out
    assert "The time of 1 delivery has passed. There is no ledger here" in out
    kohoctl("run", file, "--live")
    edit(file, "  post:", "  lost: {title: 失, when: 2015-06-04T10:00, channels: [board], body: 失}\n      post:")
    out = kohoctl("plan", file, "--format", "markdown").out
    assert "- missed · 2015-06-04 10:00 · 失 · `nenkin/lost/board/2015-06-04`" in out


@pytest.mark.parametrize("spoken", ["en", "ja"])
@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "that version has 1 problem; line [0-9]+: there is no fact hotlin: did you mean hotline?"),
        ("ja", "その版には、問題1件があります。[0-9]+行目：事実 hotlin はありません。"),
    ],
)
def test_it_is_told_why_nothing_is_compared(kohoctl: Kohoctl, file: Path, lang: str, told: str, spoken: str) -> None:
    old = file.with_name("old.yaml")
    old.write_text(file.read_text(encoding="utf-8").replace("{{ hotline }}", "{{ hotlin }}"), encoding="utf-8")
    answer = kohoctl("--lang", spoken, "plan", file, "--against", old, "--format", "markdown", "--lang", lang)
    assert answer.code == 1
    assert re.search(rf"^\*\*.*{told}.*\*\*$", answer.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "the post weighs 282, 2 over the limit of 280 (a kana"),
        ("ja", "投稿の重みが 282 あり、上限の 280 を 2 超えています。（仮名"),
    ],
)
def test_the_reasons_are_in_the_language_of_the_comment(kohoctl: Kohoctl, tmp_path: Path, lang: str, told: str) -> None:
    post = "post: {kind: x, owner: 厚生労働省, account: mhlw_example, credentials: {env: MHLW_X}}\n"
    body = f"notice: {{title: 題, when: 2015-06-04T10:00, channels: [post], body: {'長' * 141}}}"
    shown = kohoctl(
        "plan", write(tmp_path, body, post), "--at", "2015-06-04T10:00", "--format", "markdown", "--lang", lang
    )
    assert told in re.sub(r"\\(?=[(),])|<!-- -->", "", shown.out)


def test_in_japanese_every_word_of_its_own_is_japanese(compared: Compared) -> None:
    out = compared(
        (message() + message("old", title="旧"), BOARD),
        (message(body="別") + message("new", title="新"), BOARD),
        "--lang", "ja",
    )  # fmt: skip
    assert headings(out) == ["追加", "変更", "削除"]
    assert "との比較：追加1件、変更1件、削除1件。**" in out
    assert "2015-06-01 10:00 JST 現在の計画：配信2件、待機2件。" in out


# Recipients


LISTED = BOARD.replace("}", ", recipients: ministries}")
LIST = (
    "recipients: {ministries: ["
    + ", ".join(f"{{id: m-{n}, name: 第{n}省, desk: 窓口{n}}}" for n in range(1, 10))
    + "]}\n"
)


def test_a_text_is_shown_once_and_its_recipients_are_counted(compared: Compared) -> None:
    body = "{{ recipient.name }}御中、電話は "
    out = compared((message(body=f"{body}1"), LISTED, LIST), (message(body=f"{body}2"), LISTED, LIST))
    assert len(fences(out)) == 1
    assert "`nenkin/notice/board/…` · 9 ministries" not in out, "the key is in HTML there"
    assert "<code>nenkin/notice/board/…</code> · 9 ministries</summary>" in out
    assert "第1省御中" in out
    assert "第2省" not in out
    assert "The text is that of the first" in out


def test_a_recipient_whose_text_changes_otherwise_stands_apart(compared: Compared) -> None:
    other = LIST.replace("desk: 窓口5", "desk: 別の窓口")
    out = compared((message(body="1"), LISTED, LIST), (message(body="2"), LISTED, other))
    assert "8 ministries</summary>" in out
    assert "<code>nenkin/notice/board/m-5/2015-06-04</code></summary>" in out
    assert "+別の窓口" in fences(out)[1]


def test_several_days_of_the_same_text_are_one_entry(compared: Compared) -> None:
    when = "[2015-06-04T10:00, 2015-06-05T10:00, 2015-06-09T10:00]"
    out = compared((message(when=when), BOARD), (message(when=when, body="別"), BOARD))
    assert len(fences(out)) == 1
    assert "2015-06-04 10:00, 3 times until 2015-06-09 10:00" in out


def test_nobody_of_a_private_list_is_in_it(kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEOPLE_KEY", "a key of sixteen letters")
    (tmp_path / "kinds.py").write_bytes((Path(__file__).parents[1] / "kinds.py").read_bytes())
    (tmp_path / "people.csv").write_text("id,name,desk\n17,年金 花子,3\n18,年金 太郎,\n", encoding="utf-8")
    more = "plugins: [kinds.py]\nrecipients: {ministries: {file: people.csv, personal: true, key: {env: PEOPLE_KEY}}}\n"
    path = write(tmp_path, message(body="{{ recipient.name }}様"), LISTED, more)
    old = tmp_path / "old.yaml"
    old.write_bytes(path.read_bytes())
    assert len(re.findall("/board/[a-z2-7]{16}/", kohoctl("plan", path, *BEFORE).out)) == 2
    edit(path, "様", "さま")
    for options in ((), ("--against", old)):
        out = kohoctl("plan", path, *BEFORE, "--format", "markdown", *options).out
        assert "the people of ministries</summary>" in out
        assert "見本　一号さま" in out
        assert "花子" not in out
        assert "太郎" not in out
        assert re.findall("/board/[a-z2-7]{16}/", out) == []


# What a text cannot do


TITLES = [
    "</summary></details><img src=x>",
    "`a` ```b```",
    "**太字** [あ](https://a.example)",
    "@everyone #1 !2 GH-3",
    "# 見出し",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_shown_as_it_is_and_read_as_nothing(compared: Compared, title: str) -> None:
    same = message("same", title=title)
    out = compared((same + message("old", title=title), BOARD), (same + message("new", title=title), BOARD))
    found = [token for token in tokens(out) if token.type == "html_block"]
    assert [token.content.partition("<summary>")[0].strip() for token in found] == ["<details>", "</details>"] * 2
    inline = [child for token in tokens(out) if token.type == "inline" for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "softbreak", "strong_open", "strong_close"}
    assert sum(child.type == "strong_open" for child in inline) == 1, "the numbers alone"
    read = [*(child.content for child in inline if child.type == "text"), *(token.content for token in found)]
    assert sum(html.unescape(text).replace("\u2060", "").count(title) for text in read) == 3
    assert not re.search(r"@everyone|#1|!2|GH-3|://", "".join(read))


def test_a_text_cannot_close_the_block_that_it_stands_in(compared: Compared) -> None:
    body = r"```\n~~~\n````\n</details>\n<script>x</script>\n# 見出し\n"
    out = compared((message(), BOARD), (message() + message("new", body=body), BOARD))
    (text,) = fences(out)
    assert "+````\n+</details>\n+<script>x</script>\n+# 見出し\n" in text


@pytest.mark.parametrize("options", [(), ("--against", "old.yaml")])
def test_no_line_of_a_text_begins_as_a_command_to_the_service(
    kohoctl: Kohoctl, file: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(file.parent)
    file.with_name("old.yaml").write_bytes(file.read_bytes())
    edit(file, "body: 文", r'body: "/close\n/assign @you\n文"')
    out = kohoctl("plan", file, *BEFORE, "--format", "markdown", *options).out
    assert "/close" in out
    assert [line for line in out.splitlines() if line.startswith("/")] == []


# How long it is


def many(number: int, body: str) -> str:
    return "".join(message(f"m{index:03}", body=body) for index in range(number))


def test_a_comment_is_never_longer_than_it_may_be_and_says_what_is_left_out(compared: Compared) -> None:
    out = compared((message(), BOARD), (message() + many(300, "長い文。" * 40), BOARD))
    assert len(out) <= GITHUB_COMMENT
    entries, texts = map(int, re.findall(r"(\d+) of its entries and the texts of (\d+) more are left out", out)[0])
    assert entries == 0
    shown = len(fences(out))
    assert shown > 0
    assert shown + texts == 300
    assert re.search(r"`kohoctl plan \S+campaigns\.yaml --against \S+old\.yaml .*--max-length 1000000`", out)


def test_the_command_that_it_names_shows_all_of_it(compared: Compared, kohoctl: Kohoctl) -> None:
    out = compared((message(), BOARD), (message() + many(300, "長い文。" * 40), BOARD))
    (command,) = re.findall(r"`kohoctl (plan .*)`", out)
    whole = kohoctl(*command.split()).out
    assert GITHUB_COMMENT < len(whole) <= GITLAB_NOTE
    assert len(fences(whole)) == 300
    assert "left out" not in whole


def test_a_short_limit_keeps_whole_lines_and_the_headings_count_all(compared: Compared) -> None:
    out = compared((message(), BOARD), (message() + many(300, "文"), BOARD), "--max-length", "2000")
    assert len(out) <= 2000
    assert "### New (300)" in out
    assert "### Waiting (1)" in out
    lines = [line for line in out.splitlines() if line.startswith("- ")]
    assert lines
    assert all(
        re.fullmatch(r"- waiting · 2015-06-04 10:00 · 題 · `nenkin/\S+/board/2015-06-04`", line) for line in lines
    )
    assert f"{301 - len(lines)} of its entries" in out
    assert fences(out) == []


def test_nothing_is_said_of_leaving_out_where_nothing_is(compared: Compared) -> None:
    assert "left out" not in compared((message(), BOARD), (message(body="別"), BOARD))
