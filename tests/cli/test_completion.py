"""How a shell completes kohoctl's words: the answers, and the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generated_docs import ROOT, parameters
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.cli import COMMANDS
from kohoctl.cli.completing import PARAMETERS, answer
from kohoctl.cli.completion import SCRIPTS
from kohoctl.cli.file_names import FileNames
from kohoctl.plan import slots
from kohoctl.plugins import find_plugins
from servers.terminal import TAB, Terminal
from support import write

from .conftest import Kohoctl

Complete = Callable[..., list[str]]
SHIPPED = ROOT / "campaigns.yaml"


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Complete:
    """The words that a shell is told for the end of a line."""

    def complete(line: str, shell: str = "zsh", breaks: str = "") -> list[str]:
        monkeypatch.setenv("_KOHOCTL_COMPLETE", shell)
        monkeypatch.setenv("_KOHOCTL_LINE", line)
        monkeypatch.setenv("_KOHOCTL_BREAKS", breaks)
        capfd.readouterr()
        answer()
        printed = capfd.readouterr()
        assert printed.err == ""
        return [line.split("\t")[1] or line.split("\t")[0] for line in printed.out.splitlines()]

    return complete


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small campaign file, in which one works."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "press.csv").write_text("id,name\nclub-1,記者クラブ\n", encoding="cp932")
    write(
        tmp_path,
        """\
        notice: {title: 題, when: 2015-06-03T10:00, channels: [site, mail], body: 文}
        twice: {title: 題, when: ['2015-06-03T10:00', '2015-06-03T15:00'], channels: {site: }, body: 文}
        daily: {title: 題, when: {weekdays: [土, sun], from: 2015-06-05, to: 2015-06-14, at: "9:00",
                except: [2015-06-14]}, channels: [site], body: 文}
        later: {title: 題, when: {after: notice}, channels: [site], body: 文}
        payday: {title: 題, when: {calendar: x, from: 2015-06-01, to: 2015-06-30, at: "9:00"}, channels: [site]}
        """,
        "site: {kind: page, owner: 厚生労働省}\n"
        "mail: {kind: page, owner: 広報室 当番, recipients: press}\n"
        "post: {kind: letter, owner: 甲}\n",
        "recipients: {press: {file: press.csv}, people: {file: people.csv, personal: true, key: {env: K}}}\n",
    )
    return tmp_path


def test_the_parameters_are_those_of_the_commands() -> None:
    """Where this fails: python tests/generated_docs.py."""
    assert PARAMETERS.read_text(encoding="utf-8") == parameters()


def test_commands_and_options_are_told(complete: Complete) -> None:
    assert sorted(complete("kohoctl ")) == sorted(COMMANDS)
    assert complete("kohoctl rec") == ["reconcile", "record"]
    assert complete("kohoctl plugins ") == ["list", "new", "test"]
    assert {"--live", "--until", "--help"} <= set(complete("kohoctl run campaigns.yaml --"))
    assert complete("kohoctl report x --format ma") == ["markdown"]
    assert complete("kohoctl plugins test x --rule http-429-") == ["http-429-retry-after"]
    assert complete("kohoctl completion ") == ["bash", "zsh", "fish"]
    assert complete("kohoctl check ") == ["file"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("calendar campaigns.yaml --channel ", ["site", "mail", "post"]),
        ("calendar campaigns.yaml --owner 厚", ["厚生労働省"]),
        ("record campaigns.yaml --message t", ["twice"]),
        ("record campaigns.yaml --campaign n", ["nenkin"]),
        ("record campaigns.yaml --campaign other --message ", []),
        ("record campaigns.yaml --export a.csv --recipient ", ["club-1"]),
        ("record campaigns.yaml nenkin/notice/s", ["nenkin/notice/site/2015-06-03"]),
        ("record campaigns.yaml nenkin/notice/m", ["nenkin/notice/mail/club-1/2015-06-03"]),
        ("reconcile campaigns.yaml nenkin/later", ["nenkin/later/site/after-notice"]),
        ("reconcile campaigns.yaml nenkin/daily", [f"nenkin/daily/site/2015-06-{day}" for day in ("06", "07", "13")]),
        ("reconcile campaigns.yaml nenkin/payday", ["nenkin/payday/site/"]),
        ("record --as placed campaigns.yaml nenkin/twice/site/2015-06-03T1",
         ["nenkin/twice/site/2015-06-03T10:00", "nenkin/twice/site/2015-06-03T15:00"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("office")
def test_the_names_in_the_file_are_told(complete: Complete, line: str, words: list[str]) -> None:
    assert complete(f"kohoctl {line}") == words


def test_print_runs_that_are_there_are_told(complete: Complete, office: Path) -> None:
    (office / "print").mkdir()
    for name in ("run-1.csv", "run-1.pdf", "run-2.csv", ".begun.csv"):
        (office / "print" / name).touch()
    assert complete("kohoctl purge campaigns.yaml --run ") == ["run-1"]


def test_the_keys_are_those_of_the_shipped_campaign() -> None:
    source = read(SHIPPED)
    file = load(source, find_plugins(source.folder, plugins_of(source)).extensions)
    keys = {slot.key for slot in slots(file)}
    told = set(FileNames.read(SHIPPED).keys())
    assert {key for key in told if not key.endswith("/")} <= keys
    assert len(told & keys) > 100
    assert [
        key for key in keys if key not in told and not key.startswith(tuple(t for t in told if t.endswith("/")))
    ] == []


@pytest.mark.usefixtures("office")
def test_bash_is_told_what_follows_a_colon_and_spaces_as_it_wants_them(complete: Complete) -> None:
    line = "kohoctl record campaigns.yaml nenkin/twice/site/2015-06-03T10:"
    assert complete(line, "bash", " :=") == ["00"]
    assert complete(line, "bash", " =") == ["nenkin/twice/site/2015-06-03T10:00"]
    assert complete("kohoctl calendar campaigns.yaml --owner 広", "bash") == ["広報室\\ 当番"]


@pytest.mark.parametrize("content", ["version: [", "- a", "", "campaigns: {a: {messages: [1]}}\nchannels: x", "\0"])
@pytest.mark.parametrize("rest", ["a/", "--message ", "--recipient ", "--export "])
def test_nothing_is_said_of_a_broken_file(complete: Complete, office: Path, content: str, rest: str) -> None:
    (office / "campaigns.yaml").write_text(content, encoding="utf-8")
    assert set(complete(f"kohoctl record campaigns.yaml {rest}")) <= {"file"}


@pytest.mark.parametrize(
    "line", ["", "kohoctl bogus x", "kohoctl record none.yaml x", "kohoctl 'x", "kohoctl plugins x y"]
)
def test_nothing_is_said_of_a_line_that_leads_nowhere(complete: Complete, line: str) -> None:
    assert complete(line) in ([], sorted(COMMANDS))


def test_an_answer_loads_no_command_and_runs_no_plugin(office: Path) -> None:
    environment = os.environ | {"_KOHOCTL_COMPLETE": "zsh", "_KOHOCTL_LINE": "kohoctl record campaigns.yaml nenkin/l"}
    code = "import sys, kohoctl.cli\ntry:\n kohoctl.cli.main()\nfinally:\n print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    told, modules = done.stdout.splitlines()
    assert told == "plain\tnenkin/later/site/after-notice\t"
    assert not {"pydantic", "requests", "kohoctl.cli.record", "kohoctl.plugins", "jinja2"} & set(modules.split())


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_of_a_shell_is_printed(kohoctl: Kohoctl, shell: str) -> None:
    assert "_KOHOCTL_COMPLETE=" + shell in kohoctl("completion", shell).out


# The shells themselves


@pytest.fixture
def shell(office: Path) -> Iterator[Callable[[str], Terminal]]:
    """Starts a shell in the office, with completion switched on as the documentation says."""
    opened: list[Terminal] = []
    (office / "bin").mkdir()
    (office / "bin" / "kohoctl").write_text(f'#!/bin/sh\nexec {sys.executable} -m kohoctl "$@"\n', encoding="utf-8")
    (office / "bin" / "kohoctl").chmod(0o755)

    def start(name: str) -> Terminal:
        if shutil.which(name) is None:
            pytest.skip(f"there is no {name}")
        options = {"bash": ["--noprofile", "--norc", "-i"], "zsh": ["-f", "-i"]}[name]
        environment = {"PATH": f"{office / 'bin'}:{os.environ['PATH']}", "PS1": "ready> "}
        terminal = Terminal([name, *options], office, environment)
        opened.append(terminal)
        begin = "autoload -U compinit; compinit -u -d .zcompdump; " if name == "zsh" else ""
        terminal.type(f'{begin}eval "$(kohoctl completion {name})"; echo switched" "on\n')
        terminal.shows("switched on")
        return terminal

    yield start
    for terminal in opened:
        terminal.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_a_shell_completes_commands_names_and_keys(shell: Callable[[str], Terminal], name: str) -> None:
    terminal = shell(name)
    terminal.type(f"kohoctl recor{TAB}")
    terminal.shows("record ")
    terminal.type(f"campai{TAB}")
    terminal.shows("gns.yaml ")
    terminal.type(f"nenkin/tw{TAB}")
    terminal.shows("ice/site/2015-06-03T1")
    terminal.type(f"5{TAB}")
    terminal.shows(":00 ")
    terminal.type(f"--as ev{TAB}")
    terminal.shows("idenced ")


@pytest.mark.slow
def test_fish_completes_commands_names_and_keys(office: Path, shell: object) -> None:
    if shutil.which("fish") is None:
        pytest.skip("there is no fish")
    environment = {"PATH": f"{office / 'bin'}:{os.environ['PATH']}", "HOME": str(office), "LC_ALL": "C.UTF-8"}

    def completed(line: str) -> list[str]:
        command = f"kohoctl completion fish | source; complete --do-complete '{line}'"
        done = subprocess.run(["fish", "-c", command], env=environment, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return [line.partition("\t")[0] for line in done.stdout.splitlines()]

    assert completed("kohoctl rec") == ["reconcile", "record"]
    assert "campaigns.yaml" in completed("kohoctl record campai")
    assert completed("kohoctl record campaigns.yaml nenkin/tw") == [
        "nenkin/twice/site/2015-06-03T10:00",
        "nenkin/twice/site/2015-06-03T15:00",
    ]
    assert completed("kohoctl record campaigns.yaml --as ev") == ["evidenced"]
