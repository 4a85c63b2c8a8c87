"""From the file's ``channels`` to the kinds' own objects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kohoctl.campaign.shape import ChannelShape
from kohoctl.campaign.validation import Spot, locate, mended, validated
from kohoctl.channel import Channel
from kohoctl.extensions import Extensions
from kohoctl.foreign import foreign
from kohoctl.problem import Problem
from kohoctl.redaction import failure
from kohoctl.settings import Surroundings
from kohoctl.stand_ins import unusable

_OURS = frozenset(ChannelShape.model_fields)
_STAND_INS = {"kind": "", "owner": "-"}


@dataclass(frozen=True, slots=True)
class Declared:
    """A channel as the file declares it: its kind, its object and its list; None for what cannot be used."""

    kind: type[Channel] | None
    channel: Channel | None
    recipients: str | None


def read_channel(spot: Spot, extensions: Extensions, lists: Collection[str], folder: Path) -> Declared:
    """The channel that stands at ``spot``, its problems added; its settings' paths are from ``folder``."""
    spot = spot._replace(keys=_OURS)
    shape = mended(ChannelShape, spot, _STAND_INS)
    kind = extensions.kinds.get(shape.kind)
    if kind is None and shape.kind:
        spot.problems.no_such("kind", locate(spot.tree, spot.mark, ("kind",)), shape.kind, extensions.kinds)
    listed = shape.recipients
    if listed is not None and listed not in lists:
        spot.problems.no_such("recipients", locate(spot.tree, spot.mark, ("recipients",)), listed, lists)
        listed = None
    return Declared(
        kind, _built(kind, shape, spot, Surroundings(folder, extensions.templates)) if kind else None, listed
    )


def _built(kind: type[Channel], shape: ChannelShape, spot: Spot, around: Surroundings) -> Channel | None:
    own = {key: value for key, value in spot.tree.items() if key not in _OURS}
    try:
        with foreign(f"the kind {kind.kind}"):
            settings = validated(kind.settings_model, own, spot, around)
            return kind(name=spot.name, owner=shape.owner, settings=settings) if settings is not None else None
    except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only the deliveries of its channel
        text, values = (
            "the kind {kind} cannot read these settings: {error}",
            {"kind": kind.kind, "error": failure(error)},
        )
        reason = Problem(text, values, place=spot.problems.place(spot.mark))
        return _built(unusable(kind.kind, reason), shape, spot, around)
