"""``kohoctl run``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from kohoctl.attempt import Ended
from kohoctl.campaign.file import CampaignFile
from kohoctl.cli.common import (
    campaign_file,
    ledger_option,
    ledger_path,
    load_file,
    moment,
    no_plugins_option,
    redactor,
    rehearsal_ledger,
    with_people,
)
from kohoctl.cli.folding import all_option
from kohoctl.cli.progress import progress
from kohoctl.cli.run_words import Endings, known_of, show_run
from kohoctl.delivery import deliver
from kohoctl.foreign import late, put_back_streams
from kohoctl.language import counted
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.logs import LogFormat, configure_logs
from kohoctl.plan import Planner
from kohoctl.run import Run

INTERRUPTED = 130


@click.command(short_help="Rehearse the whole calendar into files; with --live, deliver what is due.")
@campaign_file
@no_plugins_option
@click.option("--live", is_flag=True, help="Deliver what is due now, for real.")
@click.option("--dry-run", is_flag=True, help="Show the plan of a live run and stop there.")
@click.option(
    "--outbox",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where a rehearsal writes; outbox beside FILE if left out.",
)
@click.option("--until", metavar="TIME", help="Rehearse no further than this: 2015-06-05T23:59.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--log-format", type=click.Choice(["auto", "console", "json"]), default="auto", show_default=True)
@all_option
@ledger_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    no_plugins: bool,
    live: bool,
    dry_run: bool,
    outbox: Path | None,
    until: str | None,
    style: str,
    log_format: LogFormat,
    everything: bool,
    ledger: Path | None,
) -> None:
    """Rehearse the whole calendar into files, reaching nobody; with --live, deliver what is due now."""
    if (live or dry_run) and (outbox is not None or until is not None):
        raise click.UsageError(_("--outbox and --until are for a rehearsal: leave out --live and --dry-run"))
    if live and no_plugins:
        raise click.UsageError(_("--no-plugins leaves out an office's own rules too, so nothing is sent with it"))
    outbox = outbox or file.parent / "outbox"
    folder = outbox.absolute()  # found before any plugin is loaded, which may go to another folder
    campaigns = load_file(file, no_plugins, may_reach_out=live and not dry_run)
    if dry_run:
        _dry_run(campaigns, ledger_path(campaigns, ledger), style, everything=everything)
        return
    endings = Endings(keep_all=style == "json")
    if live:
        run = _live(with_people(campaigns), ledger_path(campaigns, ledger), log_format, endings.add)
    else:
        own_ledger = rehearsal_ledger(ctx, folder, ledger)
        run = _rehearse(campaigns.with_made_up_people(), own_ledger, folder, until, log_format, endings.add)
    put_back_streams()  # a kind that did not come back may have left others
    known = known_of(run, endings, ledger_path(campaigns, ledger)) if live else {}
    show_run(run, endings, known, style, None if live else outbox, everything=everything)
    if run.given_up and late():
        _leave(_exit_code(run, endings))
    raise SystemExit(_exit_code(run, endings))


def _exit_code(run: Run, endings: Endings) -> int:
    if run.stopping.is_set():
        return INTERRUPTED
    left = run.still_open or run.given_up or endings.not_delivered or run.file.unusable_rows
    return 1 if left else 0


def _leave(code: int) -> NoReturn:
    """End the process at once: Python itself would first wait for the threads of a pool that a kind has not given
    back, for ever."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _dry_run(campaigns: CampaignFile, ledger: Path, style: str, *, everything: bool) -> None:
    from kohoctl.cli.plan import show_plan
    from kohoctl.cli.planning import make_plan

    campaigns = with_people(campaigns)
    plan = make_plan(campaigns, ledger, moment(None, campaigns.timezone))
    show_plan(plan, style, everything=everything)
    if plan.is_in_trouble or campaigns.unusable_rows:
        raise SystemExit(1)


def _live(campaigns: CampaignFile, ledger: Path, log_format: LogFormat, tell: Callable[[Ended], None]) -> Run:
    from kohoctl.live import Live
    from kohoctl.observers import observed
    from kohoctl.transport import open_transport

    def now() -> datetime:
        return datetime.now(UTC).astimezone(campaigns.timezone)

    is_new = not ledger.exists()
    with Ledger.open(ledger, "live") as book:
        transport = open_transport(campaigns.folder, campaigns.mail, redactor)
        total = sum(1 for _ in Planner(campaigns, book).keys_due(now())) if sys.stderr.isatty() else 0
        with progress(total, tell) as (telling, stream):
            configure_logs(log_format, redactor, stream)
            with observed(telling, campaigns.extensions.observers, transport) as telling_all:
                run = Run(campaigns, book, Live(transport), now, telling_all, redactor=redactor)
                if is_new:
                    run.log.warning("a new ledger begins", ledger=str(ledger))
                with _signals(run):
                    deliver(run)
    return run


def _rehearse(
    campaigns: CampaignFile,
    ledger: Path,
    outbox: Path,
    until: str | None,
    log_format: LogFormat,
    tell: Callable[[Ended], None],
) -> Run:
    from kohoctl.guard import reaching_nobody
    from kohoctl.outbox_index import write_index
    from kohoctl.plan import slots
    from kohoctl.rehearsal import Clock, Outbox, begin_anew, play

    last = moment(until, campaigns.timezone) if until is not None else None
    clock = Clock(datetime.min.replace(tzinfo=UTC))
    different = begin_anew(campaigns, ledger, outbox)
    if different:
        what = counted(different, "delivery", "deliveries")
        click.echo(
            _("rehearsed anew: {deliveries} of the last rehearsal would be another now", deliveries=what), err=True
        )
    total = sum(1 for _ in slots(campaigns)) if sys.stderr.isatty() else 0
    with reaching_nobody(), Ledger.open(ledger, "rehearsal") as book, progress(total, tell) as (telling, stream):
        configure_logs(log_format, redactor, stream)
        run = Run(campaigns, book, Outbox(outbox, clock), clock.now, telling, redactor=redactor)
        with _signals(run):
            play(run, clock, last)
        write_index(campaigns, book, outbox)
    return run


@contextmanager
def _signals(run: Run) -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP end the run in good order; a second one ends it at once."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        run.stop()
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        run.log.warning("finishing what is in flight; once more ends it at once, and leaves that unknown")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
