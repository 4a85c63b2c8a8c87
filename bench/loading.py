"""How long a campaign file of 10,000 messages takes to load and to check, beside plain PyYAML.

``python -m bench.loading WAY FILE`` measures one load inside itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import yaml

from bench.claims import Claim, memory_claim, time_claim
from bench.files import SHAPES, write_many
from bench.measuring import alternate, inside_process, print_sample, python, whole_process
from kohoctl.campaign.load import load, read
from kohoctl.plugins import find_plugins

MESSAGES = 10_000
ROUNDS = 3
MEMORY = 300


def measure(folder: Path) -> list[Claim]:
    """What is claimed of loading and checking, for each shape of message."""
    return [claim for shape in SHAPES for claim in _measure_shape(folder, shape)]


def _measure_shape(folder: Path, shape: str) -> list[Claim]:
    path = folder / f"{shape}.yaml"
    write_many(path, shape, MESSAGES)
    taken = alternate(
        {
            "yaml": partial(inside_process, *python("bench.loading"), "yaml", path),
            "kohoctl": partial(inside_process, *python("bench.loading"), "kohoctl", path),
            "compose": partial(inside_process, *python("bench.loading"), "compose", path),
            "check": partial(whole_process, *python("kohoctl"), "check", path, "--rules", "none"),
            "rules": partial(whole_process, *python("kohoctl"), "check", path),
        },
        ROUNDS,
    )
    name = f"10,000 messages ({shape})"
    return [
        time_claim(f"loading {name}; `yaml.load` with `CSafeLoader`", 0.4, taken["kohoctl"], taken["yaml"]),
        time_claim(f"loading {name}; `yaml.compose`, the limit", None, taken["kohoctl"], taken["compose"]),
        time_claim(f"`kohoctl check --rules none` of {name}; `yaml.load`", 1.5, taken["check"], taken["yaml"]),
        time_claim(f"`kohoctl check` of {name}, all rules; `yaml.load`", 1.5, taken["rules"], taken["yaml"]),
        time_claim(f"`kohoctl check` of {name}, all rules; `--rules none`", 3, taken["rules"], taken["check"]),
        memory_claim(f"memory of that check, {shape}", MEMORY, taken["rules"]),
    ]


def _load_with_yaml(path: Path) -> Callable[[], object]:
    def work() -> object:
        with path.open("rb") as file:
            return yaml.load(file, yaml.CSafeLoader)

    return work


def _compose(path: Path) -> Callable[[], object]:
    def work() -> object:
        with path.open("rb") as file:
            return yaml.compose(file, yaml.CSafeLoader)

    return work


def _load_with_kohoctl(path: Path) -> Callable[[], object]:
    kinds = find_plugins(path.parent).extensions
    return lambda: load(read(path), kinds)


WAYS: Mapping[str, Callable[[Path], Callable[[], object]]] = {
    "yaml": _load_with_yaml,
    "compose": _compose,
    "kohoctl": _load_with_kohoctl,
}

if __name__ == "__main__":
    print_sample(WAYS[sys.argv[1]](Path(sys.argv[2])))
