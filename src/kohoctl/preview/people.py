"""Private lists in a preview: how many people they have and what is wrong in them, and nothing of anybody."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.people import KEY_LENGTH
from kohoctl.campaign.problems import Wrong
from kohoctl.errors import MissingSecret
from kohoctl.kept_secrets import read_secret
from kohoctl.ledger import Ledger
from kohoctl.lists import why_held
from kohoctl.plan import Planner, slots
from kohoctl.preview.tallying import Named, Tally, named
from kohoctl.problem import Problem
from kohoctl.settings import Secret
from kohoctl.wording import Wording


@dataclass(frozen=True)
class Lists:
    """What is known of a file's private lists: how many stand on each, what is wrong with what goes out to them, and
    what is wrong with the lists themselves."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """By channel; those whose lists could not be read have none."""
    tallies: Mapping[Named, Tally] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def looked_through(file: CampaignFile, ledger: Ledger, now: datetime) -> Lists:
    """The private lists of ``file``: where the key of one is at hand, as ``plan`` sees them, else as ``check`` does."""
    known: set[Secret] = set()
    try:
        people = file.with_people(lambda where: _key(where, file, known))
    except Wrong as wrong:
        return Lists(problems=(wrong.problem,))
    at_hand = [channel for channel, one in file.people.items() if one.key in known]
    return Lists(
        {channel: len(people.recipients[channel]) for channel in file.people},
        _tallies(people, at_hand, ledger, now),
        (*people.unusable_rows, *_held(people, at_hand, ledger)),
    )


def _key(where: Secret, file: CampaignFile, known: set[Secret]) -> str:
    """The list's key where it is at hand, and so ``known``; else one of the moment: nobody need be known again."""
    try:
        found = read_secret(where, file.folder)
    except MissingSecret:
        return secrets.token_hex()
    if len(found) < KEY_LENGTH:
        return secrets.token_hex()
    known.add(where)
    return found


def _tallies(people: CampaignFile, at_hand: list[str], ledger: Ledger, now: datetime) -> Mapping[Named, Tally]:
    found: dict[Named, Tally] = defaultdict(Tally)
    planner, wording = Planner(people, ledger), Wording(people)
    for channel in people.people:
        if channel in at_hand:
            for one in planner.plan(now, slots(people, channel)):
                found[named(one.delivery)].complain(one)
        else:
            for slot in slots(people, channel):
                found[slot.message.campaign, slot.message.id, channel].blame(wording.render(slot).problems)
    return found


def _held(people: CampaignFile, at_hand: list[str], ledger: Ledger) -> Iterator[Problem]:
    for channel in at_hand:
        if why := why_held(people, ledger, channel):
            yield Problem("nothing goes out by {channel}: {why}", {"channel": channel, "why": why})
