"""What the page on CI says of GitLab: its pipeline and its script, as they stand there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import yaml

from generated_docs import ROOT
from repository import begin, commit
from servers.gitlab import ME, TOKEN, GitLabServer
from test_docs import blocks, text_of

from .test_action import write_file

PAGE = text_of("docs/ci.md")
(PIPELINE,) = [code for code in blocks(PAGE, "yaml") if "$CI_MERGE_REQUEST_IID" in code]
(NOTE,) = blocks(PAGE, "python")


@pytest.fixture
def gitlab() -> Iterator[GitLabServer]:
    with GitLabServer() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A merge request that changes a telephone number."""
    folder = begin(tmp_path / "work")
    write_file(folder, "0120-818211")
    (folder / "note.py").write_text(NOTE, encoding="utf-8")
    commit(folder)
    write_file(folder, "0120-818212")
    return folder


def environment(folder: Path, gitlab: GitLabServer) -> dict[str, str]:
    commands = folder.parent / "bin"
    commands.mkdir(exist_ok=True)
    (commands / "pip").write_text("#!/bin/sh\n", encoding="utf-8")  # kohoctl is here already
    (commands / "pip").chmod(0o755)
    return {
        "PATH": f"{commands}:{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "HOME": str(folder.parent),
        "LANG": "C.UTF-8",
        "CI_API_V4_URL": gitlab.url,
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD",
        "KOHOCTL": "kohoctl",
        "KOHOCTL_NOTE_TOKEN": TOKEN,
    }


def run(folder: Path, gitlab: GitLabServer, **more: str) -> subprocess.CompletedProcess[str]:
    """The pipeline's script, as a runner calls it."""
    script = "\n".join(yaml.safe_load(PIPELINE)["campaigns"]["script"])
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=folder, env=environment(folder, gitlab) | more,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_pipeline_is_one_that_gitlab_takes(tmp_path: Path) -> None:
    (tmp_path / "pipeline.yml").write_text(PIPELINE, encoding="utf-8")
    done = subprocess.run(
        [ROOT / ".venv/bin/check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", tmp_path / "pipeline.yml"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_note_is_written_once_and_edited_from_then_on(folder: Path, gitlab: GitLabServer) -> None:
    for number in range(150):
        gitlab.write(f"note {number}", 1)
    gitlab.write("<!-- kohoctl-plan -->\nwhat another says", 1)
    gitlab.write("look: <!-- kohoctl-plan -->", ME)
    assert run(folder, gitlab).returncode == 0
    assert gitlab.methods.count("POST") == 1
    assert "-電話は 0120-818211 へ。\n+電話は 0120-818212 へ。\n" in gitlab.notes[-1]["body"]
    write_file(folder, "0120-818213")
    assert run(folder, gitlab).returncode == 0
    assert (gitlab.methods.count("POST"), gitlab.methods.count("PUT")) == (1, 1)
    assert "+電話は 0120-818213 へ。\n" in gitlab.notes[-1]["body"]
    assert gitlab.notes[-3]["body"] == "<!-- kohoctl-plan -->\nwhat another says"
    assert gitlab.notes[-2]["body"] == "look: <!-- kohoctl-plan -->"


@pytest.mark.slow
def test_without_a_token_there_are_only_the_artifacts(folder: Path, gitlab: GitLabServer) -> None:
    assert run(folder, gitlab, KOHOCTL_NOTE_TOKEN="").returncode == 0
    assert gitlab.methods == []
    assert "0120-818212" in (folder / "plan.md").read_text(encoding="utf-8")
    assert Xml.parse(folder / "check.xml").getroot().get("failures") == "0"


@pytest.mark.slow
def test_a_problem_makes_the_job_fail_after_the_note_is_written(folder: Path, gitlab: GitLabServer) -> None:
    path = folder / "campaigns.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{{ hotline }}", "0120-000000"), encoding="utf-8")
    assert run(folder, gitlab).returncode == 1
    assert len(gitlab.notes) == 1
    assert int(Xml.parse(folder / "check.xml").getroot().get("failures") or 0) > 0
