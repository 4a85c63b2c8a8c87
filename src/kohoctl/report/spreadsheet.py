"""The list of actions as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from kohoctl.escaping import in_spreadsheet
from kohoctl.report.days import in_table
from kohoctl.report.values import Action, Report

COLUMNS = ("no", "first_date", "dates", "actor", "channel_kind", "action")
_PARTS = {"newspaper": "some papers"}
"""What a part of a kind's recipients is called, where there is a word for them."""


def as_csv(report: Report) -> str:
    """A row for each action, numbered from first to last; no cell is one that a spreadsheet takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    actions = (action for campaign in report.campaigns for action in campaign.actions)
    writer.writerows(_row(number, action) for number, action in enumerate(actions, start=1))
    return text.getvalue()


def _row(number: int, action: Action) -> tuple[str, ...]:
    dates = in_table(action.days, _PARTS.get(action.kind, "some"))
    cells = (str(number), str(action.days.days[0]), dates, action.actor, action.kind, " ".join(action.words.split()))
    return tuple(map(in_spreadsheet, cells))
