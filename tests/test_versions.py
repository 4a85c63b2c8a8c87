"""Another version of a campaign file: which one is meant, what of it is taken out of git, and that it runs no code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kohoctl import versions
from kohoctl.errors import KohoctlError
from kohoctl.versions import OtherVersion, load_version, other_version
from repository import begin, commit, git, tripwire
from support import loaded, write

CHANNEL = "board: {kind: board, owner: 厚生労働省, url: 'https://board.example'}\n"


def written(folder: Path, body: str = "文", more: str = "", channel: str = CHANNEL) -> Path:
    message = f"notice: {{title: 題, when: 2015-06-04T10:00, channels: [board], body: {body}}}\n"
    return write(folder, message, channel, more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of campaigns in a repository, its file at one commit saying 古い文, and 新しい文 now."""
    folder = begin(tmp_path / "repository") / "campaigns"
    folder.mkdir()
    written(folder, "古い文")
    commit(folder.parent)
    written(folder, "新しい文")
    return folder


def text_at(folder: Path, meant: str) -> str | None:
    with other_version(folder / "campaigns.yaml", meant) as found:
        return found.path.read_text(encoding="utf-8") if found.path else None


# Which version


@pytest.mark.parametrize("meant", ["HEAD", "main", "main^{commit}", "refs/heads/main"])
def test_a_revision_names_the_file_as_it_was_then(folder: Path, meant: str) -> None:
    assert "古い文" in (text_at(folder, meant) or "")
    assert "新しい文" in (folder / "campaigns.yaml").read_text(encoding="utf-8")


def test_a_version_is_called_by_its_revision_and_its_commit(folder: Path) -> None:
    sha = git(folder, "rev-parse", "HEAD").strip()
    with other_version(folder / "campaigns.yaml", "main") as found:
        assert found.name == f"main ({sha[:9]})"


def test_what_was_taken_out_is_gone_afterwards(folder: Path) -> None:
    with other_version(folder / "campaigns.yaml", "HEAD") as found:
        assert found.path is not None
        assert found.path.is_file()
    assert not found.path.parent.exists()


def test_a_path_names_a_file_without_any_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = written(tmp_path, "古い文").rename(tmp_path / "old.yaml")
    monkeypatch.chdir(tmp_path)
    for meant in (str(old), "old.yaml", "./old.yaml"):
        assert "古い文" in (text_at(tmp_path, meant) or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "古い文" in (text_at(tmp_path, "old.yaml") or "")


@pytest.mark.parametrize("meant", ["nowhere", "origin/main", "HEAD~5", "HEAD..main", "./HEAD", "a\nb"])
def test_what_names_neither_a_file_nor_a_revision_is_refused(folder: Path, meant: str) -> None:
    with pytest.raises(KohoctlError, match=r"there is no file|is no file and no revision"):
        text_at(folder, meant)


@pytest.mark.parametrize("meant", ["--output=tripped", "-p", "--all", "-"])
def test_what_begins_as_an_option_of_git_is_refused(folder: Path, meant: str) -> None:
    with pytest.raises(KohoctlError, match="is no file and no revision"):
        text_at(folder, meant)
    assert list(folder.iterdir()) == [folder / "campaigns.yaml"]


def test_a_file_under_the_name_of_a_revision_takes_nobody_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    sha = git(folder, "rev-parse", "HEAD").strip()
    Path(sha).write_bytes((folder / "campaigns.yaml").read_bytes())
    with pytest.raises(KohoctlError, match="is a file and a revision"):
        text_at(folder, sha)
    assert "新しい文" in (text_at(folder, f"./{sha}") or "")


def test_a_file_is_not_taken_where_git_refuses_to_say_whether_it_is_a_revision(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    sha = git(folder, "rev-parse", "HEAD").strip()
    Path(sha).write_bytes((folder / "campaigns.yaml").read_bytes())
    (folder.parent / ".git" / "config").write_text("[core\n", encoding="utf-8")
    with pytest.raises(KohoctlError, match="git cannot tell"):
        text_at(folder, sha)


def test_a_file_that_was_not_there_yet_has_a_version_without_a_path(folder: Path) -> None:
    other = folder.parent / "later"
    other.mkdir()
    assert text_at(other, "HEAD") is None
    (folder / "campaigns.yaml").rename(folder / "other.yaml")
    with other_version(folder / "other.yaml", "HEAD") as found:
        assert found.path is None
        assert load_version(found, loaded(written(other))) is None


def test_the_repository_is_that_of_the_file_whatever_a_hook_says(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = begin(tmp_path / "other")
    written(other, "よその文")
    commit(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert "古い文" in (text_at(folder, "HEAD") or "")


# What is taken out


def test_everything_beside_the_file_comes_along_byte_for_byte(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository") / "campaigns"
    (folder / "絵 と\n表").mkdir(parents=True)
    written(folder)
    (folder / "絵 と\n表" / "list.csv").write_bytes(b"id\r\n1\n\r\n")
    (folder / "empty").write_bytes(b"")
    (folder / ".gitattributes").write_text("* text eol=crlf ident export-subst\n$Id$ $Format:%H$\n", encoding="utf-8")
    (folder / "left-out").write_bytes(b"$Id$ $Format:%H$\n")
    commit(folder.parent)
    stored = git(folder, "show", "HEAD:./絵 と\n表/list.csv").encode()
    with other_version(folder / "campaigns.yaml", "HEAD") as found:
        assert found.path is not None
        there = found.path.parent
        assert (there / "絵 と\n表" / "list.csv").read_bytes() == stored
        assert (there / "left-out").read_bytes() == b"$Id$ $Format:%H$\n"
        assert (there / "empty").read_bytes() == b""


def test_links_are_made_where_they_stay_inside_and_left_out_where_they_do_not(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository") / "campaigns"
    folder.mkdir()
    (tmp_path / "secret").write_text("秘密", encoding="utf-8")
    written(folder).rename(folder / "real.yaml")
    (folder / "campaigns.yaml").symlink_to("real.yaml")
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "up").symlink_to("..")
    (folder / "by").symlink_to("up/secret")
    (folder / "circle").symlink_to("circle")
    commit(folder.parent)
    with other_version(folder / "campaigns.yaml", "HEAD") as found:
        assert found.path is not None
        assert "文" in found.path.read_text(encoding="utf-8")
        assert sorted(path.name for path in found.path.parent.iterdir()) == ["campaigns.yaml", "real.yaml"]


def test_a_path_that_no_git_writes_is_refused(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository")
    written(folder)
    commit(folder)
    blob = git(folder, "hash-object", "-w", "--stdin", given=b"x").strip()
    inner = git(folder, "mktree", given=f"100644 blob {blob}\tescaped\n".encode()).strip()
    entry = b"40000 ..\0" + bytes.fromhex(inner)
    tree = git(folder, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=entry).strip()
    git(folder, "tag", "bad", git(folder, "commit-tree", tree, "-m", "x").strip())
    with pytest.raises(KohoctlError, match="which no git writes"):
        text_at(folder, "bad")


@pytest.mark.parametrize(("limit", "value"), [("FOLDER_BYTES", 10), ("FOLDER_FILES", 0)])
def test_a_folder_that_is_too_large_is_refused_before_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    assert text_at(folder, "HEAD")
    monkeypatch.setattr(versions, limit, value)
    monkeypatch.setattr(versions, "_contents", lambda *_: pytest.fail("it was read"))
    with pytest.raises(KohoctlError, match="give the campaign file and what it uses a folder of their own"):
        text_at(folder, "HEAD")


def test_git_that_gives_no_answer_is_not_waited_for(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(versions, "SECONDS", 0.2)
    with pytest.raises(KohoctlError, match="git gave no answer"):
        text_at(folder, "HEAD")


# No code runs for it


def test_no_filter_that_the_repository_names_is_run(folder: Path, tmp_path: Path) -> None:
    program, trace = tripwire(tmp_path)
    (folder / ".gitattributes").write_text("* filter=odd diff=odd\n", encoding="utf-8")
    commit(folder.parent)
    for key in ("filter.odd.smudge", "filter.odd.process", "diff.odd.textconv", "diff.odd.command"):
        git(folder, "config", key, str(program))
    assert "新しい文" in (text_at(folder, "HEAD") or "")
    assert not trace.exists()
    git(folder, "config", "--unset", "filter.odd.process")
    git(folder, "archive", "--output", str(tmp_path / "x.tar"), "HEAD")
    assert trace.exists(), "git archive would have run it: the filter was in place"


def test_no_file_watcher_hook_or_pager_of_the_repository_is_run(folder: Path, tmp_path: Path) -> None:
    program, trace = tripwire(tmp_path)
    for key in ("core.fsmonitor", "core.pager", "pager.rev-parse", "pager.ls-tree", "core.sshCommand", "core.gitProxy"):
        git(folder, "config", key, str(program))
    git(folder, "config", "core.hooksPath", str(tmp_path))
    assert "古い文" in (text_at(folder, "HEAD") or "")
    assert not trace.exists()
    git(folder, "status")
    assert trace.exists(), "git status would have run it: the watcher was in place"


def test_nothing_that_is_lacking_is_fetched(folder: Path, tmp_path: Path) -> None:
    program, trace = tripwire(tmp_path)
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{folder.parent}", "partial")
    partial = tmp_path / "partial"
    git(partial, "config", "remote.origin.uploadpack", str(program))
    (partial / "campaigns").mkdir()
    with pytest.raises(KohoctlError):
        text_at(partial / "campaigns", "HEAD")
    assert not trace.exists()
    with pytest.raises(AssertionError):
        git(partial, "cat-file", "-p", "HEAD:campaigns/campaigns.yaml")
    assert trace.exists(), "git cat-file alone would have fetched: the remote was in place"


def test_a_repository_among_the_files_is_not_taken_for_theirs(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "planted")
    for path in (tmp_path / "planted").iterdir():
        path.rename(folder / path.name)
    assert git(folder, "rev-parse", "--git-dir").strip() == ".", "git alone takes it for the repository"
    with pytest.raises(KohoctlError, match=r"git cannot tell what HEAD is: .*bare repository"):
        text_at(folder, "HEAD")


# Reading it


PRIVATE = "recipients: {people: {file: people.csv, personal: true, key: {env: PEOPLE_KEY}}}\n"
LETTERS = CHANNEL.replace("}", ", recipients: people}")


def test_a_private_list_that_no_repository_has_lends_its_column_names_and_nothing_more(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository")
    path = written(folder, "古い文", PRIVATE, LETTERS)
    commit(folder)
    (folder / "people.csv").write_text("id,name\n17,年金 花子\n", encoding="utf-8")
    with other_version(path, "HEAD") as found:
        old = load_version(found, loaded(path))
        assert old is not None
        assert [one.fields["name"] for one in old.recipients["board"]] == ["見本　一号", "見本　二号", "見本　三号"]
        assert (old.folder / "people.csv").read_text(encoding="utf-8") == "id,name\n"


def test_nothing_is_written_beside_a_file_that_a_person_names(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    (tmp_path / "old").mkdir()
    now = written(tmp_path / "now", "新しい文", PRIVATE, LETTERS)
    old = written(tmp_path / "old", "古い文", PRIVATE, LETTERS)
    (tmp_path / "now" / "people.csv").write_text("id,name\n", encoding="utf-8")
    with pytest.raises(KohoctlError):
        load_version(OtherVersion("old", old), loaded(now))
    assert list(old.parent.iterdir()) == [old]
