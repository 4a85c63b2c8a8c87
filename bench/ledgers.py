"""Ledgers of past campaigns, written by the ledger itself and kept between the benchmark's runs."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from bench.measuring import ROOT
from kohoctl.ledger import Ledger
from kohoctl.model import Receipt
from kohoctl.states import Intent, Outcome, State

KEPT = ROOT / "bench" / "out"
NAME = "ledger.sqlite"
GROUP = 10_000
"""Deliveries in one commit."""
CAMPAIGN = 1_000
"""Deliveries of one past campaign."""


def full_ledger(deliveries: int, keys: Sequence[str]) -> Path:
    """A ledger of so many deliveries, all of them made: of past campaigns, then those under ``keys``.

    The one of an earlier run where the ledger's code has not changed since.
    """
    place = KEPT / f"{deliveries}-{_mark(keys)}"
    if not place.exists():
        for older in KEPT.glob(f"{deliveries}-*"):
            shutil.rmtree(older)
        unfinished = place.with_suffix(".unfinished")
        unfinished.mkdir(parents=True)
        _write(unfinished / NAME, chain(_past_keys(deliveries - len(keys)), keys))
        unfinished.rename(place)
    return place / NAME


def _past_keys(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"campaign-{number // CAMPAIGN:03}/warning/friends/friend-{number % CAMPAIGN:05}/2014-06-04"


def _write(path: Path, keys: Iterator[str]) -> None:
    at = datetime(2015, 6, 4, 1, tzinfo=UTC)
    with Ledger.open(path, "live") as ledger:
        while group := [Intent(key, "friends", _digest(key)) for key in islice(keys, GROUP)]:
            attempts = ledger.claim(group, at)
            ledger.settle([_delivered(intent, attempts[intent.key]) for intent in group], at)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _delivered(intent: Intent, attempt: int) -> Outcome:
    receipt = Receipt.published(intent.digest[:36], retry_key=intent.digest[:36])
    return Outcome(intent.key, intent.channel, State.DELIVERED, intent.digest, attempt, receipt)


def _mark(keys: Sequence[str]) -> str:
    """What tells a ledger of other code or other ``keys`` apart."""
    code = [file.read_text() for file in sorted((ROOT / "src" / "kohoctl" / "ledger").glob("*.py"))]
    return _digest("".join([*code, *keys]))[:12]
