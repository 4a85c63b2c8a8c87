"""``kohoctl check``."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.text import problems_text
from kohoctl.cli import words
from kohoctl.cli.common import campaign_file, echo_json, load_file_and_problems, no_plugins_option
from kohoctl.escaping import in_annotation
from kohoctl.plan import slots
from kohoctl.problem import Problem
from kohoctl.wording import Wording


@click.command(short_help="Name every problem of a campaign file and of what it would send.")
@campaign_file
@no_plugins_option
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def command(file: Path, no_plugins: bool, style: str) -> None:
    """Name every problem of the campaign file, its facts, and of what each channel would send."""
    campaigns, problems = load_file_and_problems(file, no_plugins)
    if campaigns is not None:
        problems += _once([*rendition_problems(campaigns), *list_problems(campaigns)])
    if style == "json":
        echo_json({"file": str(file), "problems": [problem_json(problem) for problem in problems]})
    elif style == "github":
        for problem in problems:
            click.echo(annotation(problem, file))
    else:
        for text in problems_text(problems):
            click.echo(text)
        click.echo(f"{file}: {words.count(len(problems), 'problem')}")
    if problems:
        raise SystemExit(1)


def rendition_problems(campaigns: CampaignFile) -> list[Problem]:
    """The problems of everything that the file would send, each once."""
    wording = Wording(campaigns)
    return list(_once(problem for slot in slots(campaigns) for problem in wording.render(slot).problems))


def list_problems(campaigns: CampaignFile) -> Iterator[Problem]:
    """The problems of the private lists' people, under a key of the moment: here they need not be known again."""
    if campaigns.people:
        people = campaigns.with_people(lambda _: secrets.token_hex())
        yield from people.unusable_rows
        yield from rendition_problems(people)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen = set()
    for problem in problems:
        mark = (str(problem), problem.place)
        if mark not in seen:
            seen.add(mark)
            yield problem


def problem_json(problem: Problem) -> dict[str, object]:
    """A problem as JSON: ``file, line, column, text, hint``."""
    place = problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "text": str(problem),
        "hint": problem.hint,
    }


def annotation(problem: Problem, file: Path) -> str:
    """A problem as GitHub's workflow command for an error at a line."""
    place = problem.place
    where = (
        f"file={_property(place.file)},line={place.line},col={place.column}"
        if place
        else f"file={_property(str(file))}"
    )
    return f"::error {where}::{in_annotation(problem.with_hint)}"


def _property(text: str) -> str:
    return in_annotation(text).replace(":", "%3A").replace(",", "%2C")
