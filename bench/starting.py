"""How long ``kohoctl --help`` takes, beside the smallest program that click makes."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from bench.claims import Claim, time_claim
from bench.measuring import alternate, whole_process

ROUNDS = 15
SMALLEST = """\
import click


@click.command()
def main():
    pass


main()
"""


def measure(folder: Path) -> list[Claim]:
    """What is claimed of ``--help``."""
    smallest = folder / "smallest.py"
    smallest.write_text(SMALLEST)
    ways = {
        "kohoctl": partial(whole_process, sys.executable, _installed_command(), "--help"),
        "click": partial(whole_process, sys.executable, smallest, "--help"),
    }
    alternate(ways, 1)  # compiles, and brings the files into memory
    taken = alternate(ways, ROUNDS)
    return [time_claim("`kohoctl --help`; the smallest click program's", 1.5, taken["kohoctl"], taken["click"])]


def _installed_command() -> Path:
    return Path(sys.executable).with_name("kohoctl")
