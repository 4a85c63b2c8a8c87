"""``kohoctl record``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from kohoctl.answer_sheet import Selection
from kohoctl.campaign.problems import Wrong
from kohoctl.cli import recording
from kohoctl.cli.common import (
    campaign_file,
    ledger_option,
    ledger_path,
    load_file,
    no_plugins_option,
    rehearsal_ledger,
)
from kohoctl.cli.recording import Desk
from kohoctl.language import either, said_with_hint
from kohoctl.language import translated as _
from kohoctl.redaction import plain_text
from kohoctl.sheet import day_of
from kohoctl.states import Step

TAKES = {
    "key": {"step", "by", "place", "count", "total", "evidence", "on", "note"},
    "export": {"campaign", "message", "recipient"},
    "answers": {"campaign", "message", "recipient", "by"},
    "calls": {"campaign", "by"},
    "calls_on": {"campaign", "by", "topic", "count"},
}
"""What can be done, and the options that each takes."""
_TWO = "{one} and {other} are two things: do one after the other"


def _day(_ctx: click.Context, _option: click.Parameter, typed: str | None) -> date | None:
    """A day, as a campaign file or an office writes it."""
    try:
        return None if typed is None else day_of(typed)
    except Wrong as wrong:
        raise click.BadParameter(said_with_hint(wrong.problem)) from None


OneFile = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Record what people say of requests, and how many calls came.")
@campaign_file
@no_plugins_option
@click.argument("key", metavar="[KEY]", required=False)
@click.option(
    "--as",
    "step",
    type=click.Choice([str(step) for step in Step]),
    help="accepted: they will do it. placed: it is done, in --count places of --of; without a count, in all. "
    "evidenced: --evidence shows it. declined: they will not do it.",
)
@click.option("--by", metavar="WHO", help="Whose word it is; it stands in the ledger.")
@click.option("--place", help="The place that it is about; all of the request's if left out.")
@click.option("--count", type=int, help="In how many it is done; with --calls-on, how many calls came.")
@click.option("--of", "total", type=int, help="Of how many.")
@click.option("--evidence", metavar="FILE|URL", help="What shows it; of a file, path and SHA-256 are kept.")
@click.option("--on", metavar="DAY", callback=_day, help="The day of which they speak: 2015-06-10.")
@click.option("--note", help="What else they said.")
@click.option("--export", type=OneFile, help="Write a CSV form to fill in, a row for each place of a request.")
@click.option("--import", "answers", type=OneFile, help="Take down what a form says that came back.")
@click.option("--recipient", metavar="ID", help="The one recipient that the form is for.")
@click.option("--message", metavar="ID", help="The one message that the form is about.")
@click.option("--calls", type=OneFile, help="Take down counts of calls from a CSV file: 日付, 内容, 件数.")
@click.option(
    "--calls-on", metavar="DAY", callback=_day, help="Take down how many calls came on this day about --topic."
)
@click.option("--topic", help="What the calls were about.")
@click.option("--campaign", metavar="ID", help="Which campaign calls or form are of, where FILE has several.")
@click.option("--rehearsal", is_flag=True, help="Use the rehearsal's ledger instead of the live one.")
@ledger_option
@click.pass_context
def command(
    ctx: click.Context, /, file: Path, no_plugins: bool, rehearsal: bool, ledger: Path | None, **said: Any
) -> None:
    """Record how far a request has come, what a form says that came back, or how many calls came.

    Without KEY, --export, --import, --calls and --calls-on: show the requests that wait for somebody's word.
    """
    what = _asked_for(ctx, said)
    if what in ("key", "answers", "calls", "calls_on"):
        said["by"] = plain_text(said["by"] or "")
        if not said["by"]:
            raise click.UsageError(_("say whose word it is with --by"))
    campaigns = load_file(file, no_plugins)
    path = rehearsal_ledger(ctx, campaigns.folder / "outbox", ledger) if rehearsal else ledger_path(campaigns, ledger)
    now = datetime.now(UTC).astimezone(campaigns.timezone)
    _do(what, Desk(campaigns, path, "rehearsal" if rehearsal else "live", now), said)


def _do(what: str | None, desk: Desk, said: Mapping[str, Any]) -> None:
    selection = Selection(said["campaign"], said["message"], said["recipient"])
    match what:
        case "key":
            if said["step"] is None:
                raise click.UsageError(_("say how far it has come with --as"))
            recording.take_word(desk, said)
        case "export":
            recording.export(desk, said["export"], selection)
        case "answers":
            recording.take_answers(desk, said["answers"], selection, said["by"])
        case "calls":
            recording.take_calls(desk, said["calls"], said["campaign"], said["by"])
        case "calls_on":
            if said["count"] is None or not (said["topic"] or "").strip():
                text = "say what the calls were about with --topic, and how many came with --count"
                raise click.UsageError(_(text))
            recording.take_count(desk, said)
        case _:
            recording.show_open(desk)


def _asked_for(ctx: click.Context, said: Mapping[str, Any]) -> str | None:
    """What is to be done, of `TAKES`. Raises UsageError where that is several things, or an option is not for it."""
    names = {one.name: one.opts[0] if one.param_type_name == "option" else "KEY" for one in ctx.command.params}
    given = [name for name in said if said[name] is not None]
    what = [name for name in TAKES if name in given]
    if len(what) > 1:
        raise click.UsageError(_(_TWO, one=names[what[0]], other=names[what[1]]))
    wrong = [name for name in given if name not in (*what, *TAKES.get(what[0] if what else "", ()))]
    if wrong:
        meant = either([names[one] for one, takes in TAKES.items() if wrong[0] in takes])
        raise click.UsageError(_("{option} goes with {others}", option=names[wrong[0]], others=meant))
    return what[0] if what else None
