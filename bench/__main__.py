"""Measure every speed claim, show what came out, and keep it in RESULTS.md."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from pathlib import Path

from bench import delivering, growing, idling, loading, previewing, printing, reporting, single, starting, writing
from bench.chart import draw
from bench.claims import Claim, table
from bench.measuring import ROOT

GROUPS = {
    "Starting": starting,
    "Loading": loading,
    "Writing down": writing,
    "One delivery": single,
    "Delivering": delivering,
    "Printing": printing,
    "Nothing to do": idling,
    "Reporting": reporting,
    "Previewing": previewing,
}
RESULTS = ROOT / "bench" / "RESULTS.md"
CHART = ROOT / "bench" / "growth.svg"
OUT = ROOT / "bench" / "out"
"""Where the measured files and ledgers stand: beside the code, as /tmp may be memory and no disk."""

_PAGE = """\
# What was measured

Written by `make bench` on {machine}.
What each row means, and how it is measured, is told in [README.md](README.md).
Figures are medians, with the least and the greatest in parentheses; the ratio is that of the medians.

{table}

## How the commands grow

By the number of deliveries: seconds on the clock and the most memory of the whole process.

![Time and memory by the number of deliveries](growth.svg)

{growth}
"""


def main() -> None:
    began = time.monotonic()
    claims: list[Claim] = []
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        for name, group in GROUPS.items():
            print(f"{name} …", file=sys.stderr, flush=True)
            place = Path(folder) / group.__name__
            place.mkdir()
            claims += group.measure(place)
        print("Growing …", file=sys.stderr, flush=True)
        growths = growing.measure(Path(folder))
    claims += growing.claims(growths)
    page = _PAGE.format(machine=_machine(), table=table(claims), growth=growing.table(growths))
    draw(growths, CHART)
    RESULTS.write_text(page, encoding="utf-8")
    print(page)
    print(f"{time.monotonic() - began:.0f} s in all; kept in {RESULTS.relative_to(ROOT)}", file=sys.stderr)


def _machine() -> str:
    """Processor, cores, system and Python."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{models[0]}, {len(models)} cores, {platform.system()}, {implementation}"


if __name__ == "__main__":
    main()
