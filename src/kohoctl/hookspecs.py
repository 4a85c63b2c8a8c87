"""The hook by which a plugin registers its kinds of channel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from kohoctl.channel import Channel

PROJECT = "kohoctl"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def kohoctl_channels() -> Iterable[type[Channel]]:
    """The kinds of channel that this plugin brings: classes that derive from `kohoctl.Channel`."""
    raise NotImplementedError  # pluggy never calls a specification
