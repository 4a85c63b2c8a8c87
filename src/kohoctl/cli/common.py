"""What several commands share: reading the file, opening the ledger, reading a time, naming deliveries."""

from __future__ import annotations

import codecs
import gc
import io
import json
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeVar
from zoneinfo import ZoneInfo

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import Source, load, load_usable, plugins_of, read, secrets_of
from kohoctl.campaign.problems import Wrong
from kohoctl.campaign.text import problems_text
from kohoctl.errors import BadFile, KohoctlError
from kohoctl.foreign import own, supervised
from kohoctl.guard import reaching_nobody
from kohoctl.kept_secrets import at_hand, read_secret
from kohoctl.language import Sentence, said
from kohoctl.language import translated as _
from kohoctl.logs import configure_logs, of_plugin, own_log
from kohoctl.model import Receipt
from kohoctl.plugins import find_plugins
from kohoctl.problem import Problem
from kohoctl.redaction import Redactor
from kohoctl.settings import Secret
from kohoctl.states import Delivery, Planned

REHEARSAL_LEDGER = "rehearsal.ledger.sqlite"
"""The rehearsal's own ledger, in the outbox."""

T = TypeVar("T")

redactor = Redactor()
"""Every secret that this process has read."""

campaign_file = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
no_plugins_option = click.option(
    "--no-plugins",
    is_flag=True,
    envvar="KOHOCTL_NO_PLUGINS",
    show_envvar=True,
    help="Load the built-in kinds alone: no code of an installed plugin, nor of one that FILE names, is run.",
)
ledger_option = click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    envvar="KOHOCTL_LEDGER",
    show_envvar=True,
    help="The ledger; FILE's name with .ledger.sqlite if left out. A rehearsal keeps its own in the outbox.",
)


def load_file(path: Path, no_plugins: bool, *, may_reach_out: bool = False) -> CampaignFile:
    """The campaign file at ``path``, with its plugins. Raises `BadFile`; a plugin that did not load is only named.

    Unless it ``may_reach_out``, the command is kept from it from now on, the plugins' code included.
    """
    supervise(may_reach_out=may_reach_out)
    source = read_source(path)
    plugins = find_plugins(source.folder, plugins_of(source), only_built_in=no_plugins)
    try:
        return _kept(load(source, plugins.extensions, plugins.mistakes))
    finally:
        for text in problems_text(plugins.problems):
            click.echo(text, err=True)


def load_file_and_problems(path: Path, no_plugins: bool) -> tuple[Source | None, CampaignFile | None, list[Problem]]:
    """The campaign file as it was read and as it was loaded, each None where that could not be done; and every problem
    of it and of its plugins, used or not."""
    supervise()
    try:
        source = read_source(path)
    except BadFile as error:
        return None, None, list(error.problems)
    plugins = find_plugins(source.folder, plugins_of(source), only_built_in=no_plugins)
    plugins.load_all(built_in=False)
    try:
        file = _kept(load(source, plugins.extensions, plugins.mistakes))
    except BadFile as error:
        return source, None, [*plugins.problems, *error.problems]
    return source, file, list(plugins.problems)


def load_what_can_be_used(
    path: Path, no_plugins: bool
) -> tuple[Source | None, CampaignFile | None, list[Problem], list[Problem]]:
    """The campaign file as it was read, and what can be shown of it, each None where that is nothing; its problems; and
    those of plugins that did not load, which keep nothing of the file from being sent.

    Nothing is ever sent of such a file: a live run takes one without problems.
    """
    supervise()
    try:
        source = read_source(path)
    except BadFile as error:
        return None, None, list(error.problems), []
    plugins = find_plugins(source.folder, plugins_of(source), only_built_in=no_plugins)
    file, problems = load_usable(source, plugins.extensions, plugins.mistakes)
    return source, file, list(problems), list(plugins.problems)


def read_source(path: Path, beside: Path | None = None) -> Source:
    """The file at ``path``. Of its secrets, those at hand, also in files ``beside`` another version of it, are kept out
    of what is shown from now on: a plugin may quote one in whatever it says. Raises `BadFile`."""
    source = _kept(read(path))
    for where in secrets_of(source):
        for folder in (source.folder, beside or source.folder):
            for secret in at_hand(where, folder):
                redactor.add(secret)
    return source


def _kept(read: T) -> T:
    """``read``, which stays as long as the process does: no collection of garbage looks through it again."""
    gc.freeze()
    return read


def with_people(file: CampaignFile) -> CampaignFile:
    """The file with the people of its private lists, where their keys are at hand; rows that name nobody are shown."""
    if not file.people:
        return file

    def secret(where: Secret) -> str:
        value = read_secret(where, file.folder)
        redactor.add(value)
        return value

    try:
        opened = file.with_people(secret)
    except Wrong as wrong:
        raise KohoctlError(said(wrong.problem)) from None
    for text in problems_text(opened.unusable_rows):
        click.echo(text, err=True)
    return opened


def supervise(*, may_reach_out: bool = False) -> None:
    """From now on to the end of the command: what plugins print goes to the log, and what they do is bounded.

    Unless it ``may_reach_out``, this process opens no socket and starts no program.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8", errors="replace")  # as click does, past what scrubs
    configure_logs("auto", redactor, sys.stderr)
    context = click.get_current_context()
    context.with_resource(supervised(_overheard, redactor.scrub))
    context.with_resource(nullcontext() if may_reach_out else reaching_nobody())


def _overheard(who: str, line: str) -> None:
    own_log().warning("printed by a plugin", plugin=who, text=of_plugin(line, redactor))


def ledger_path(campaigns: CampaignFile, given: Path | None) -> Path:
    """The live ledger of a campaign file: beside it, unless another is given."""
    return given or (campaigns.folder / campaigns.path.name).resolve().with_suffix(".ledger.sqlite")


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
        raise click.BadParameter(_("{text} is no time: write 2015-06-04T10:00", text=text)) from None
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
        "problems": [said(problem) for problem in problems],
        "receipt": receipt.as_json() if receipt else None,
        **more,
    }


def planned_json(planned: Planned) -> dict[str, object]:
    """A planned delivery as JSON."""
    receipt = planned.entry.receipt if planned.entry else None
    return delivery_json(
        planned.delivery, planned.state, planned.rendition.digest, planned.problems, receipt, changed=planned.changed
    )


def echo_json(value: object, out: TextIO | None = None) -> None:
    """``value`` as JSON that a person can read too, on ``out``, or else on stdout."""
    scrubbed = redactor.scrub_all(value)  # not the JSON itself, which a secret of digits could break
    click.echo(json.dumps(scrubbed, ensure_ascii=False, indent=2), own(out or sys.stdout))


def write_file(path: Path, content: bytes) -> None:
    """Put ``content`` into the file at ``path``. Raises `KohoctlError` where that cannot be."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise KohoctlError(Sentence("{path} cannot be written: {reason}", path=path, reason=error.strerror)) from error
