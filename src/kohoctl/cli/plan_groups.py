"""Deliveries that a person reads as one: those of one message by one channel, alike but for whom and when."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kohoctl.campaign.file import CampaignFile
from kohoctl.changes import Change, Changes, Kind, change_of, differences
from kohoctl.cli.planning import Plan
from kohoctl.states import Planned, State
from kohoctl.wording import Slot, title_of

NOT_SAID = ("when", "grace", "destination")
"""The texts of a delivery that are no words to its readers."""
SHORTEST_NAME = 2
"""Characters of a recipient's field that is taken for their own: single ones stand in any text."""


@dataclass(frozen=True, slots=True)
class Member:
    """A delivery: how it differs from the older version, or from nothing, and how the plan sees it.

    ``said`` tells its text from any other, ``common`` also stands for the texts that differ only in what is the
    recipient's own and in the day.
    """

    change: Change
    said: str
    common: str
    planned: Planned | None = None

    @property
    def slot(self) -> Slot:
        return self.change.latest.slot


@dataclass(frozen=True, slots=True)
class Group:
    """Deliveries that are alike, in order of time. ``file`` is the version that has them."""

    file: CampaignFile
    members: tuple[Member, ...]

    @property
    def first(self) -> Member:
        return self.members[0]

    @property
    def is_private(self) -> bool:
        return self.file.is_private(self.first.slot.way.channel)

    @property
    def title(self) -> str:
        return title_of(self.file, self.first.slot.message) or self.first.slot.message.id

    @property
    def key(self) -> str:
        """The delivery's key; the part that the keys have in common where there are several, or where it is private."""
        slot = self.first.slot
        if len(self.members) == 1 and not self.is_private:
            return self.first.planned.delivery.key if self.first.planned else slot.key
        return f"{slot.message.campaign}/{slot.message.id}/{slot.way.channel}/…"

    @property
    def list(self) -> str | None:
        """The name of the list that it goes to; None where it goes to nobody in particular."""
        return self.file.lists.get(self.first.slot.way.channel)

    @property
    def recipients(self) -> int:
        return len({member.slot.recipient.id for member in self.members if member.slot.recipient})

    @property
    def moments(self) -> tuple[datetime, ...]:
        found = {member.planned.delivery.due if member.planned else None for member in self.members}
        found |= {member.slot.occurrence.due for member in self.members if not member.planned}
        return tuple(sorted(moment for moment in found if moment))

    @property
    def states(self) -> tuple[State, ...]:
        found = {member.planned.state for member in self.members if member.planned}
        return tuple(state for state in State if state in found)

    @property
    def differs_by_recipient(self) -> bool:
        """Whether the first text is not that of all of them, letter by letter."""
        return self.recipients > 1 and len({member.said for member in self.members}) > 1


def planned_members(plan: Plan, changes: Changes) -> list[Member]:
    """Every delivery of the plan with its change: that of a private list's people is one made-up person's."""
    known: dict[str, Member] = {}
    found: list[Member] = []
    for one in plan.planned:
        change = change_of(changes, plan.file, one.delivery)
        if change is not None:
            if change.key not in known:
                known[change.key] = member(change)
            found.append(replace(known[change.key], planned=one))
    return found


def member(change: Change) -> Member:
    """A delivery that the plan has not."""
    said = _said(change)
    return Member(change, said, _masked(said, change.latest.slot))


def changed(those: Iterable[Member], kind: Kind) -> list[Member]:
    return [member for member in those if member.change.kind is kind]


def in_states(those: Iterable[Member], *states: State) -> list[Member]:
    return [member for member in those if member.planned and member.planned.state in states]


def alike(those: Iterable[Member], file: CampaignFile) -> list[Group]:
    """The members, those that say the same as one: with the same difference, but for whom it is to and when."""
    return _grouped(those, file, lambda one: one.common)


def of_one_mind(those: Iterable[Member], file: CampaignFile, reason: Callable[[Member], str]) -> list[Group]:
    """The members, those as one that are in one state for the same reason."""
    return _grouped(those, file, lambda one: (one.planned and one.planned.state, reason(one)))


def _grouped(those: Iterable[Member], file: CampaignFile, like: Callable[[Member], Hashable]) -> list[Group]:
    groups: dict[Hashable, list[Member]] = {}
    for member in those:
        slot = member.slot
        way = slot.message.campaign, slot.message.id, slot.way.channel
        groups.setdefault((way, like(member)), []).append(member)
    return [Group(file, tuple(group)) for group in groups.values()]


def _said(change: Change) -> str:
    """How it differs, in one text. Of what is new or gone, when and where to tell none from another."""
    apart = change.kind is Kind.CHANGED
    told = [one for one in differences(change) if apart or not one.name.startswith(NOT_SAID)]
    return "\n".join(line for one in told for line in (f"@ {one.name}", *one.lines))


def _masked(text: str, slot: Slot) -> str:
    """``text`` without the recipient's own fields and the delivery's day."""
    own = {*slot.recipient.fields.values()} if slot.recipient else set()
    days = {slot.occurrence.due.date().isoformat()} if slot.occurrence.due else set()
    for value in sorted(own | days, key=len, reverse=True):
        if len(value) >= SHORTEST_NAME:
            text = text.replace(value, "…")
    return text
