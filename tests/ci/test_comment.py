"""The comment that the action writes on a pull request: once, edited from then on, and never another's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generated_docs import ROOT
from servers.github import BOT, LONGEST, GitHubServer

SCRIPT = ROOT / ".github" / "scripts" / "comment.py"
PLAN = "## campaigns.yaml\n\n**1 changed**\n\n### Changed (1)\n\n- 注意喚起\n"

Comment = Callable[..., str]


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        yield server


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    return tmp_path / "summary.md"


@pytest.fixture
def comment(github: GitHubServer, tmp_path: Path, summary: Path) -> Comment:
    """Calls the script as the action does, with the environment that GitHub gives; what it printed."""

    def call(body: str = PLAN, file: str = "campaigns.yaml", **more: str) -> str:
        plan = tmp_path / "plan.md"
        plan.write_text(body, encoding="utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "office/campaigns",
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_TOKEN": "token-of-the-job",
            "PULL_REQUEST": "7",
        }
        arguments = [sys.executable, "-I", str(SCRIPT), str(plan), file]
        done = subprocess.run(
            arguments, env=environment | more, capture_output=True, text=True, timeout=60, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def test_the_first_run_writes_a_comment_and_the_summary(comment: Comment, github: GitHubServer, summary: Path) -> None:
    assert comment() == "wrote a comment\n"
    (body,) = github.bodies()
    assert body.startswith("<!-- kohoctl-plan ")
    assert body.partition("-->\n")[2] == PLAN
    assert summary.read_text(encoding="utf-8") == f"{PLAN}\n"
    assert {token for _, _, token in github.seen} == {"Bearer token-of-the-job"}


def test_the_second_run_edits_it(comment: Comment, github: GitHubServer) -> None:
    comment()
    assert comment(PLAN.replace("1 changed", "2 changed")) == "edited the comment\n"
    (body,) = github.bodies()
    assert "2 changed" in body


def test_nothing_is_written_where_nothing_is_new(comment: Comment, github: GitHubServer) -> None:
    comment()
    assert comment() == "the comment says so already\n"
    assert github.writing() == ["POST"]


@pytest.mark.parametrize("author", ["somebody", "other-app[bot]", ""])
def test_the_comment_of_another_is_not_touched_though_it_has_the_mark(
    comment: Comment, github: GitHubServer, author: str
) -> None:
    comment()
    mark = github.bodies()[0].partition("\n")[0]
    github.comments.clear()
    theirs = f"{mark}\nwhat another says"
    github.write(theirs, author)
    comment()
    assert github.bodies()[0] == theirs
    assert len(github.bodies()) == 2
    assert github.writing() == ["POST", "POST"]


def test_the_comment_of_a_deleted_account_is_passed_over(comment: Comment, github: GitHubServer) -> None:
    github.write("x")
    github.comments[0] |= {"user": None, "body": None}
    assert comment() == "wrote a comment\n"


def test_a_comment_that_only_quotes_the_mark_is_not_touched(comment: Comment, github: GitHubServer) -> None:
    comment()
    mark = github.bodies()[0].partition("\n")[0]
    github.comments.clear()
    github.write(f"look at this: {mark}")
    comment()
    assert github.bodies()[0] == f"look at this: {mark}"
    assert len(github.bodies()) == 2


def test_it_is_found_on_a_later_page(comment: Comment, github: GitHubServer) -> None:
    for number in range(230):
        github.write(f"comment {number}", "somebody")
    comment()
    for number in range(90):
        github.write(f"later comment {number}", "somebody")
    github.seen.clear()
    assert comment(f"{PLAN}new\n") == "edited the comment\n"
    assert len(github.bodies()) == 321
    assert [path.partition("?")[2] for method, path, _ in github.seen if method == "GET"] == [
        "per_page=100",
        "per_page=100&page=2",
        "per_page=100&page=3",
    ]


def test_each_campaign_file_has_a_comment_of_its_own(comment: Comment, github: GitHubServer) -> None:
    for file in ("a.yaml", "b --> <b>.yaml", "a.yaml"):
        comment(f"{PLAN}{file}", file=file)
    assert len(github.bodies()) == 2
    assert {body.partition("\n")[0].count("-->") for body in github.bodies()} == {1}


def test_the_author_may_be_another_app(comment: Comment, github: GitHubServer) -> None:
    comment()
    github.comments[0]["user"]["login"] = "office-app[bot]"
    assert comment(f"{PLAN}x", COMMENT_AUTHOR="office-app[bot]") == "edited the comment\n"
    assert BOT != "office-app[bot]"


def test_a_fork_that_may_not_write_has_the_summary_and_fails_nothing(
    comment: Comment, github: GitHubServer, summary: Path
) -> None:
    github.read_only = True
    assert comment().startswith("::warning title=kohoctl::the plan could not be put into a comment (HTTP 403): a pull")
    assert summary.read_text(encoding="utf-8") == f"{PLAN}\n"
    assert github.writing() == ["POST"]
    assert github.bodies() == []


@pytest.mark.parametrize("more", [{"PULL_REQUEST": ""}, {"GITHUB_TOKEN": ""}, {"PULL_REQUEST": "7/../8"}])
def test_without_a_pull_request_or_a_token_there_is_only_the_summary(
    comment: Comment, github: GitHubServer, summary: Path, more: dict[str, str]
) -> None:
    comment(**more)
    assert github.seen == []
    assert summary.read_text(encoding="utf-8") == f"{PLAN}\n"


@pytest.mark.parametrize("answer", [(500, b"{}"), (200, b"<html>"), (200, b"[1]"), (401, b"")])
def test_whatever_the_service_answers_is_a_warning_and_the_summary_is_there(
    comment: Comment, github: GitHubServer, summary: Path, answer: tuple[int, bytes]
) -> None:
    github.answer = answer
    shown = comment()
    assert shown.startswith("::warning title=kohoctl::the plan could not be put into a comment")
    assert shown.count("\n") == 1
    assert "token-of-the-job" not in shown
    assert summary.exists()
    assert github.writing() == []


def test_no_answer_at_all_is_a_warning(comment: Comment, summary: Path) -> None:
    assert comment(GITHUB_API_URL="http://127.0.0.1:9").startswith("::warning")
    assert summary.exists()


def test_a_plan_over_the_limit_is_cut_to_its_head_and_says_so(
    comment: Comment, github: GitHubServer, summary: Path
) -> None:
    long = PLAN + "- 長い\n" * 20_000
    assert len(long) > LONGEST
    assert comment(long) == "wrote a comment\n"
    (body,) = github.bodies()
    assert len(body) <= LONGEST
    assert "**1 changed**" in body
    assert "### Changed" not in body
    assert "This is too long to be shown here" in body
    assert summary.read_text(encoding="utf-8") == f"{long}\n"


def test_a_plan_that_just_fits_is_not_cut(comment: Comment, github: GitHubServer) -> None:
    comment()
    mark = len(github.bodies()[0]) - len(PLAN)
    github.comments.clear()
    comment(PLAN + "長" * (LONGEST - mark - len(PLAN)))
    assert [len(body) for body in github.bodies()] == [LONGEST]


def test_a_summary_over_its_own_limit_is_cut_too(comment: Comment, summary: Path) -> None:
    comment(PLAN + "長" * 400_000)
    assert "This is too long to be shown here" in summary.read_text(encoding="utf-8")
    assert summary.stat().st_size < 1024 * 1024


def test_the_token_goes_to_nobody_whom_a_page_names(comment: Comment, github: GitHubServer) -> None:
    with GitHubServer() as other:
        for number in range(150):
            github.write(f"comment {number}", "somebody")
        github.links_to = other.url
        assert comment() == "wrote a comment\n"
        assert other.seen == []
        github.answer = 302, b""
        assert "(HTTP 302)" in comment()
        assert other.seen == []
