"""The hooks: how a plugin tells kohoctl what it brings, and what it wants to see.

A plugin is a module whose functions bear these names and the mark `hookimpl`. Each takes as many of the arguments, by
name, as it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from kohoctl.channel import Channel
    from kohoctl.model import Message, Receipt, Rendition
    from kohoctl.problem import Problem
    from kohoctl.states import Delivery
    from kohoctl.transport import Transport

PROJECT = "kohoctl"
INTERFACE = 1
"""The version of what this module and the package's public names promise to plugins. A plugin names the one that it was
written for as ``KOHOCTL_INTERFACE``; one that names a newer one than this is not loaded."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def kohoctl_channels() -> Iterable[type[Channel]]:
    """The kinds of channel that this plugin brings: classes that derive from `kohoctl.Channel`."""
    raise NotImplementedError  # pluggy never calls a specification


@hookspec
def kohoctl_check(message: Message, channel: Channel, rendition: Rendition) -> Iterable[Problem]:
    """What is wrong with a rendition by this plugin's own rules, such as an office's list of words not to use.

    Called for every rendition of every kind, wherever one is made: by check, plan and run. Pure, as ``render`` is. A
    rendition with a problem is never sent; one that this function fails on has that as its problem.
    """
    raise NotImplementedError


@hookspec
def kohoctl_delivered(delivery: Delivery, receipt: Receipt, transport: Transport) -> None:
    """Told of each delivery that a live run made, after the ledger holds its receipt.

    Runs beside the deliveries, one call at a time, and decides nothing: whatever it raises is logged, and it is not
    called again for that delivery.
    """
    raise NotImplementedError


@hookspec
def kohoctl_calendars() -> Mapping[str, Callable[[date, date], Iterable[date]]]:
    """Calendars by name, for ``when: {calendar: NAME}``: each gives its days from a first to a last one, both included.

    Pure: the same days each time. A calendar of the campaign file's own with the same name is an error that names both.
    """
    raise NotImplementedError


@hookspec
def kohoctl_filters() -> Mapping[str, Callable[[str], str]]:
    """Filters by name, for ``{{ fact | NAME }}``: each makes a text of a fact's text.

    Pure. One that raises `ValueError` says with it what is wrong with the fact.
    """
    raise NotImplementedError


@hookspec
def kohoctl_templates() -> Mapping[str, Path]:
    """Document templates by name: Typst files that a channel's ``template`` may name instead of kohoctl's own."""
    raise NotImplementedError
