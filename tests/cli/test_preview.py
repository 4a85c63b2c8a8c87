"""``kohoctl preview``: its folder, its exit codes, and files with problems."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kohoctl.rules import RULES
from people import mailing
from preview.small import MESSAGES, small_file

from .conftest import NOTICE, Kohoctl


def page_in(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


def test_a_preview_of_a_file_without_problems_ends_well(kohoctl: Kohoctl, file: Path, tmp_path: Path) -> None:
    answer = kohoctl("preview", file, "-o", tmp_path / "out")
    assert answer.code == 0
    assert f"The preview is in {tmp_path / 'out' / 'index.html'}: 2 messages, no problems." in answer.out
    assert NOTICE in page_in(tmp_path / "out")


def test_the_language_that_is_shown_first_can_be_chosen(kohoctl: Kohoctl, file: Path, tmp_path: Path) -> None:
    kohoctl("preview", file, "-o", tmp_path / "ja")
    kohoctl("preview", file, "-o", tmp_path / "en", "--lang", "en")
    assert '<html lang="ja">' in page_in(tmp_path / "ja")
    assert ">日程<" in page_in(tmp_path / "ja")
    assert '<html lang="en">' in page_in(tmp_path / "en")
    assert ">Calendar<" in page_in(tmp_path / "en")


def test_a_file_with_problems_is_shown_as_far_as_it_can_be_used(kohoctl: Kohoctl, tmp_path: Path) -> None:
    messages = MESSAGES.replace("channels: [line]", "channels: [lime]").replace(
        "when: {after: post}", "when: {after: past}"
    )
    answer = kohoctl("preview", small_file(tmp_path, messages), "-o", tmp_path / "out", "--no-plugins")
    page = page_in(tmp_path / "out")
    assert answer.code == 1
    assert "lime" in page
    assert "past" in page
    assert "チラシの設置について（依頼）" in page
    assert "ファイルに問題があるため" in page


def test_a_problem_of_the_file_leads_to_the_message_in_whose_lines_it_stands(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = small_file(tmp_path, MESSAGES.replace("slug: notice", "slug: notice, slog: x"))
    kohoctl("preview", path, "-o", tmp_path / "out", "--no-plugins")
    problems = page_in(tmp_path / "out").split('id="calendar"')[0]
    assert "slog" in problems
    assert ">個人情報の流出について<" in problems


@pytest.mark.parametrize("content", ["", "- no\n- mapping\n", "version: 1\nversion: 2\n", "a: [", "\0", "channels: 7"])
def test_a_file_of_which_nothing_can_be_used_has_a_page_that_says_why(
    kohoctl: Kohoctl, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(content, encoding="utf-8")
    answer = kohoctl("preview", path, "-o", tmp_path / "out")
    assert answer.code == 1
    assert '<ul class="troubles">' in page_in(tmp_path / "out")


def test_a_folder_with_anything_else_in_it_is_left_alone(kohoctl: Kohoctl, file: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    answer = kohoctl("preview", file, "-o", tmp_path)
    assert answer.code == 1
    assert "holds other files than a preview's" in answer.err
    assert sorted(tmp_path.iterdir()) == before


def test_the_folder_of_an_earlier_preview_is_written_anew(kohoctl: Kohoctl, file: Path, tmp_path: Path) -> None:
    for language in ("ja", "en"):
        assert kohoctl("preview", file, "-o", tmp_path / "out", "--lang", language).code == 0
    assert '<html lang="en">' in page_in(tmp_path / "out")


def test_nobody_of_a_private_list_is_named_and_made_up_people_stand_for_them(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOHOCTL_PEOPLE_KEY", "the-key-of-the-list-of-people")
    answer = kohoctl("preview", mailing(tmp_path, 3), "-o", tmp_path / "out")
    page = page_in(tmp_path / "out")
    assert answer.code == 0
    assert "見本　一号" in page
    assert "かなりあ" not in page
    assert "鳥籠" not in page


def test_a_preview_shows_what_has_changed_since_a_git_revision(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = small_file(tmp_path)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        who = ["-c", "user.name=koho", "-c", "user.email=koho@mhlw.example"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *command], check=True, capture_output=True)
    path.write_text(path.read_text(encoding="utf-8").replace("不審な電話", "怪しい電話"), encoding="utf-8")
    answer = kohoctl("preview", path, "-o", tmp_path / "out", "--no-plugins", "--against", "HEAD")
    assert "neither" not in answer.err
    assert '<del><span lang="ja">不審な</span></del>' in page_in(tmp_path / "out")


def test_what_differs_from_a_fact_comes_first_with_its_message(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(RULES["fact-differs"].wrong, encoding="utf-8")
    answer = kohoctl("preview", path, "-o", tmp_path / "out", "--pages", "none")
    assert answer.code == 1
    page = page_in(tmp_path / "out")
    wrong = page[page.index('id="problems"') : page.index('id="calendar"')]
    assert "0120-818221 is nearly the fact hotline: 0120-818211" in wrong
    assert "お知らせ" in wrong


def test_a_version_that_is_not_there_is_said_and_nothing_is_written(kohoctl: Kohoctl, tmp_path: Path) -> None:
    answer = kohoctl("preview", small_file(tmp_path), "-o", tmp_path / "out", "--against", "no-such-version")
    assert answer.code == 1
    assert "there is no file and no revision no-such-version" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_plugin_that_does_not_load_is_named_and_what_needs_none_is_shown(kohoctl: Kohoctl, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise ValueError('no luck today')\n", encoding="utf-8")
    path = small_file(tmp_path, "chat: {title: 題, when: 2015-06-15T10:00, channels: [line], body: 文}\n")
    path.write_text("plugins: [broken.py]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("  board: {kind: board, ", "  board: {kind: line, "))
    kohoctl("preview", path, "-o", tmp_path / "out")
    page = page_in(tmp_path / "out")
    assert "no luck today" in page.split('id="calendar"')[0]
    assert 'data-channel="line"' in page
