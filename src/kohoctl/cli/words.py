"""How deliveries read as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from rich.cells import cell_len

from kohoctl.campaign.file import CampaignFile
from kohoctl.changes import Change
from kohoctl.cli.next_steps import next_step
from kohoctl.language import counted, listed, said, said_with_hint
from kohoctl.language import translated as _
from kohoctl.states import Entry, Planned, State

STATE_WIDTH = max(len(state) for state in State)
DIGEST_SHOWN = 12
"""Characters of a digest that people are shown: enough to tell two apart at a glance."""

ORDER = (
    State.UNKNOWN,
    State.REFUSED,
    State.MISSED,
    State.BLOCKED,
    State.UNREACHED,
    State.SENDING,
    State.DUE,
    State.WAITING,
    State.DELIVERED,
)
"""States in the order in which a person wants to hear of them."""


def clock_time(moment: datetime | None) -> str:
    """``2015-06-04 10:00``; of a delivery that waits for another, that it does."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else _("after another")


def in_columns(text: str, width: int) -> str:
    """``text`` with as much space behind it as makes it ``width`` columns wide."""
    return text + " " * (width - cell_len(text))


def count(number: int, one: str, many: str | None = None) -> str:
    """``no problems``, ``1 problem``, ``2 problems``."""
    return counted(number, one, many)


def summary(states: Iterable[State]) -> str:
    """``45 deliveries: 3 due, 42 delivered``."""
    counts = Counter(states)
    parts = listed(_("{number} {word}", number=counts[state], word=said(state)) for state in ORDER if counts[state])
    number = counted(counts.total(), "delivery", "deliveries")
    return _("{deliveries}: {states}", deliveries=number, states=parts) if parts else number


def indented(text: str) -> str:
    """``text`` under the line of the delivery that it is about."""
    return f"{'':{STATE_WIDTH}}  {text}"


def plan_lines(planned: Planned, campaigns: CampaignFile, now: datetime) -> list[str]:
    """A delivery as the plan's text shows it: its line, and below it what there is to say of it."""
    delivery, digest = planned.delivery, planned.rendition.digest[:DIGEST_SHOWN]
    lines = [f"{planned.state:<{STATE_WIDTH}}  {in_columns(clock_time(delivery.due), 16)}  {delivery.key}  {digest}"]
    if planned.changed:
        lines.append(indented(_("the file has changed since")))
    lines += [indented(said_with_hint(problem)) for problem in planned.problems]
    if planned.entry is not None and planned.entry.reason and planned.state is not State.DELIVERED:
        lines.append(indented(said(planned.entry.reason)))
    if step := next_step(planned, campaigns, now):
        lines.append(indented(said(step)))
    return lines


def entry_lines(entry: Entry) -> list[str]:
    """A delivery as the ledger knows it."""
    lines = [f"{entry.state:<{STATE_WIDTH}}  {clock_time(entry.at):<16}  {entry.key}  {entry.digest[:DIGEST_SHOWN]}"]
    if entry.receipt is not None and entry.receipt.url:
        lines.append(indented(entry.receipt.url))
    if entry.reason and entry.state is not State.DELIVERED:
        lines.append(indented(said(entry.reason)))
    return lines


def gone_line(change: Change) -> str:
    """A delivery that only the older version of the file has."""
    due, digest = change.latest.slot.occurrence.due, change.latest.rendition.digest[:DIGEST_SHOWN]
    return f"{change.kind:<{STATE_WIDTH}}  {clock_time(due):<16}  {change.key}  {digest}"
