"""What several commands share: reading the file, opening the ledger, reading a time, naming deliveries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.campaign.text import problems_text
from kohoctl.errors import BadFile
from kohoctl.guard import reaching_nobody
from kohoctl.model import Receipt
from kohoctl.plugins import find_kinds
from kohoctl.problem import Problem
from kohoctl.redaction import Redactor
from kohoctl.states import Delivery, Planned

REHEARSAL_LEDGER = "rehearsal.ledger.sqlite"
"""The rehearsal's own ledger, in the outbox."""

redactor = Redactor()
"""Every secret that this process has read."""

campaign_file = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
ledger_option = click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="KOHOCTL_LEDGER",
    show_envvar=True,
    help="The ledger; FILE's name with .ledger.sqlite if left out. A rehearsal keeps its own in the outbox.",
)


def load_file(path: Path, *, may_reach_out: bool = False) -> CampaignFile:
    """The campaign file at ``path``, its plugins found. Raises `BadFile`; a plugin that did not load is only named.

    Unless they ``may_reach_out``, the plugins are kept from it while they are loaded.
    """
    source = read(path)
    with nullcontext() if may_reach_out else reaching_nobody():
        kinds = find_kinds(path.parent, plugins_of(source))
    for text in problems_text(kinds.problems):
        click.echo(text, err=True)
    return load(source, kinds.classes)


def load_file_and_problems(path: Path) -> tuple[CampaignFile | None, list[Problem]]:
    """The campaign file, None where it cannot be used, and every problem of it and of its plugins."""
    try:
        source = read(path)
        with reaching_nobody():
            kinds = find_kinds(path.parent, plugins_of(source))
    except BadFile as error:
        return None, list(error.problems)
    try:
        return load(source, kinds.classes), list(kinds.problems)
    except BadFile as error:
        return None, [*kinds.problems, *error.problems]


def ledger_path(file: Path, given: Path | None) -> Path:
    """The live ledger of a campaign file: beside it, unless another is given."""
    return given or file.resolve().with_suffix(".ledger.sqlite")


def rehearsal_ledger(ctx: click.Context, outbox: Path, given: Path | None) -> Path:
    """The rehearsal's ledger: in the outbox, unless the command line itself names another."""
    meant = ctx.get_parameter_source("ledger") is click.core.ParameterSource.COMMANDLINE
    return given if given is not None and meant else outbox / REHEARSAL_LEDGER


def moment(text: str | None, timezone: ZoneInfo) -> datetime:
    """``text`` as a moment, in ``timezone`` where it names no other; now where there is none."""
    if text is None:
        return datetime.now(UTC).astimezone(timezone)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no time: write 2015-06-04T10:00") from None
    return found if found.tzinfo else found.replace(tzinfo=timezone)


def delivery_json(
    delivery: Delivery,
    state: str,
    digest: str,
    problems: Iterable[Problem] = (),
    receipt: Receipt | None = None,
    **more: object,
) -> dict[str, object]:
    """One delivery as every command's JSON shows it."""
    return {
        "key": delivery.key,
        "campaign": delivery.campaign,
        "message": delivery.message,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "recipient": delivery.recipient,
        "due": delivery.due.isoformat() if delivery.due else None,
        "state": state,
        "digest": digest,
        "problems": [str(problem) for problem in problems],
        "receipt": receipt.as_json() if receipt else None,
        **more,
    }


def planned_json(planned: Planned) -> dict[str, object]:
    """A planned delivery as JSON."""
    receipt = planned.entry.receipt if planned.entry else None
    return delivery_json(
        planned.delivery, planned.state, planned.rendition.digest, planned.problems, receipt, changed=planned.changed
    )


def echo_json(value: object) -> None:
    """``value`` as JSON that a person can read too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
