"""``kohoctl purge``."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from kohoctl.campaign.problems import Wrong
from kohoctl.campaign.times import parse_duration
from kohoctl.cli.common import campaign_file, ledger_option, ledger_path, load_file, no_plugins_option
from kohoctl.language import counted, said_with_hint
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.purging import Found, find_batches, remove

KEPT = "30 days"
"""How long a printer may still ask for a page anew."""


def _age(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    try:
        return parse_duration(value)
    except Wrong as wrong:
        raise click.BadParameter(said_with_hint(wrong.problem)) from None


@click.command(short_help="Remove print runs that are no longer needed, and say what was removed.")
@campaign_file
@no_plugins_option
@click.option("--run", "name", metavar="NAME", help="Only the print run of this name.")
@click.option(
    "--older-than",
    metavar="TIME",
    default=KEPT,
    show_default=True,
    callback=_age,
    help="Only what was made longer ago than this.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and stop there.")
@ledger_option
def command(
    file: Path, no_plugins: bool, name: str | None, older_than: timedelta, dry_run: bool, ledger: Path | None
) -> None:
    """Remove the print runs of FILE's letters, which hold names and addresses, and say what was removed.

    The index of a print run names no person and stays, so that no letter goes out twice. A print run whose letters are
    in doubt stays as it is.
    """
    campaigns = load_file(file, no_plugins)
    path = ledger_path(campaigns, ledger)
    now = datetime.now(UTC)
    with Ledger.read(path, "live") as book:
        found = list(find_batches(campaigns, book, now, name, older_than))
    if name is not None and not found:
        raise click.UsageError(_("there is no print run {name}, or its letters were removed before", name=name))
    going = [one for one in found if one.stays is None]
    for one in found:
        if one.stays is not None:
            click.echo(_("{name} stays: {why}", name=one.batch.name, why=one.stays))
    if dry_run:
        for one in going:
            click.echo(_("{name} would be removed: {files}", name=one.batch.name, files=_files(one)))
    else:
        _remove_all(going, path, now)
    text = "{file}: {runs} to remove" if dry_run else "{file}: {runs} removed"
    click.echo(_(text, file=file, runs=counted(len(going), "print run")))


def _remove_all(going: list[Found], ledger: Path, now: datetime) -> None:
    """Remove while no run is at work on the channels, so that none is at the files."""
    if not going:
        return
    with Ledger.open(ledger, "live") as book, ExitStack() as held:
        for channel in sorted({one.channel for one in going}):
            if not held.enter_context(book.hold(channel)):
                raise click.ClickException(_("a run is at work on {channel}: wait until it has ended", channel=channel))
        for one in going:
            files = _files(one)
            size = remove(one, book, now)
            click.echo(_("{name} removed: {files}, {size:,} bytes", name=one.batch.name, files=files, size=size))


def _files(one: Found) -> str:
    """What a print run's files are, in words."""
    text = "{files} with {letters}" if one.batch.keys else "{files}, never finished"
    files = ", ".join(path.name for path in one.batch.files)
    return _(text, files=files, letters=counted(len(one.batch.keys), "letter"))
