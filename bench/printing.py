"""How many letters a second a live run prints, beside Typst alone making the same pages, and in how much memory.

``python -m bench.printing WAY COUNT FOLDER`` prints once, after a warm-up, and measures it. ``make bench`` measures
2,000 and 20,000 letters; with ``BENCH_LETTERS=100000`` in the environment, so many instead of the 20,000.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from bench.claims import Claim, growth_claim, rate_claim
from bench.files import write_letters
from bench.measuring import Sample, alternate, inside_process, print_sample, python
from kohoctl.attempt import Ended
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.channels.letter import PRINT_RUN, Letter
from kohoctl.delivery import deliver
from kohoctl.documents.template import find_template
from kohoctl.documents.typesetting import typeset
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from kohoctl.live import Live
from kohoctl.logs import configure_logs
from kohoctl.plan import slots
from kohoctl.redaction import Redactor
from kohoctl.run import Run
from kohoctl.states import State
from kohoctl.transport import open_transport
from kohoctl.wording import Wording

ROUNDS = 3
FEW, MANY = 2_000, int(os.environ.get("BENCH_LETTERS", "20000"))
WARM_UP = 20
KEY = "the key of the benchmark's list"


def measure(folder: Path) -> list[Claim]:
    """What is claimed of letters."""
    speed = alternate({way: partial(_once, way, PRINT_RUN, folder) for way in WAYS}, ROUNDS)
    size = alternate({str(count): partial(_once, "kohoctl", count, folder) for count in (FEW, MANY)}, 1)
    what = f"letters, a print run of {PRINT_RUN:,}; Typst alone, the same pages in one document"
    return [
        rate_claim(what, 0.8, PRINT_RUN, speed["kohoctl"], speed["typst"]),
        growth_claim(f"memory for {MANY:,} letters; for {FEW:,}", 1.25, size[str(MANY)], size[str(FEW)]),
    ]


def _once(way: str, count: int, folder: Path) -> Sample:
    place = folder / "letters"
    place.mkdir()
    try:
        return inside_process(*python("bench.printing"), way, str(count), place)
    finally:
        shutil.rmtree(place)


def _loaded(folder: Path, count: int) -> CampaignFile:
    folder.mkdir()
    return load(read(write_letters(folder, count)), Extensions({"letter": Letter})).with_people(lambda _: KEY)


def _by_kohoctl(folder: Path, count: int) -> Callable[[], None]:
    file = _loaded(folder, count)
    redactor, delivered = Redactor(), 0

    def tell(ended: Ended) -> None:
        nonlocal delivered
        assert ended.outcome.state is State.DELIVERED, ended.outcome
        delivered += 1

    def work() -> None:
        with (folder / "run.log").open("w") as log, Ledger.open(folder / "ledger.sqlite", "live") as ledger:
            configure_logs("json", redactor, log)
            sender = Live(open_transport(folder, None, redactor))
            deliver(Run(file, ledger, sender, lambda: datetime.now(UTC), tell, redactor=redactor))
        assert delivered == count

    return work


def _by_typst(folder: Path, count: int) -> Callable[[], None]:
    file = _loaded(folder, count)
    wording, template = Wording(file), find_template("personal-letter")
    renditions = [wording.render(slot) for slot in islice(slots(file), count)]
    letters = [{**one.content, **one.destination, "mark": "abcd efgh ijkl mnop"} for one in renditions]
    data = json.dumps({"letters": letters}, ensure_ascii=False)

    def work() -> None:
        (folder / "letters.pdf").write_bytes(typeset(template.path, template.font_folders, {"data": data}))

    return work


WAYS: dict[str, Callable[[Path, int], Callable[[], None]]] = {"kohoctl": _by_kohoctl, "typst": _by_typst}


def _print(way: str, count: int, folder: Path) -> None:
    WAYS[way](folder / "warm-up", WARM_UP)()
    print_sample(WAYS[way](folder / "measured", count))


if __name__ == "__main__":
    _print(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
