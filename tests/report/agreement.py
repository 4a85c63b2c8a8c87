"""Whether a report's CSV says what a table of actions says: row by row, the days, the actor and the kind."""

from __future__ import annotations

import csv
import io
from itertools import zip_longest

COMPARED = ("dates", "actor", "channel_kind")


def disagreements(report: str, table: str) -> list[str]:
    """Each difference in a sentence; none where all rows agree. ``table`` is CSV with at least the compared columns."""
    found = []
    ours, theirs = (list(csv.DictReader(io.StringIO(text))) for text in (report, table))
    for number, (our, their) in enumerate(zip_longest(ours, theirs), start=1):
        if our is None or their is None:
            found.append(f"row {number} is only in the {'table' if our is None else 'report'}: {our or their}")
            continue
        found += [
            f"row {number}: {name} is {our[name]}, and not {their[name]}"
            for name in COMPARED
            if our[name] != their[name]
        ]
    return found
