"""How deliveries read as text and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from kohoctl.model import Entry, Planned, State

STATE_WIDTH = max(len(state) for state in State)

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
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "after another"


def count(number: int, one: str, many: str | None = None) -> str:
    """``no problems``, ``1 problem``, ``2 problems``."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def summary(states: Iterable[State]) -> str:
    """``45 deliveries: 3 due, 42 delivered``."""
    counts = Counter(states)
    parts = ", ".join(f"{counts[state]} {state}" for state in ORDER if counts[state])
    return count(counts.total(), "delivery", "deliveries") + (f": {parts}" if parts else "")


def plan_lines(planned: Planned) -> list[str]:
    """A delivery as the plan's text shows it: its line, and below it what there is to say of it."""
    delivery = planned.delivery
    changed = "  (the file has changed since)" if planned.changed else ""
    lines = [f"{planned.state:<{STATE_WIDTH}}  {clock_time(delivery.due):<16}  {delivery.key}{changed}"]
    lines += [f"{'':{STATE_WIDTH}}  {problem.with_hint}" for problem in planned.problems]
    if planned.entry is not None and planned.entry.reason and planned.state is not State.DELIVERED:
        lines.append(f"{'':{STATE_WIDTH}}  {planned.entry.reason}")
    return lines


def entry_lines(entry: Entry) -> list[str]:
    """A delivery as the ledger knows it."""
    lines = [f"{entry.state:<{STATE_WIDTH}}  {clock_time(entry.at):<16}  {entry.key}"]
    if entry.receipt is not None and entry.receipt.url:
        lines.append(f"{'':{STATE_WIDTH}}  {entry.receipt.url}")
    if entry.reason and entry.state is not State.DELIVERED:
        lines.append(f"{'':{STATE_WIDTH}}  {entry.reason}")
    return lines


def plan_markdown(planned: list[Planned], title: str) -> str:
    """The plan as Markdown: a summary, then a table for each state, what needs a person first."""
    parts = [f"## {cell(title)}", "", summary(one.state for one in planned), ""]
    ranked = sorted(planned, key=lambda one: ORDER.index(one.state))
    for state, group in groupby(ranked, key=lambda one: one.state):
        parts += [f"### {state}", "", "| due | delivery | kind | digest | |", "|---|---|---|---|---|"]
        parts += [_row(one) for one in group]
        parts.append("")
    return "\n".join(parts)


def _row(planned: Planned) -> str:
    delivery = planned.delivery
    remarks = [problem.with_hint for problem in planned.problems]
    remarks += ["the file has changed since"] if planned.changed else []
    return (
        f"| {clock_time(delivery.due)} | `{cell(delivery.key)}` | {cell(delivery.kind)} "
        f"| `{planned.rendition.digest[:12]}` | {cell('; '.join(remarks))} |"
    )


def cell(text: str) -> str:
    """``text`` so that Markdown shows it and reads nothing into it."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
