"""``kohoctl plan``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from kohoctl.changes import Kind
from kohoctl.cli import words
from kohoctl.cli.against import Against, against_option, compared
from kohoctl.cli.common import (
    campaign_file,
    echo_json,
    ledger_option,
    ledger_path,
    load_file,
    moment,
    no_plugins_option,
    planned_json,
    with_people,
)
from kohoctl.cli.folding import Told, all_option, folded
from kohoctl.cli.plan_markdown import as_markdown
from kohoctl.cli.plan_markdown_words import Lang
from kohoctl.cli.planning import Plan, make_plan
from kohoctl.language import JAPANESE, said, spoken
from kohoctl.language import translated as _
from kohoctl.versions import other_version

SOMETHING_DUE = 3
"""Exit code with ``--detailed-exitcode`` where a live run would send something."""


GITHUB_COMMENT = 65_536
"""Characters that a comment on GitHub may have: its API refuses more, "body is too long (maximum is 65536 characters)",
https://github.com/dead-claudia/github-limits."""
GITLAB_NOTE = 1_000_000
"""Characters that a note on GitLab may have,
https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics.
"""


@click.command(short_help="Show what would be delivered, what is done and what waits.")
@campaign_file
@no_plugins_option
@click.option("--at", metavar="TIME", help="Plan for this moment instead of now: 2015-06-04T10:00.")
@against_option
@click.option("--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option(
    "--max-length",
    type=click.IntRange(min=2_000),
    default=GITHUB_COMMENT,
    show_default=True,
    help=f"The most characters of the Markdown, a comment's on GitHub; a note on GitLab may have {GITLAB_NOTE}.",
)
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Of the Markdown; the command line's if left out.")
@click.option("--detailed-exitcode", is_flag=True, help="Answer 3 where something is due.")
@all_option
@ledger_option
def command(
    file: Path,
    no_plugins: bool,
    at: str | None,
    against: str | None,
    style: str,
    max_length: int,
    lang: Lang | None,
    detailed_exitcode: bool,
    everything: bool,
    ledger: Path | None,
) -> None:
    """Show what would be delivered, what is done and what waits; nothing is sent."""
    context = click.get_current_context()
    version = context.with_resource(other_version(file, against)) if against else None  # before no program may start
    loaded = load_file(file, no_plugins)
    other = compared(version, against, loaded) if version and against else None
    campaigns = with_people(loaded)
    plan = make_plan(campaigns, ledger_path(campaigns, ledger), moment(at, campaigns.timezone))
    if style == "markdown":
        click.echo(
            as_markdown(
                plan,
                loaded,
                other,
                lang or ("ja" if spoken() == JAPANESE else "en"),
                max_length,
                _command(file, against, at),
            )
        )
    else:
        show_plan(plan, style, other, everything=everything)
    if plan.is_in_trouble or campaigns.unusable_rows or (other and other.changes is None):
        raise SystemExit(1)
    if detailed_exitcode and any(one.ready for one in plan.planned):
        raise SystemExit(SOMETHING_DUE)


def show_plan(plan: Plan, style: str, other: Against | None = None, *, everything: bool = False) -> None:
    """Print the plan as text or JSON."""
    if style == "json":
        _echo_plan(plan, other)
        return
    for line in folded(_told(plan, other), everything):
        click.echo(line)
    for entry in plan.dropped:
        gone = words.indented(_("the file does not name this any more"))
        click.echo("\n".join([*words.entry_lines(entry), gone]))
    for change in other.gone if other else ():
        click.echo(words.gone_line(change))
    summary = words.summary(one.state for one in plan.planned)
    click.echo("\n" + _("{title}: {deliveries}", title=plan.title, deliveries=summary))
    if other:
        click.echo(other.summary())


def _told(plan: Plan, other: Against | None) -> Iterator[Told]:
    """Each delivery of the plan as text, and whether it is new or changed since the other version."""
    for one in plan.planned:
        lines = words.plan_lines(one, plan.file, plan.now)
        kind = other.kind(one.delivery) if other else None
        if other and kind in (Kind.NEW, Kind.CHANGED):
            lines.append(words.indented(_("{kind} since {version}", kind=said(str(kind)), version=other.name)))
        yield Told(one.delivery.key, lines, [one.rendition.digest[: words.DIGEST_SHOWN]])


def _echo_plan(plan: Plan, other: Against | None) -> None:
    deliveries = [planned_json(one) for one in plan.planned]
    if other:
        for shown, one in zip(deliveries, plan.planned, strict=True):
            shown["change"] = other.kind(one.delivery)
    echo_json(
        {
            "file": str(plan.file.path),
            "at": plan.now.isoformat(),
            "deliveries": deliveries,
            "dropped": [{"key": entry.key, "state": entry.state, "digest": entry.digest} for entry in plan.dropped],
            **(other.as_json() if other else {}),
        }
    )


def _command(file: Path, against: str | None, at: str | None) -> str:
    """The command that shows all of what Markdown of a limited length leaves out."""
    options = [*(["--against", against] if against else []), *(["--at", at] if at else [])]
    whole = ["kohoctl", "plan", str(file), *options, "--format", "markdown", "--max-length", str(GITLAB_NOTE)]
    return shlex.join(whole)
