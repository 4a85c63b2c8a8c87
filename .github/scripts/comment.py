"""Put a plan into the job's summary, and as one comment on the pull request: written once, and edited from then on.

``comment.py PLAN.md FILE``: the plan of the campaign file FILE. What is needed stands in the environment, as GitHub
gives it: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_STEP_SUMMARY; and GITHUB_TOKEN and PULL_REQUEST, the number, without
which there is a summary alone. Nothing but Python's own library is needed.

A comment that cannot be written is a warning, and never a failure: a pull request from a fork has no right to write,
and the summary has it all.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

LONGEST = 65_536
"""Characters of a comment: GitHub refuses more."""
LONGEST_SUMMARY = 1024 * 1024
"""Bytes of a step's summary, https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""
PAGES = 100
"""Pages of a hundred comments each: no pull request has more that anybody reads."""
ANSWER_BYTES = 32 * 1024 * 1024
SECONDS = 30
AUTHOR = "github-actions[bot]"
"""Whose comments are edited, unless COMMENT_AUTHOR names another: who writes with the token of a workflow."""


class Answer(NamedTuple):
    """What the service answered: the JSON, and where it goes on."""

    content: Any
    following: str | None


class StayHere(HTTPRedirectHandler):
    """Goes where it was told and nowhere else, since the token would come along."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirection is then an HTTPError."""


def main(plan: str, file: str) -> None:
    body = Path(plan).read_text(encoding="utf-8")
    summarise(body, os.environ.get("GITHUB_STEP_SUMMARY"))
    number, token = os.environ.get("PULL_REQUEST", ""), os.environ.get("GITHUB_TOKEN", "")
    if not number.isdecimal() or not token:
        print("no pull request, or no token: the plan is in the job's summary")
        return
    try:
        print(put(comment_of(body, file), marker(file), number, token))
    except HTTPError as error:
        right = ": a pull request from a fork has no right to write one" if error.code in (401, 403, 404) else ""
        warn(f"the plan could not be put into a comment (HTTP {error.code}){right}; it is in the job's summary")
    except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
        warn(f"the plan could not be put into a comment ({type(error).__name__}); it is in the job's summary")


def summarise(body: str, path: str | None) -> None:
    """Add the plan to the job's summary; its head alone where it would be too long."""
    if path:
        shown = body if len(body.encode()) < LONGEST_SUMMARY else head_of(body)
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(f"{shown}\n")


def marker(file: str) -> str:
    """What the comment about ``file`` begins with, and nobody sees. The path itself could end it."""
    return f"<!-- kohoctl-plan {hashlib.sha256(file.encode()).hexdigest()[:16]} -->"


def comment_of(body: str, file: str) -> str:
    """The whole comment; where it would be too long, the numbers at its head and where the rest is."""
    whole = f"{marker(file)}\n{body}"
    if len(whole) <= LONGEST:
        return whole
    return f"{marker(file)}\n{head_of(body)}"[:LONGEST]


def head_of(body: str) -> str:
    """What stands before the first section, and that there is more."""
    return f"{body.partition(chr(10) + '### ')[0]}\n\nThis is too long to be shown here: kohoctl plan shows it.\n"


def put(body: str, mark: str, number: str, token: str) -> str:
    """Edit the comment that begins with ``mark``, or write the first; says which."""
    base = f"{os.environ['GITHUB_API_URL'].rstrip('/')}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    author = os.environ.get("COMMENT_AUTHOR") or AUTHOR
    for comment in comments(f"{base}/{number}/comments?per_page=100", token):
        if (comment.get("user") or {}).get("login") == author and (comment.get("body") or "").startswith(mark):
            if comment["body"] == body:
                return "the comment says so already"
            ask("PATCH", f"{base}/comments/{int(comment['id'])}", token, {"body": body})
            return "edited the comment"
    ask("POST", f"{base}/{number}/comments", token, {"body": body})
    return "wrote a comment"


def comments(url: str, token: str) -> Iterator[Mapping[str, Any]]:
    """All comments of the pull request, page by page. The token goes to the service alone, whatever a page names."""
    following: str | None = url
    for _ in range(PAGES):
        if following is None or urlsplit(following)[:2] != urlsplit(url)[:2]:
            return
        answer = ask("GET", following, token)
        yield from answer.content
        following = answer.following


def ask(method: str, url: str, token: str, content: Mapping[str, str] | None = None) -> Answer:
    """One request to the service. Raises HTTPError, or OSError where there is no answer."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "Content-Type": "application/json",
        "User-Agent": "kohoctl",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    data = json.dumps(content).encode() if content is not None else None
    request = Request(url, data, headers, method=method)  # noqa: S310 -- the service's own address, which GitHub gives
    with build_opener(StayHere).open(request, timeout=SECONDS) as answer:
        return Answer(json.loads(answer.read(ANSWER_BYTES)), next_page(answer.headers.get("Link", "")))


def next_page(links: str) -> str | None:
    """The address under ``rel="next"`` in a Link header."""
    for link in links.split(","):
        address, _, parameters = link.partition(";")
        if 'rel="next"' in parameters:
            return address.strip().strip("<>")
    return None


def warn(text: str) -> None:
    print(f"::warning title=kohoctl::{text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
