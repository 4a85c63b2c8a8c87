"""What has changed since another version of the file, in its place on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import preview.small as small
from preview.small import MESSAGES, sheet, small_file, written


@pytest.fixture
def before(tmp_path: Path) -> Path:
    folder = tmp_path / "before"
    folder.mkdir()
    return small_file(folder)


def compared(before: Path, messages: str, more: str = small.MORE) -> str:
    folder = before.parent.parent / "now"
    folder.mkdir()
    return written(small_file(folder, messages, more=more), before=before)


def listed(page: str) -> list[str]:
    """The list of changes, each as its words."""
    section = page[page.index('id="changes"') : page.index('id="filter"')]
    return [re.sub(r"<[^>]+>|\s", "", one) for one in re.findall(r"<li>(.*?)</li>", section, re.DOTALL)]


def test_where_nothing_changed_the_page_says_so(before: Path) -> None:
    page = compared(before, MESSAGES)
    assert listed(page) == ["送る内容に、変更はありません。"]
    assert 'class="differs"' not in page


def test_a_changed_text_stands_at_its_message_with_what_is_gone_and_what_is_new(before: Path) -> None:
    page = compared(before, MESSAGES.replace("不審な電話は切って", "怪しい電話は切って"))
    assert listed(page) == ["変更LINE（line）"]
    changed = sheet(page, "line")
    assert '<del><span lang="ja">不審な</span></del>' in changed
    assert '<ins><span lang="ja">怪しい</span></ins>' in changed
    assert 'data-changes="changed"' in changed
    assert 'data-changes=""' in sheet(page, "x")


def test_a_changed_fact_is_told_at_each_message_that_says_it(before: Path) -> None:
    page = compared(before, MESSAGES, small.MORE.replace("0120-818211", "0120-000000"))
    assert listed(page) == ["変更個人情報の流出について（site）", "変更個人情報の流出について（board）"]
    assert sheet(page, "site").count("<del>0120-818211</del>") == 1


def test_another_time_is_a_change(before: Path) -> None:
    page = compared(before, MESSAGES.replace("2015-06-15T10:00", "2015-06-15T11:00"))
    assert "日時：2015年6月15日（月）10時00分 → 2015年6月15日（月）11時00分" in sheet(page, "line")


def test_the_same_change_for_several_recipients_stands_there_once(before: Path) -> None:
    page = compared(before, MESSAGES.replace("チラシを設置してください", "チラシを配布してください"))
    assert listed(page) == ["変更チラシの設置について（依頼）（requests）（2件の配信）"]


def test_what_is_new_and_what_is_gone_are_told_apart(before: Path) -> None:
    page = compared(before, MESSAGES.replace("chat:", "talk:"))
    new, gone = listed(page)
    assert new == "追加LINE（line）"
    assert gone.startswith("削除LINE（line）前の版の内容")
    assert "不審な電話は切ってください。" in gone
    assert 'data-changes="new"' in sheet(page, "line")


def test_a_script_in_either_version_is_text(before: Path) -> None:
    before.write_text(before.read_text(encoding="utf-8").replace("不審な", "<script>1</script>"), encoding="utf-8")
    page = compared(before, MESSAGES.replace("不審な", "<img src=x onerror=1>"))
    assert page.count("<script") == 2
    assert "<img src=x" not in page
    assert "&lt;" in sheet(page, "line")
