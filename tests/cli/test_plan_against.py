"""``kohoctl plan --against``: what is new, changed and gone since another version of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repository import begin, commit, git

from .conftest import DUE, NOTICE, POST, Kohoctl


@pytest.fixture
def kept(file: Path) -> Path:
    """The file in a repository, at one commit as it is now."""
    begin(file.parent)
    commit(file.parent)
    return file


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_text_says_of_each_delivery_what_became_of_it(kohoctl: Kohoctl, kept: Path) -> None:
    edit(kept, "0120-818211", "0120-818212")
    edit(kept, "post: {title: 投稿", "later: {title: 投稿")
    answer = kohoctl("plan", kept, "--against", "HEAD")
    sha = git(kept.parent, "rev-parse", "HEAD")[:9]
    lines = answer.out.splitlines()
    assert (
        lines[lines.index(next(line for line in lines if NOTICE in line)) + 1].strip() == f"changed since HEAD ({sha})"
    )
    assert [line.split()[0] for line in lines if POST in line] == ["gone"]
    assert lines[-1] == f"since HEAD ({sha}): 1 new, 1 changed, 1 gone"


def test_the_json_has_a_change_for_each_delivery_and_what_is_gone(kohoctl: Kohoctl, kept: Path) -> None:
    edit(kept, "0120-818211", "0120-818212")
    edit(kept, "post: {title: 投稿", "later: {title: 投稿")
    shown = json.loads(kohoctl("plan", kept, "--against", "HEAD", "--format", "json").out)
    assert {one["key"]: one["change"] for one in shown["deliveries"]} == {
        NOTICE: "changed",
        "nenkin/later/board/after-notice": "new",
    }
    assert [(one["key"], one["change"]) for one in shown["gone"]] == [(POST, "gone")]
    assert shown["against"]["version"] == "HEAD"


def test_without_a_version_the_json_says_nothing_of_changes(kohoctl: Kohoctl, kept: Path) -> None:
    shown = json.loads(kohoctl("plan", kept, "--format", "json").out)
    assert {"against", "gone"} & set(shown) == set()
    assert all("change" not in one for one in shown["deliveries"])


def test_the_same_file_has_not_changed(kohoctl: Kohoctl, kept: Path) -> None:
    answer = kohoctl("plan", kept, "--against", "HEAD")
    assert answer.code == 0
    assert answer.out.splitlines()[-1].endswith(": nothing has changed")


def test_a_path_is_compared_with_as_well(kohoctl: Kohoctl, file: Path) -> None:
    old = file.with_name("old.yaml")
    old.write_bytes(file.read_bytes())
    edit(file, "電話は", "お電話は")
    assert kohoctl("plan", file, "--against", old).out.splitlines()[-1] == f"since {old}: 1 changed"


def test_a_version_that_is_none_is_told_and_nothing_is_planned(kohoctl: Kohoctl, kept: Path) -> None:
    for meant in ("origin/main", "--upload-pack=x"):
        answer = kohoctl("plan", kept, f"--against={meant}")
        assert (answer.code, answer.out) == (1, "")
        assert meant in answer.err


def test_an_older_version_with_problems_is_told_and_the_plan_is_there(kohoctl: Kohoctl, file: Path) -> None:
    begin(file.parent)
    edit(file, "{{ hotline }}", "{{ hotlin }}")
    commit(file.parent)
    edit(file, "{{ hotlin }}", "{{ hotline }}")
    answer = kohoctl("plan", file, "--against", "HEAD")
    assert answer.code == 1
    assert NOTICE in answer.out
    last = answer.out.splitlines()[-1]
    assert "not compared with HEAD" in last
    assert "that version has 1 problem; line " in last
    assert "there is no fact hotlin" in last
    shown = json.loads(kohoctl("plan", file, "--against", "HEAD", "--format", "json").out)
    assert {one["change"] for one in shown["deliveries"]} == {None}
    assert "there is no fact hotlin" in shown["against"]["problem"]


def test_a_file_that_was_not_there_yet_is_all_new(kohoctl: Kohoctl, file: Path) -> None:
    begin(file.parent)
    file.rename(file.parent / "away")
    commit(file.parent)
    (file.parent / "away").rename(file)
    assert kohoctl("plan", file, "--against", "HEAD").out.splitlines()[-1].endswith(": 2 new")


def test_the_older_version_is_read_with_the_plugins_of_now_and_its_own_are_not_run(
    kohoctl: Kohoctl, file: Path
) -> None:
    begin(file.parent)
    plugin, trace = file.parent / "kinds.py", file.parent / "old-plugin-was-run"
    now = plugin.read_text(encoding="utf-8")
    plugin.write_text(f"{now}\nimport pathlib\npathlib.Path({str(trace)!r}).touch()\n", encoding="utf-8")
    kohoctl("plan", file)
    assert trace.exists(), "as the plugin of now, it is run"
    trace.unlink()
    commit(file.parent)
    plugin.write_text(now, encoding="utf-8")
    assert kohoctl("plan", file, "--against", "HEAD").out.splitlines()[-1].endswith("nothing has changed")
    assert not trace.exists()


def test_a_secret_that_only_the_older_version_names_is_shown_nowhere(
    kohoctl: Kohoctl, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(kept, "owner: 厚生労働省,", "owner: 厚生労働省, token: {env: OLD_TOKEN},")
    edit(kept, "body: 文", "body: geheim。4711@token")
    commit(kept.parent)
    edit(kept, " token: {env: OLD_TOKEN},", "")
    edit(kept, "geheim。4711@token", "文")
    shown = kohoctl("plan", kept, "--against", "HEAD", "--format", "markdown").out
    assert "-geheim。\n-4711@token\n" in shown
    monkeypatch.setenv("OLD_TOKEN", "geheim。4711@token")
    shown = kohoctl("plan", kept, "--against", "HEAD", "--format", "markdown").out
    assert "geheim" not in shown
    assert "4711" not in shown
    assert "+文" in shown


def test_what_was_sent_says_that_it_was_and_that_the_file_differs(kohoctl: Kohoctl, kept: Path) -> None:
    kohoctl("run", kept, "--live")
    edit(kept, "0120-818211", "0120-818212")
    shown = json.loads(kohoctl("plan", kept, "--against", "HEAD", "--format", "json").out)
    notice = next(one for one in shown["deliveries"] if one["key"] == NOTICE)
    assert (notice["state"], notice["changed"], notice["change"]) == ("delivered", True, "changed")
    markdown = kohoctl("plan", kept, "--against", "HEAD", "--format", "markdown").out
    assert f"<summary>delivered · {DUE:%Y-%m-%d %H:%M} · お知らせ" in markdown
