"""The tutorial, word by word: its files are written, its commands are run, and what it says is printed is printed.

The page is read as a reader reads it. ``path`` in backticks and a colon on a line of their own, above a block of code,
name the file that the block is, or, where it is a ``diff``, changes. In a ``console`` block a line that begins with
``$`` is typed into one and the same shell, and the lines below it are all that this prints to standard output; ``…`` is
for what the page leaves out: a line alone for any number of lines, and any letters within one.
"""

from __future__ import annotations

import os
import queue
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "tutorial.md"
DAY, PORT = "2026-04-01", "8765"
"""What the page has in place of today and of a port that is free."""
INSTALLS = re.compile(r"python3 -m venv |\. \.venv/|pip install '/path/to/kohoctl")
"""What is not run: kohoctl is tried as it is installed here. To install it anew would take a network and minutes, and
each test that calls it shows that it is installed."""
INSTALLS_PACKAGE = re.compile(r"pip install -e '\./(?P<folder>[\w-]+)\[test\]'")
"""What `installed` does in its place, since pip would take its tools for building from a network."""
PATIENCE = 60.0
"""Seconds for one command: several times what the slowest takes, the contract on a busy machine."""
LEFT_OUT = "…"

BLOCK = re.compile(r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


def filled_in(page: str) -> str:
    """The page as it is true today and here."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return page.replace(DAY, f"{datetime.now(ZoneInfo('Asia/Tokyo')):%Y-%m-%d}").replace(PORT, str(port))


def changed(text: str, diff: str) -> str:
    """``text`` with the changes of ``diff``. Fails where they do not fit in exactly one place."""
    for hunk in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines()
        before, after = ("".join(f"{line[1:]}\n" for line in lines if not line.startswith(sign)) for sign in ("+", "-"))
        assert text.count(before) == 1, f"this does not stand in the file as the page has it:\n{before}"
        text = text.replace(before, after)
    return text


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block, with the lines that it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *printed = part.splitlines()
        yield command, printed


def says(printed: list[str], out: str) -> bool:
    """Whether ``printed``, as the page has it, is what came out."""
    lines = [
        "(?:.*\n)*?" if line == LEFT_OUT else ".*?".join(map(re.escape, line.split(LEFT_OUT))) + "\n"
        for line in printed
    ]
    return re.fullmatch("".join(lines), out) is not None


def installed(package: Path, site: Path) -> str:
    """The command after which Python has ``package``: its code, and in ``site`` what an installation says of it."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(metadata, encoding="utf-8")
    groups = [
        f"[{group}]\n" + "".join(f"{name} = {module}\n" for name, module in entries.items())
        for group, entries in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("".join(groups), encoding="utf-8")
    path = shlex.quote(os.pathsep.join(map(str, (site, package / "src"))))
    return f"export PYTHONPATH={path}${{PYTHONPATH:+:$PYTHONPATH}}"


class Shell:
    """A shell at work in ``folder``, with kohoctl on its PATH as it is installed here."""

    def __init__(self, folder: Path) -> None:
        ours = ("PYTEST", "KOHOCTL", "CITY_BOARD", "COV_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}", "LANG": "C.UTF-8"}
        bash = shutil.which("bash")
        assert bash is not None
        self._errors = (folder.parent / "stderr").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [bash, "--noprofile", "--norc"],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def run(self, command: str, awaited: int) -> str:
        """What a command prints; where it goes on in the background, its first ``awaited`` lines."""
        end = "-- end of a command --"
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\nstatus=$?; printf '\\n{end}\\n'; (exit $status)\n")
        self._process.stdin.flush()
        until, lines = time.monotonic() + PATIENCE, list[str]()
        while not lines or lines[-1] != f"{end}\n":
            lines.append(self._next(until, command))
        out = "".join(lines[:-1]).removesuffix("\n")
        if command.endswith("&"):
            out += "".join(self._next(until, command) for _ in range(awaited - out.count("\n")))
        return out if out.endswith("\n") or not out else f"{out}\n"

    def errors(self) -> str:
        """What went to standard error so far."""
        return Path(self._errors.name).read_text(encoding="utf-8")

    def close(self) -> None:
        """End the shell, and what it left running."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._reader.join(PATIENCE)
        with self._process:  # closes its ends, and waits
            self._errors.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def _next(self, until: float, command: str) -> str:
        try:
            return self._lines.get(timeout=max(0.1, until - time.monotonic()))
        except queue.Empty:
            pytest.fail(f"$ {command}\nprinted too little within {PATIENCE:g} seconds\n{self.errors()}")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    (tmp_path / "empty").mkdir()
    shell = Shell(tmp_path / "empty")
    yield shell
    shell.close()


@pytest.mark.slow
def test_a_reader_of_the_tutorial_sees_what_it_says(shell: Shell, tmp_path: Path) -> None:
    run = 0
    for block in BLOCK.finditer(filled_in(PAGE.read_text(encoding="utf-8"))):
        file, language, code = block["file"], block["language"], block["code"]
        if file is not None:
            path = tmp_path / "empty" / file
            text = changed(path.read_text(encoding="utf-8"), code) if language == "diff" else code
            path.write_text(text, encoding="utf-8")
            continue
        assert language == "console", f"a block that is no file and no command:\n{code}"
        for command, printed in commands(code):
            if INSTALLS.match(command):
                continue
            if package := INSTALLS_PACKAGE.fullmatch(command):
                command = installed(tmp_path / "empty" / package["folder"], tmp_path / "site")
            out = shell.run(command, awaited=len(printed))
            said = "\n".join(printed)
            assert says(printed, out), f"\n$ {command}\nsaid:\n{said}\nprinted:\n{out}\nlog:\n{shell.errors()}"
            run += 1
    assert run > 20


def test_what_is_left_out_stands_for_lines_and_for_letters() -> None:
    assert says(["one", "…", "t…e"], "one\ntwo\ntwo\nthree\n")
    assert says([], "")
    assert not says(["one"], "one\ntwo\n")
    assert not says(["one", "…", "three"], "one\ntwo\n")


def test_a_change_has_to_fit() -> None:
    assert changed("a\nb\nc\n", " a\n-b\n+x\n@@\n-c\n") == "a\nx\n"
    with pytest.raises(AssertionError, match="does not stand in the file"):
        changed("a\n", "-b\n+x\n")
