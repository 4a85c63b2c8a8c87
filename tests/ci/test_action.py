"""The action's own steps, run as GitHub runs them: with the environment of each, and nothing put into a script."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from generated_docs import ROOT
from repository import begin, commit, git, tripwire
from servers.github import GitHubServer
from support import write

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BOARD = "board: {kind: website, owner: 厚生労働省, folder: {path: public, url: 'https://a.example', title: 甲}}\n"


MESSAGE = 'notice: {title: お知らせ, when: 2099-06-04T10:00, channels: [board], body: "電話は {{ hotline }} へ。"}\n'


def write_file(folder: Path, hotline: str, more: str = "") -> None:
    write(folder, MESSAGE, BOARD, f"facts: {{hotline: {hotline}}}\n{more}")


# The files


def test_the_files_are_what_their_services_take() -> None:
    for schema, files in (
        ("vendor.github-actions", [ROOT / "action.yml"]),
        ("vendor.github-workflows", WORKFLOWS),
    ):
        done = subprocess.run(
            [ROOT / ".venv/bin/check-jsonschema", "--builtin-schema", schema, *files],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def steps_of_all() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from (("action.yml", step) for step in STEPS)
    for path in WORKFLOWS:
        jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
        yield from ((path.name, step) for job in jobs.values() for step in job["steps"])


def test_no_script_has_anything_put_into_it() -> None:
    scripts = [step["run"] for _, step in steps_of_all() if "run" in step]
    assert len(scripts) >= 5
    assert [script for script in scripts if "${{" in script] == []


def test_whatever_it_uses_is_pinned_by_its_commit_with_the_version_beside_it() -> None:
    for name in ("action.yml", *(f".github/workflows/{path.name}" for path in WORKFLOWS)):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if (used := re.search(r"uses: (.*)", line)) and used[1] != "./":
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used[1]), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_the_least_rights_and_never_those_of_the_target(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    events = workflow[True]  # YAML reads the key "on" so
    assert "pull_request_target" not in events
    rights = [job.get("permissions", {}) for job in workflow["jobs"].values()]
    assert {right for one in rights for right, level in one.items() if level == "write"} <= {"pull-requests"}
    uses = [step for job in workflow["jobs"].values() for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert uses
    assert all(step["with"]["persist-credentials"] is False for step in uses)


# The steps


@dataclass
class Runner:
    """A machine of GitHub's, with what an event says and what the action's inputs are."""

    folder: Path
    home: Path
    github: GitHubServer
    event: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""

    def value(self, expression: str) -> str:
        """What an expression of the action stands for; one that is not known here fails."""
        known = {
            "github.action_path": str(ROOT),
            "runner.temp": str(self.home),
            "github.event.pull_request.base.sha": self.event.get("base", ""),
            "github.event.pull_request.head.sha": self.event.get("head", ""),
            "github.event.pull_request && github.event.pull_request.head.repo.full_name != github.repository"
            " && inputs.allow-plugins != 'true'": self._untrusted(),
            "inputs.comment == 'true' && github.event.pull_request.number || ''": self._number(),
            "inputs.upload-page == 'true' && format('{0}/kohoctl-page', runner.temp) || ''": self._page(),
            "steps.check.outputs.code": self.outputs.get("code", ""),
        }
        if expression.startswith("inputs.") and " " not in expression:
            name = expression.removeprefix("inputs.")
            return self.inputs.get(name, "token" if name == "token" else ACTION["inputs"][name]["default"])
        return known[expression]

    def _untrusted(self) -> str:
        fork = self.event.get("fork") == "yes"
        return "true" if fork and self.inputs.get("allow-plugins") != "true" else "false"

    def _number(self) -> str:
        return "7" if self.inputs.get("comment", "true") == "true" and self.event.get("base") else ""

    def _page(self) -> str:
        """Where the page goes: only tests of it have one made, since it takes seconds."""
        return f"{self.home}/kohoctl-page" if self.inputs.get("upload-page") == "true" else ""

    def environment(self, step: Mapping[str, Any]) -> dict[str, str]:
        own = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda found: self.value(found[1]), str(text))
            for name, text in step.get("env", {}).items()
        }
        return {
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "RUNNER_TEMP": str(self.home),
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": "office/campaigns",
            "GITHUB_STEP_SUMMARY": str(self.home / "summary.md"),
            "GITHUB_OUTPUT": str(self.home / "output"),
            **own,
        }

    def run(self) -> int:
        """Every step but those of other actions and the installation; the exit code of the last."""
        code = 0
        for step in STEPS:
            if "run" not in step or step["name"] in ("Refuse pull_request_target", "Install kohoctl"):
                continue
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.folder, env=self.environment(step), capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
            self.log += done.stdout + done.stderr
            code = done.returncode
            if code:
                return code
            output = self.home / "output"
            if output.exists():
                self.outputs |= dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        return code

    @property
    def summary(self) -> str:
        return (self.home / "summary.md").read_text(encoding="utf-8")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """A pull request that changes a telephone number, as its merge is checked out."""
    folder = begin(tmp_path / "work")
    write_file(folder, "0120-818211")
    base = commit(folder)
    git(folder, "checkout", "--quiet", "-b", "proposal")
    write_file(folder, "0120-818212")
    head = commit(folder)
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "proposal", "-m", "merge")
    (tmp_path / "home").mkdir()
    with GitHubServer() as github:
        yield Runner(folder, tmp_path / "home", github, {"base": base, "head": head})


@pytest.mark.slow
def test_a_pull_request_gets_a_comment_with_the_old_and_the_new_sentence(runner: Runner) -> None:
    assert runner.run() == 0, runner.log
    (body,) = runner.github.bodies()
    assert "-電話は 0120-818211 へ。\n+電話は 0120-818212 へ。\n" in body
    assert body.partition("\n")[2] == runner.summary.removesuffix("\n")
    assert runner.run() == 0
    assert len(runner.github.bodies()) == 1


@pytest.mark.slow
def test_the_page_shows_what_the_pull_request_changes_and_is_uploaded(runner: Runner) -> None:
    runner.inputs["upload-page"] = "true"
    assert runner.run() == 0, runner.log
    page = Path(runner.outputs["page"])
    shown = (page / "index.html").read_text(encoding="utf-8")
    assert "0120-818211" in shown
    assert "0120-818212" in shown
    (upload,) = [step for step in STEPS if "upload-artifact" in step.get("uses", "")]
    assert upload["if"] == "steps.plan.outputs.page != ''"
    assert upload["with"]["path"] == "${{ steps.plan.outputs.page }}"


@pytest.mark.slow
def test_where_there_is_nothing_to_compare_with_there_is_a_page_all_the_same(runner: Runner) -> None:
    runner.inputs["upload-page"] = "true"
    runner.event["base"] = runner.event["head"] = "0" * 40
    assert runner.run() == 0, runner.log
    assert "0120-818212" in (Path(runner.outputs["page"]) / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_fork_gets_a_summary_and_its_plugins_are_not_run(runner: Runner, tmp_path: Path) -> None:
    trace = tmp_path / "plugin-was-run"
    (runner.folder / "odd.py").write_text(f"import pathlib\npathlib.Path({str(trace)!r}).touch()\n", encoding="utf-8")
    write_file(runner.folder, "0120-818212", "plugins: [odd.py]\n")
    runner.github.read_only = True
    runner.event["fork"] = "yes"
    assert runner.run() == 0, runner.log
    assert not trace.exists()
    assert "0120-818212" in runner.summary
    assert "HTTP 403" in runner.log
    runner.inputs["allow-plugins"] = "true"
    runner.run()
    assert trace.exists(), "the plugin would have been run"


@pytest.mark.slow
def test_a_file_with_a_problem_is_annotated_shown_and_fails_at_the_end(runner: Runner) -> None:
    path = runner.folder / "campaigns.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{{ hotline }}", "{{ nothing }}"), encoding="utf-8")
    assert runner.run() == 1
    assert "::error file=campaigns.yaml,line=" in runner.log
    assert "The file has problems, and no plan can be made of it" in runner.github.bodies()[0]
    assert runner.outputs["code"] == "1"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["$(touch tripped)", "`touch tripped`", '"; touch tripped; "', "-x", "a\nb.yaml"])
def test_an_input_is_never_taken_for_a_command(runner: Runner, name: str) -> None:
    runner.inputs["file"] = name
    runner.inputs["fail-on"] = "error"
    assert runner.run() != 0
    assert not (runner.folder / "tripped").exists()


@pytest.mark.slow
def test_what_a_plan_prints_is_no_command_to_the_runner(runner: Runner) -> None:
    runner.inputs["file"] = "::add-path::x.yaml"
    runner.run()
    lines = runner.log.splitlines()
    (stop,) = [index for index, line in enumerate(lines) if line.startswith("::stop-commands::")]
    assert lines.index(f"::{lines[stop].removeprefix('::stop-commands::')}::") > stop


@pytest.mark.slow
def test_without_a_pull_request_there_is_a_plan_that_compares_nothing(runner: Runner) -> None:
    runner.event.clear()
    assert runner.run() == 0, runner.log
    assert runner.github.seen == []
    assert "0120-818212" in runner.summary
    assert "0120-818211" not in runner.summary


# What it is compared with


def against(folder: Path, **environment: str) -> str:
    script = ROOT / ".github" / "scripts" / "against.sh"
    done = subprocess.run(
        ["bash", script], cwd=folder, env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_merge_is_compared_with_the_newest_commit_that_it_goes_into(runner: Runner) -> None:
    newest = git(runner.folder, "rev-parse", "HEAD^1").strip()
    assert against(runner.folder, BASE="0" * 40, HEAD_SHA=runner.event["head"]) == newest


def test_any_other_checkout_is_compared_with_the_base_of_the_pull_request(runner: Runner) -> None:
    git(runner.folder, "checkout", "--quiet", "proposal")
    base = runner.event["base"]
    assert against(runner.folder, BASE=base, HEAD_SHA=runner.event["head"]) == base


def test_a_base_that_is_lacking_is_fetched(runner: Runner, tmp_path: Path) -> None:
    git(runner.folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=proposal", f"file://{runner.folder}", "shallow")
    base = runner.event["base"]
    assert against(tmp_path / "shallow", BASE=base, HEAD_SHA=runner.event["head"]) == base


@pytest.mark.parametrize("base", ["", "0" * 40, "--upload-pack=touch tripped", "main; touch tripped"])
def test_where_there_is_nothing_to_compare_with_nothing_is_named(runner: Runner, base: str) -> None:
    git(runner.folder, "checkout", "--quiet", "proposal")
    assert against(runner.folder, BASE=base, HEAD_SHA="1" * 40) == ""
    assert not (runner.folder / "tripped").exists()


def test_no_watcher_of_the_repository_is_run(runner: Runner, tmp_path: Path) -> None:
    program, trace = tripwire(tmp_path)
    git(runner.folder, "config", "core.fsmonitor", str(program))
    assert against(runner.folder, BASE=runner.event["base"], HEAD_SHA=runner.event["head"])
    assert not trace.exists()
    git(runner.folder, "status")
    assert trace.exists(), "git status would have run it: the watcher was in place"
