"""The list of actions as CSV, for a spreadsheet."""

from __future__ import annotations

from kohoctl.report.days import in_table
from kohoctl.report.values import Action, Report
from kohoctl.sheet import written

COLUMNS = ("no", "first_date", "dates", "actor", "channel_kind", "action")
_PARTS = {"newspaper": "some papers"}
"""What a part of a kind's recipients is called, where there is a word for them."""
_MEDIUM = {"radio-spot": "radio"}
"""What the public knows a kind's channel by, where the kind is called by what is made for it."""


def as_csv(report: Report) -> bytes:
    """A row for each action, numbered from first to last, in UTF-8 with its mark; nothing in it is a formula."""
    actions = (action for campaign in report.campaigns for action in campaign.actions)
    return written([COLUMNS, *(_row(number, action) for number, action in enumerate(actions, start=1))])


def _row(number: int, action: Action) -> tuple[str, ...]:
    dates = in_table(action.days, _PARTS.get(action.kind, "some"))
    return (
        str(number),
        str(action.days.days[0]),
        dates,
        _on_one_line(action.actor),
        _MEDIUM.get(action.kind, action.kind),
        _on_one_line(action.words),
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
