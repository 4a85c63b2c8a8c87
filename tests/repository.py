"""A git repository with a campaign file, as an office keeps it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "局"), ("EMAIL", "k@k.example"))
}
_APART = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=given,
        capture_output=True,
        env=os.environ | _WHO | _APART,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def begin(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def commit(folder: Path, message: str = "x") -> str:
    """Everything in the folder as a commit; its name."""
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD").strip()


def tripwire(folder: Path) -> tuple[Path, Path]:
    """A program that git could be made to start, and the file that it leaves behind where it was."""
    program, trace = folder / "tripwire.sh", folder / "tripped"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n", encoding="utf-8")
    program.chmod(0o755)
    return program, trace
