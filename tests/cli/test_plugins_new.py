"""``kohoctl plugins new``: what it makes works as it is."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kohoctl.cli import cli


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def new(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["plugins", "new", *arguments])


def made() -> set[str]:
    return {str(path) for path in Path().rglob("*") if path.is_file()}


def run(*command: str) -> str:
    """What a command prints. Fails where it does."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["river-watch", "river_watch", "RiverWatch", "river watch"])
def test_a_name_may_be_written_in_any_way(name: str) -> None:
    assert new(name).exit_code == 0
    assert made() == {"plugins/river_watch.py", "plugins/test_river_watch.py"}
    plugin = Path("plugins/river_watch.py").read_text(encoding="utf-8")
    assert 'kind = "river-watch"' in plugin
    assert "class RiverWatch(Channel):" in plugin
    assert "city" not in plugin.lower()


def test_it_says_what_it_made_and_what_to_do_now() -> None:
    assert new("river-watch", "--into", "ours").output == (
        "made ours/river_watch.py\n"
        "made ours/test_river_watch.py\n"
        "\n"
        "Try it:\n"
        "  kohoctl plugins test ours/river_watch.py\n"
        "\n"
        'Change what is marked "Change" in it. A campaign file beside ours/ may use it:\n'
        "  plugins: [ours/]\n"
        "  channels:\n"
        "    river-watch:\n"
        "      kind: river-watch\n"
        "      owner: 広報課\n"
        "      url: https://service.example\n"
        "      token: {env: RIVER_WATCH_TOKEN}\n"
    )


@pytest.mark.slow
def test_a_plugin_keeps_every_rule_as_it_is_made() -> None:
    new("river-watch")
    shown = CliRunner().invoke(cli, ["plugins", "test", "plugins"])
    assert shown.exit_code == 0, shown.output
    assert shown.output.endswith("plugins: 35 rules tried: 32 kept, 3 left out\n")


@pytest.mark.slow
def test_a_plugin_passes_its_own_test_and_strict_types_as_it_is_made() -> None:
    new("river-watch")
    own = ("--import-mode=importlib", "-o", "pythonpath=plugins", "-p", "no:cacheprovider")
    assert "33 passed, 3 skipped" in run(sys.executable, "-m", "pytest", "-q", *own, "plugins")
    run(sys.executable, "-m", "mypy", "--strict", "plugins/river_watch.py")
    run(sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=120", "--select=E,F,B,UP", "plugins")


@pytest.mark.slow
def test_a_package_keeps_every_rule_as_it_is_made() -> None:
    shown = new("river-watch", "--package")
    assert shown.exit_code == 0, shown.output
    assert made() == {
        f"kohoctl-river-watch/{name}"
        for name in (
            ".github/workflows/test.yml",
            ".gitignore",
            "README.md",
            "pyproject.toml",
            "src/kohoctl_river_watch/__init__.py",
            "src/kohoctl_river_watch/py.typed",
            "tests/test_river_watch.py",
        )
    }
    tried = CliRunner().invoke(cli, ["plugins", "test", "kohoctl-river-watch"])
    assert tried.exit_code == 0, tried.output


def test_a_package_is_found_by_its_entry_point() -> None:
    new("river-watch", "--package")
    project = tomllib.loads(Path("kohoctl-river-watch/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"] == {"kohoctl": {"river-watch": "kohoctl_river_watch"}}
    assert project["dependencies"] == [f"kohoctl>={version('kohoctl')}"]


def test_nothing_is_overwritten_and_nothing_is_made_by_halves() -> None:
    Path("plugins").mkdir()
    Path("plugins/test_river_watch.py").write_text("mine", encoding="utf-8")
    refused = new("river-watch")
    assert refused.exit_code == 1
    assert "there is already plugins/test_river_watch.py" in str(refused.exception)
    assert made() == {"plugins/test_river_watch.py"}


def test_a_link_that_leads_nowhere_is_a_file_that_is_there() -> None:
    Path("plugins").mkdir()
    Path("plugins/test_river_watch.py").symlink_to("nowhere.py")
    refused = new("river-watch")
    assert "there is already plugins/test_river_watch.py" in str(refused.exception)
    assert made() == set()


def test_a_package_may_have_the_name_of_an_installed_module() -> None:
    assert new("requests", "--package").exit_code == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("line", "line is a kind that kohoctl has already"),
        ("email", "email is a name of Python's own: choose another name, such as our-email"),
        ("requests", "requests is an installed module, which the plugin's test would find instead"),
        ("conftest", "conftest.py would be passed over in a folder of plugins: choose another name"),
        ("test-a", "test_a.py would be passed over in a folder of plugins: choose another name, such as our-test-a"),
        ("message", "the class Message would stand in the way of what a plugin needs"),
        ("import", "import is a name of Python's own"),
        ("掲示板", "a kind's name has Latin letters, digits and hyphens"),
        ("../escape", "a kind's name has Latin letters, digits and hyphens"),
        ("2nd", "a kind's name has Latin letters, digits and hyphens, and begins with a letter"),
    ],
)
def test_a_name_that_is_none_is_wrong_usage(name: str, why: str) -> None:
    refused = new(name)
    assert refused.exit_code == 2
    assert why in refused.output
    assert made() == set()
