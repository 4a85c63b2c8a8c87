"""``kohoctl run``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from kohoctl.attempt import Ended
from kohoctl.campaign.file import CampaignFile
from kohoctl.cli import words
from kohoctl.cli.common import (
    campaign_file,
    delivery_json,
    echo_json,
    ledger_option,
    ledger_path,
    load_file,
    moment,
    redactor,
)
from kohoctl.cli.progress import progress
from kohoctl.delivery import deliver
from kohoctl.ledger import Ledger
from kohoctl.logs import configure_logs
from kohoctl.model import State
from kohoctl.plan import Planner
from kohoctl.run import Run

if TYPE_CHECKING:
    from kohoctl.rehearsal import Clock

REHEARSAL_LEDGER = "rehearsal.ledger.sqlite"
INTERRUPTED = 130


@click.command(short_help="Rehearse the whole calendar into files; with --live, deliver what is due.")
@campaign_file
@click.option("--live", is_flag=True, help="Deliver what is due now, for real.")
@click.option("--dry-run", is_flag=True, help="With --live: show the plan and stop there.")
@click.option(
    "--outbox",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where a rehearsal writes; outbox beside FILE if left out.",
)
@click.option("--until", metavar="TIME", help="Rehearse no further than this: 2015-06-05T23:59.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--log-format", type=click.Choice(["auto", "console", "json"]), default="auto", show_default=True)
@ledger_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    live: bool,
    dry_run: bool,
    outbox: Path | None,
    until: str | None,
    style: str,
    log_format: Any,
    ledger: Path | None,
) -> None:
    """Rehearse the whole calendar into files, reaching nobody; with --live, deliver what is due now."""
    if live and (outbox or until):
        raise click.UsageError("--outbox and --until are for a rehearsal: leave out --live")
    campaigns = load_file(file)
    if dry_run:
        _dry_run(campaigns, ledger_path(file, ledger), style)
        return
    ended: list[Ended] = []
    outbox = outbox or file.parent / "outbox"
    if live:
        stopped = _live(campaigns, ledger_path(file, ledger), log_format, ended.append)
    else:
        meant = ctx.get_parameter_source("ledger") is click.core.ParameterSource.COMMANDLINE
        own_ledger = ledger if ledger and meant else outbox / REHEARSAL_LEDGER
        stopped = _rehearse(campaigns, own_ledger, outbox, until, log_format, ended.append)
    _show(campaigns, ended, style, None if live else outbox)
    if stopped:
        raise SystemExit(INTERRUPTED)
    if any(state is not State.DELIVERED for state in _last(ended).values()):
        raise SystemExit(1)


def _dry_run(campaigns: CampaignFile, ledger: Path, style: str) -> None:
    from kohoctl.cli.plan import show

    now = moment(None, campaigns.timezone)
    with Ledger.read(ledger, "live") as book:
        show(campaigns, list(Planner(campaigns, book).plan(now)), now, style)


def _live(campaigns: CampaignFile, ledger: Path, log_format: Any, tell: Callable[[Ended], None]) -> bool:
    from kohoctl.live import Live
    from kohoctl.transport import open_transport

    def now() -> datetime:
        return datetime.now(UTC).astimezone(campaigns.timezone)

    if not ledger.exists():
        click.echo(f"a new ledger begins: {ledger}", err=True)
    with Ledger.open(ledger, "live") as book:
        sender = Live(open_transport(campaigns.folder, campaigns.mail, redactor))
        total = sum(1 for _ in Planner(campaigns, book).keys_due(now())) if sys.stderr.isatty() else 0
        with progress(total, tell) as (telling, stream):
            configure_logs(log_format, redactor, stream)
            run = Run(campaigns, book, sender, now, telling, redactor=redactor)
            with _signals(run):
                deliver(run)
    return run.stopping.is_set()


def _rehearse(
    campaigns: CampaignFile,
    ledger: Path,
    outbox: Path,
    until: str | None,
    log_format: Any,
    tell: Callable[[Ended], None],
) -> bool:
    from kohoctl.outbox_index import write_index
    from kohoctl.plan import slots
    from kohoctl.rehearsal import Clock, Outbox, play, reaching_nobody

    last = moment(until, campaigns.timezone) if until else None
    clock: Clock = Clock(datetime.min.replace(tzinfo=UTC))
    total = sum(1 for _ in slots(campaigns)) if sys.stderr.isatty() else 0
    with reaching_nobody(), Ledger.open(ledger, "rehearsal") as book, progress(total, tell) as (telling, stream):
        configure_logs(log_format, redactor, stream)
        run = Run(campaigns, book, Outbox(outbox, clock), clock.now, telling, redactor=redactor)
        with _signals(run):
            play(run, clock, last)
        write_index(campaigns, book, outbox)
    return run.stopping.is_set()


@contextmanager
def _signals(run: Run) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run in good order; a second one ends it at once."""

    def stop(number: int, _: FrameType | None) -> None:
        run.stop()
        signal.signal(number, signal.SIG_DFL)
        click.echo("finishing what is in flight; once more ends it at once, and leaves that unknown", err=True)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _last(ended: list[Ended]) -> dict[str, State]:
    """Each delivery's last word in this run."""
    return {one.outcome.key: one.outcome.state for one in ended}


def _show(campaigns: CampaignFile, ended: list[Ended], style: str, outbox: Path | None) -> None:
    last = {one.outcome.key: one for one in ended}
    if style == "json":
        echo_json(
            {
                "file": str(campaigns.path),
                "rehearsal": outbox is not None,
                "deliveries": [_ended_json(one) for one in last.values()],
            }
        )
        return
    for one in last.values():
        if one.outcome.state is not State.DELIVERED:
            click.echo(f"{one.outcome.state:<{words.STATE_WIDTH}}  {one.outcome.key}")
            click.echo(f"{'':{words.STATE_WIDTH}}  {one.outcome.reason}")
    what = "rehearsed" if outbox is not None else "run live"
    click.echo(
        f"{campaigns.path} {what}: {words.summary(_last(ended).values()) if last else 'nothing was left to deliver'}"
    )
    if outbox is not None:
        click.echo(f"What would have left, in order of time: {outbox / 'index.html'}")


def _ended_json(ended: Ended) -> dict[str, object]:
    outcome, planned = ended.outcome, ended.planned
    return delivery_json(
        planned.delivery, outcome.state, outcome.digest, planned.problems, outcome.receipt, reason=outcome.reason
    )
