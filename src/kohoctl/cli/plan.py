"""``kohoctl plan``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.cli import words
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
from kohoctl.ledger import Ledger
from kohoctl.lists import all_held
from kohoctl.plan import Planner
from kohoctl.states import Planned

SOMETHING_DUE = 3
"""Exit code with ``--detailed-exitcode`` where a live run would send something."""


@click.command(short_help="Show what would be delivered, what is done and what waits.")
@campaign_file
@no_plugins_option
@click.option("--at", metavar="TIME", help="Plan for this moment instead of now: 2015-06-04T10:00.")
@click.option("--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--detailed-exitcode", is_flag=True, help="Answer 3 where something is due.")
@ledger_option
def command(
    file: Path, no_plugins: bool, at: str | None, style: str, detailed_exitcode: bool, ledger: Path | None
) -> None:
    """Show what would be delivered, what is done and what waits; nothing is sent."""
    campaigns = with_people(load_file(file, no_plugins))
    planned, held = show_plan(campaigns, ledger_path(campaigns, ledger), moment(at, campaigns.timezone), style)
    if any(one.problems for one in planned) or campaigns.unusable_rows or held:
        raise SystemExit(1)
    if detailed_exitcode and any(one.ready for one in planned):
        raise SystemExit(SOMETHING_DUE)


def show_plan(
    campaigns: CampaignFile, ledger: Path, now: datetime, style: str
) -> tuple[list[Planned], Mapping[str, str]]:
    """Print the plan of a moment, and return it with the channels to whose lists nothing may go."""
    with Ledger.read(ledger, "live") as book:
        planner = Planner(campaigns, book)
        planned, dropped = list(planner.plan(now)), planner.dropped()
        held = all_held(campaigns, book)
    for channel, why in campaigns.closed.items():
        click.echo(f"{channel} is shown with made-up people: {why}", err=True)
    for channel, why in held.items():
        click.echo(f"nothing goes out by {channel}: {why}", err=True)
    title = f"{campaigns.path} at {now:%Y-%m-%d %H:%M %Z}"
    if style == "json":
        echo_json(
            {
                "file": str(campaigns.path),
                "at": now.isoformat(),
                "deliveries": [planned_json(one) for one in planned],
                "dropped": [{"key": entry.key, "state": entry.state, "digest": entry.digest} for entry in dropped],
            }
        )
    elif style == "markdown":
        click.echo(words.plan_markdown(planned, dropped, title))
    else:
        for one in planned:
            click.echo("\n".join(words.plan_lines(one, campaigns, now)))
        for entry in dropped:
            click.echo("\n".join([*words.entry_lines(entry), words.indented("the file does not name this any more")]))
        click.echo(f"\n{title}: {words.summary(one.state for one in planned)}")
    return planned, held
