"""``kohoctl plugins``: a file for each of its commands."""

from __future__ import annotations

import click

from kohoctl.cli.lazy import LazyGroup

SUMMARIES = {
    "list": "Show every kind of channel at hand, where it comes from and what may be set.",
    "new": "Make a new plugin with its test, or a package of one.",
    "test": "Try a plugin against the contract that every channel keeps.",
}


@click.command(
    cls=LazyGroup,
    package=__name__,
    summaries=SUMMARIES,
    short_help="Show the kinds of channel at hand, make a new one, and try it.",
)
def command() -> None:
    """Channels of one's own: see what is there, make one, and try it."""
