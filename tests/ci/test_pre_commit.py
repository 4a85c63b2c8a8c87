"""The hook for pre-commit, installed and called by pre-commit itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from generated_docs import ROOT
from repository import begin, git
from test_docs import blocks, text_of

from .test_action import write_file

HOOKS = ROOT / ".pre-commit-hooks.yaml"
CONFIG = next(code for code in blocks(text_of("docs/ci.md"), "yaml") if code.startswith("repos:"))


def test_the_hooks_are_ones_that_pre_commit_takes(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    for command, file in (("validate-manifest", HOOKS), ("validate-config", tmp_path / "config.yaml")):
        done = subprocess.run(
            [ROOT / ".venv/bin/pre-commit", command, file], capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout


def test_the_hook_that_the_page_names_is_there() -> None:
    named = {hook["id"] for repo in yaml.safe_load(CONFIG)["repos"] for hook in repo["hooks"]}
    assert named == {hook["id"] for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_commit_is_kept_back_where_the_file_has_a_problem(tmp_path: Path) -> None:
    folder = begin(tmp_path / "campaign")

    def try_hook() -> subprocess.CompletedProcess[str]:
        git(folder, "add", "--all")
        return subprocess.run(
            [ROOT / ".venv/bin/pre-commit", "try-repo", ROOT, "kohoctl-check", "--all-files"],
            cwd=folder, env=os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "home")},
            capture_output=True, text=True, check=False, timeout=800,
        )  # fmt: skip

    write_file(folder, "0120-818211")
    passed = try_hook()
    assert passed.returncode == 0, passed.stdout
    assert "kohoctl check" in passed.stdout
    assert "Passed" in passed.stdout
    path = folder / "campaigns.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{{ hotline }}", "{{ hotlin }}"), encoding="utf-8")
    failed = try_hook()
    assert failed.returncode == 1
    assert "there is no fact hotlin: did you mean hotline?" in failed.stdout
