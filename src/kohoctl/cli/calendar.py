"""``kohoctl calendar``."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import click

from kohoctl.cli.common import campaign_file, load_file, no_plugins_option, write_file
from kohoctl.errors import KohoctlError
from kohoctl.ics import as_ics, events
from kohoctl.language import counted
from kohoctl.language import translated as _

_UNKNOWN = {
    "channel": ("the file has no channel {name}", "the file has no channel {name}; did you mean {near}?"),
    "owner": ("the file has no owner {name}", "the file has no owner {name}; did you mean {near}?"),
}


@click.command(short_help="Export what is planned as iCalendar, for an office's own calendar.")
@campaign_file
@no_plugins_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write, such as koho.ics."
)
@click.option("--channel", "channels", metavar="NAME", multiple=True, help="Of this channel only; may be given again.")
@click.option("--owner", "owners", metavar="NAME", multiple=True, help="Of this owner's channels only; likewise.")
def command(
    file: Path, no_plugins: bool, output: Path | None, channels: tuple[str, ...], owners: tuple[str, ...]
) -> None:
    """Export what is planned as iCalendar: an event for each message, channel and moment, and one for each day of
    broadcast or publication, and each day of answer. No recipient is named."""
    campaigns = load_file(file, no_plugins)
    _ensure_known("channel", channels, campaigns.channels)
    _ensure_known("owner", owners, {channel.owner for channel in campaigns.channels.values()})
    found = events(campaigns, channels or None, owners or None)
    if not found:
        raise KohoctlError("there is nothing to export: no message here has a time of its own")
    content = as_ics(campaigns, found)
    if output is None:
        click.echo(content.decode(), nl=False)
        return
    write_file(output, content)
    click.echo(_("{events} in {file}.", events=counted(len(found), "event"), file=output))


def _ensure_known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raises UsageError for a name that the file does not have."""
    there = list(known)
    for name in names:
        if name not in there:
            near = get_close_matches(name, there, 1)
            plain, with_near = _UNKNOWN[what]
            raise click.UsageError(_(with_near if near else plain, name=name, near=near[0] if near else ""))
