"""How long the preview of a campaign takes, beside its plan: of the one of 2015, and of 10,000 messages."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

from bench.claims import Claim, memory_claim, time_claim
from bench.files import write_many
from bench.measuring import ROOT, Sample, alternate, whole_process

ROUNDS = 5
MESSAGES = 10_000
TIMES = 3
MEMORY = 300


def measure(folder: Path) -> list[Claim]:
    """What is claimed of ``kohoctl preview``."""
    campaign, many = ROOT / "campaigns.yaml", folder / "many.yaml"
    write_many(many, "texts", MESSAGES)
    taken = alternate(
        {
            "plan": partial(_kohoctl, "plan", campaign),
            "preview": partial(_previewed, campaign, folder / "anew", anew=True),
            "again": partial(_previewed, campaign, folder / "again", anew=False),
            "plan many": partial(_kohoctl, "plan", many),
            "preview many": partial(_previewed, many, folder / "many", anew=True),
        },
        ROUNDS,
    )
    return [
        time_claim("`kohoctl preview` of the campaign of 2015; `plan`", TIMES, taken["preview"], taken["plan"]),
        time_claim("the same once more, pictures kept; `plan`", TIMES, taken["again"], taken["plan"]),
        time_claim(f"`kohoctl preview` of {MESSAGES:,}; `plan`", TIMES, taken["preview many"], taken["plan many"]),
        memory_claim("memory of that preview", MEMORY, taken["preview many"]),
    ]


def _kohoctl(*arguments: str | Path) -> Sample:
    return whole_process(sys.executable, "-m", "kohoctl", *arguments)


def _previewed(file: Path, target: Path, *, anew: bool) -> Sample:
    if anew:
        shutil.rmtree(target, ignore_errors=True)
    return _kohoctl("preview", file, "-o", target)


if __name__ == "__main__":
    import tempfile

    from bench.claims import table

    with tempfile.TemporaryDirectory() as place:
        print(table(measure(Path(place))))
