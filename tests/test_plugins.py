"""Finding plugins: a broken one costs only its own kinds, and is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.plugins import BUILT_IN, find_kinds

GOOD = """\
from kohoctl import Channel, Receipt, Rendition, hookimpl

class Good(Channel):
    kind = "{kind}"
    def render(self, message, recipient):
        return Rendition({{}})

@hookimpl
def kohoctl_channels():
    return [Good]
"""


def put(folder: Path, name: str, text: str) -> str:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / name).write_text(text, encoding="utf-8")
    return name


def test_the_built_in_kinds_are_there_and_tell_where_they_come_from(tmp_path: Path) -> None:
    kinds = find_kinds(tmp_path, [])
    assert sorted(kinds.classes) == ["flyer-request", "line", "radio-spot", "website", "x"]
    assert len(BUILT_IN) == len(kinds.classes)
    assert kinds.origins["line"] == "kohoctl (line)"
    assert kinds.problems == ()


def test_a_folder_of_plugins_is_searched_and_its_tests_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    put(tmp_path, "test_good.py", "raise AssertionError('a test is no plugin')")
    put(tmp_path, "_helper.py", "raise AssertionError('nor is a private part')")
    kinds = find_kinds(tmp_path, ["plugins/"])
    assert kinds.origins["good"] == "plugins/good.py"
    assert kinds.problems == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:", "SyntaxError"),
        ("import no_such_package", "No module named 'no_such_package'"),
        ("raise SystemError('at import')", "at import"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_chanels(): return []", "unknown hook 'kohoctl_chanels'"),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_channels(): raise KeyError('x')", "KeyError"),
        (
            "from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_channels(): return [int]",
            "derives from kohoctl.Channel",
        ),
        ("from kohoctl import hookimpl\n@hookimpl\ndef kohoctl_channels(): return None", "TypeError"),
        (GOOD.replace('    kind = "{kind}"\n', "").replace("{{}}", "{}"), "does not say its kind"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_a_broken_plugin_is_named_with_the_reason_and_the_rest_works(tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path, "broken.py", text)
    put(tmp_path, "good.py", GOOD.format(kind="good"))
    kinds = find_kinds(tmp_path, ["plugins/"])
    (problem,) = kinds.problems
    assert "plugins/broken.py" in str(problem)
    assert said in str(problem)
    assert "good" in kinds.classes
    assert "line" in kinds.classes


def test_a_kind_that_two_plugins_bring_is_neither_s_and_both_are_named(tmp_path: Path) -> None:
    put(tmp_path, "one.py", GOOD.format(kind="twice"))
    put(tmp_path, "two.py", GOOD.format(kind="twice"))
    kinds = find_kinds(tmp_path, ["plugins/"])
    assert "twice" not in kinds.classes
    (problem,) = kinds.problems
    assert str(problem) == "two plugins bring the kind twice: plugins/one.py and plugins/two.py"


def test_a_plugin_cannot_take_a_built_in_kind_over(tmp_path: Path) -> None:
    put(tmp_path, "mine.py", GOOD.format(kind="line"))
    kinds = find_kinds(tmp_path, ["plugins/"])
    assert "line" not in kinds.classes
    assert "kohoctl (line)" in str(kinds.problems[0])


@pytest.mark.parametrize("name", ["../elsewhere", "no_such_folder/", "/etc"])
def test_a_plugin_that_is_not_there_or_lies_outside_is_named(tmp_path: Path, name: str) -> None:
    (problem,) = find_kinds(tmp_path, [name]).problems
    assert name in str(problem)
