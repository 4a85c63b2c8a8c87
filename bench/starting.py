"""How long ``kohoctl --help`` takes, beside the smallest program that click makes, and what plugins add."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from bench.claims import Claim, time_claim
from bench.files import write_many
from bench.measuring import ROOT, Sample, Series, alternate, whole_process

ROUNDS = 41
PLUGINS = 30
PLUGIN = ROOT / "plugins" / "police_bulletin.py"
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
    starting = time_claim("`kohoctl --help`; the smallest click program's", 1.3, taken["kohoctl"], taken["click"])
    return [starting, _discovering(folder)]


def _discovering(folder: Path) -> Claim:
    """What 30 plugins in a folder, none of them used, add to a command that reads a campaign file."""
    for name in ("without", "with"):
        (folder / name / "plugins").mkdir(parents=True)
        path = folder / name / "campaigns.yaml"
        write_many(path, "versions", 1)
        path.write_text("plugins: [plugins/]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    for number in range(PLUGINS):
        text = PLUGIN.read_text(encoding="utf-8").replace('"police-bulletin"', f'"bulletin-{number}"')
        (folder / "with" / "plugins" / f"bulletin_{number}.py").write_text(text, encoding="utf-8")
    command = _installed_command()
    ways = {
        name: partial(whole_process, sys.executable, command, "status", folder / name / "campaigns.yaml")
        for name in ("without", "with")
    }
    ways["help"] = partial(whole_process, sys.executable, command, "--help")
    alternate(ways, 1)
    taken = alternate(ways, ROUNDS)
    what = f"what {PLUGINS} plugins that are not used add to `kohoctl status`; `kohoctl --help`"
    return time_claim(what, 0.3, _difference(taken["with"], taken["without"]), taken["help"])


def _difference(more: Series, less: Series) -> Series:
    """What each sample has more than the one beside it."""
    pairs = zip(more.samples, less.samples, strict=True)
    return Series(tuple(Sample(a.seconds - b.seconds, a.cpu - b.cpu, a.peak - b.peak) for a, b in pairs))


def _installed_command() -> Path:
    return Path(sys.executable).with_name("kohoctl")
