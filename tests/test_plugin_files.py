"""Which files are plugins, how they are read, and which content of them is allowed."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.plugins import Plugins, find_plugins
from plugin_folder import CHECK, GOOD, found, is_imported, problems_in, put

FOLDER = DeclaredPlugin("plugins/")


def loaded(folder: Path, *entries: DeclaredPlugin) -> Plugins:
    plugins = find_plugins(folder, entries)
    plugins.load_all()
    return plugins


def said_of(plugins: Plugins) -> list[str]:
    return [str(problem) for problem in plugins.problems]


# Which files


def test_what_is_no_python_file_in_the_folder_is_a_broken_plugin_alone(tmp_path: Path) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    (tmp_path / "plugins" / "folder.py").mkdir()
    (tmp_path / "plugins" / "gone.py").symlink_to("no_such_file")
    (tmp_path / "plugins" / "picture.py").write_bytes(b"\x89PNG\x00\xff\xfe")
    plugins = found(tmp_path)
    assert plugins.kind("good") is not None
    assert plugins.mistakes == ()
    names = [text.split()[2] for text in said_of(plugins)]
    assert names == ["plugins/folder.py", "plugins/no_such_file", "plugins/picture.py"]


def test_a_file_that_cannot_be_read_may_hold_a_rule_which_then_counts_as_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    put(tmp_path, "rule.py", CHECK.format(body="return []"))
    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "rule.py":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert problems_in(tmp_path) == ["the rule of plugins/rule.py could not be checked: its plugin did not load"]


def test_hidden_files_such_as_an_editor_s_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    (tmp_path / "plugins" / ".#good.py").symlink_to("user@host.1234")
    plugins = found(tmp_path)
    assert (plugins.mistakes, plugins.problems) == ((), [])


def test_a_plugin_may_be_saved_in_another_encoding_that_it_names(tmp_path: Path) -> None:
    text = "# -*- coding: cp932 -*-\n" + GOOD.format(kind="good").replace("message.body", '"表示"')
    put(tmp_path, "good.py", "")
    (tmp_path / "plugins" / "good.py").write_bytes(text.encode("cp932"))
    assert problems_in(tmp_path) == []


def test_a_link_in_the_folder_that_leads_outside_is_refused_as_one_that_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "outside.py").write_text("raise AssertionError('this ran')", encoding="utf-8")
    put(home, "good.py", GOOD.format(kind="good"))
    (home / "plugins" / "odd.py").symlink_to("../../outside.py")
    for entry in (FOLDER, DeclaredPlugin("plugins/odd.py")):
        (problem,) = loaded(home, entry).mistakes
        assert str(problem) == "the plugin plugins/odd.py lies outside the campaign file's folder"


def test_a_file_that_is_named_twice_is_one_plugin(tmp_path: Path) -> None:
    named = put(tmp_path, "good.py", GOOD.format(kind="good"))
    plugins = loaded(tmp_path, FOLDER, named, FOLDER)
    assert plugins.problems == []
    assert plugins.origins("good") == ["plugins/good.py"]


# Installed ones


@pytest.mark.parametrize(
    ("value", "said"),
    [("my-plugin", "AttributeError"), ("no_such_module", "ModuleNotFoundError"), ("latin_plugin", "SyntaxError")],
)
def test_an_installed_package_that_is_broken_is_named_and_the_rest_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    (tmp_path / "latin_plugin.py").write_bytes(b"x = 1\ny = 2\nz = 'caf\xe9'\n")
    monkeypatch.syspath_prepend(tmp_path)
    entry_point = metadata.EntryPoint("odd", value, "kohoctl")
    monkeypatch.setattr(metadata, "entry_points", lambda group: [entry_point])
    plugins = loaded(tmp_path)
    assert plugins.kind("website") is not None
    assert len(plugins.problems) == 1
    assert f"the plugin an installed package (odd) did not load: {said}" in said_of(plugins)[0]


# What is allowed


def test_a_plugin_whose_sum_is_given_is_loaded_with_that_content_alone(tmp_path: Path) -> None:
    text = GOOD.format(kind="good")
    put(tmp_path, "good.py", text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    allowed = find_plugins(tmp_path, [DeclaredPlugin("plugins/good.py", sha256.upper())])
    allowed.load_all()
    assert allowed.problems == []
    put(tmp_path, "good.py", text + "# changed\n")
    changed = find_plugins(tmp_path, [DeclaredPlugin("plugins/good.py", sha256)])
    changed.load_all()
    assert "it is not the file that was allowed" in str(changed.problems[0])
    assert not is_imported(tmp_path, "good.py") or "# changed" not in text


@pytest.mark.parametrize("sums_first", [True, False])
def test_a_sum_binds_its_file_wherever_in_the_list_it_stands(tmp_path: Path, sums_first: bool) -> None:
    text = "raise AssertionError('this ran')\n" + GOOD.format(kind="good")
    bound = DeclaredPlugin(put(tmp_path, "good.py", text).path, "0" * 64)
    entries = [bound, FOLDER] if sums_first else [FOLDER, bound]
    (said,) = said_of(loaded(tmp_path, *entries))
    assert "it is not the file that was allowed" in said


def test_a_folder_has_no_sum(tmp_path: Path) -> None:
    put(tmp_path, "good.py", "")
    (problem,) = find_plugins(tmp_path, [DeclaredPlugin("plugins/", "0" * 64)]).mistakes
    assert "plugins/ is a folder" in str(problem)
