"""How long the report of 100,000 deliveries takes, beside reading them from SQLite.

``python -m bench.reporting WAY FILE LEDGER`` measures one of the two inside itself.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.claims import Claim, memory_claim, time_claim
from bench.files import write_mailed
from bench.ledgers import full_ledger
from bench.measuring import alternate, inside_process, print_sample, python
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.ledger import Ledger
from kohoctl.plan import slots
from kohoctl.plugins import find_plugins
from kohoctl.report.gathering import gather
from kohoctl.report.layout import laid_out
from kohoctl.report.markdown import as_markdown
from kohoctl.report.words import JAPANESE

ROUNDS = 7
MESSAGES, RECIPIENTS = 20, 5_000
MEMORY = 300


def measure(folder: Path) -> list[Claim]:
    """What is claimed of the report of a large campaign, all of it delivered."""
    path = write_mailed(folder, MESSAGES, RECIPIENTS)
    keys = [slot.key for slot in slots(_loaded(path))]
    ledger = full_ledger(len(keys), keys)
    taken = alternate(
        {way: partial(inside_process, *python("bench.reporting"), way, path, ledger) for way in WAYS}, ROUNDS
    )
    what = f"the report of {len(keys):,} deliveries"
    return [
        time_claim(f"{what}; reading them with `sqlite3`", 3, taken["report"], taken["sqlite"]),
        memory_claim(f"memory of that report, {RECIPIENTS:,} recipients", MEMORY, taken["report"]),
    ]


def _loaded(path: Path) -> CampaignFile:
    return load(read(path), find_plugins(path.parent).extensions)


def _report(path: Path, ledger: Path) -> Callable[[], object]:
    file = _loaded(path)

    def work() -> object:
        with Ledger.read(ledger, "live") as book:
            report = gather(file, book, datetime.now(UTC))
        text = as_markdown(laid_out(report, JAPANESE))
        assert f"{RECIPIENTS:,}件" in text, text
        return text

    return work


def _read_with_sqlite(path: Path, ledger: Path) -> Callable[[], object]:
    def work() -> object:
        connection = sqlite3.connect(ledger)
        rows = connection.execute("SELECT * FROM deliveries").fetchall()
        connection.close()
        assert len(rows) == MESSAGES * RECIPIENTS
        return rows

    return work


WAYS: Mapping[str, Callable[[Path, Path], Callable[[], object]]] = {"sqlite": _read_with_sqlite, "report": _report}

if __name__ == "__main__":
    print_sample(WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3])))
