"""What stands in for a kind that cannot be used, so that it costs its own deliveries and no others."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict

from kohoctl.channel import Channel
from kohoctl.model import Message, Recipient, Rendition
from kohoctl.problem import Problem
from kohoctl.settings import Settings, Version


class AnySettings(Settings):
    """Whatever is set: nobody can tell what may be."""

    model_config = ConfigDict(extra="allow")


class AnyVersion(Version):
    """Whatever a message says for the channel."""

    model_config = ConfigDict(extra="allow")


class StandIn(Channel):
    """A kind that cannot be used: every rendition has the reason as its problem, so that none is ever sent."""

    settings_model = AnySettings
    version_model = AnyVersion
    reposts = True
    reason: ClassVar[Problem]

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        return Rendition({}, problems=(self.reason,))


class LeftOut(StandIn):
    """A kind whose plugin was not to be loaded."""


def unusable(kind: str, reason: Problem) -> type[Channel]:
    """A stand-in for ``kind``, which cannot be used for ``reason``."""
    return type(StandIn.__name__, (StandIn,), {"kind": kind, "reason": reason, "__module__": __name__})


def left_out(kind: str, origin: str) -> type[Channel]:
    """A stand-in for ``kind``, whose plugin was left out."""
    reason = Problem("the plugin {origin}, which brings this kind, was left out", {"origin": origin})
    return type(LeftOut.__name__, (LeftOut,), {"kind": kind, "reason": reason, "__module__": __name__})
