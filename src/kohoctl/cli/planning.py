"""A plan as the commands show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.lists import all_held
from kohoctl.plan import Planner
from kohoctl.states import Entry, Planned


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a moment; what the ledger knows and the file has ``dropped``; and the channels to whose lists nothing
    may go, ``held`` back each with the reason. Without a ledger nobody knows what went out."""

    file: CampaignFile
    now: datetime
    planned: Sequence[Planned]
    dropped: Sequence[Entry]
    held: Mapping[str, str]
    has_ledger: bool

    @property
    def title(self) -> str:
        return _("{file} at {now:%Y-%m-%d %H:%M %Z}", file=self.file.path, now=self.now)

    @property
    def is_in_trouble(self) -> bool:
        """Whether something of it could not go out as it is."""
        return bool(self.held) or any(one.problems for one in self.planned)


def make_plan(campaigns: CampaignFile, ledger: Path, now: datetime) -> Plan:
    """The plan of a moment. What keeps whole channels from sending is told on the way."""
    with Ledger.read(ledger, "live") as book:
        planner = Planner(campaigns, book)
        planned, dropped = list(planner.plan(now)), planner.dropped()
        held = all_held(campaigns, book)
    for channel, why in campaigns.closed.items():
        click.echo(_("{channel} is shown with made-up people: {why}", channel=channel, why=why), err=True)
    for channel, why in held.items():
        click.echo(_("nothing goes out by {channel}: {why}", channel=channel, why=why), err=True)
    return Plan(campaigns, now, planned, dropped, held, ledger.exists())
