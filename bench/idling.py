"""How long a run takes that has nothing to do, with a large ledger beside a small one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench.claims import Claim, time_claim
from bench.files import write_finished
from bench.ledgers import full_ledger
from bench.measuring import Sample, alternate, process, python
from kohoctl.campaign.load import load, read
from kohoctl.plan import slots
from kohoctl.plugins import find_plugins

ROUNDS = 7
MESSAGES = 100
SMALL, LARGE = 1_000, 1_000_000


def measure(folder: Path) -> list[Claim]:
    """What is claimed of a run with nothing due."""
    path = write_finished(folder, MESSAGES)
    keys = [slot.key for slot in slots(load(read(path), find_plugins(folder).extensions))]
    ledgers = {count: full_ledger(count, keys) for count in (SMALL, LARGE)}
    taken = alternate({str(count): partial(_run, path, ledger) for count, ledger in ledgers.items()}, ROUNDS)
    what = "`kohoctl run --live` with nothing due on a ledger of 1,000,000 deliveries; of 1,000"
    return [time_claim(what, 2, taken[str(LARGE)], taken[str(SMALL)])]


def _run(path: Path, ledger: Path) -> Sample:
    sample, printed = process(*python("kohoctl"), "run", path, "--live", "--ledger", ledger)
    assert b"nothing was left to deliver" in printed, printed
    return sample
