"""How a delivery that is not done goes on: by itself in a later run, or by a person's word."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path

from kohoctl.campaign.file import CampaignFile
from kohoctl.channel import may_resend
from kohoctl.language import Sentence
from kohoctl.states import Entry, Planned, State

DECISIONS = {
    State.REFUSED: "mend it in the file, or have it tried again as it is: {command} --as unreached --by WHO",
    State.MISSED: "give it a new date, or have it sent late: {command} --as unreached --by WHO",
    State.UNKNOWN: "look whether it is there: {command} --as delivered --by WHO, or, where it is not, --as unreached",
}
"""What a person may do about a delivery that ended so."""


def next_step(planned: Planned, campaigns: CampaignFile, now: datetime) -> Sentence | None:
    """What comes next for a delivery; None where that is nothing, or depends on the file alone."""
    if planned.entry is not None and planned.entry.by is not None:
        return None
    return by_itself(planned, campaigns, now) or by_a_person(planned.state, planned.delivery.key, campaigns.path)


def by_itself(planned: Planned, campaigns: CampaignFile, now: datetime) -> Sentence | None:
    """What a later run does about it without anybody's word; None where it does nothing."""
    entry = planned.entry
    if entry is not None and planned.state is State.UNREACHED:
        return tried_again(entry.retry_at, campaigns, now)
    if entry is not None and planned.state is State.UNKNOWN and _can_be_told(planned, entry, campaigns, now):
        return Sentence("made sure of by the next run")
    return None


def by_a_person(state: State, key: str, file: Path) -> Sentence | None:
    """What a person may do about it, with the command; None where there is nothing to decide."""
    if state not in DECISIONS:
        return None
    return Sentence(DECISIONS[state], command=f"kohoctl reconcile {shlex.quote(str(file))} {key}")


def tried_again(retry_at: datetime | None, campaigns: CampaignFile, now: datetime) -> Sentence:
    """When a run tries again what certainly was not sent."""
    if retry_at is None or retry_at <= now:
        return Sentence("tried again by the next run")
    return Sentence("tried again from {at:%Y-%m-%d %H:%M:%S}", at=retry_at.astimezone(campaigns.timezone))


def _can_be_told(planned: Planned, entry: Entry, campaigns: CampaignFile, now: datetime) -> bool:
    """Whether a run looks what became of an unknown, or may send it again."""
    channel, deadline = campaigns.channels[planned.delivery.channel], planned.delivery.deadline
    if entry.digest != planned.rendition.digest:
        return False
    in_time = deadline is None or now <= deadline or entry.released_by is not None
    return channel.can_find or (in_time and may_resend(channel, entry.began, now))
