"""The torture itself: its seeds, and its table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TORTURE = Path(__file__).parent
TWO_TESTS = """\
def test_one(tally, chance):
    tally("knocks", 1000)
    print("drawn", chance.random())
    assert False


def test_other(tally):
    tally("knocks", 234)
"""


def tortured(folder: Path, *, seed: int = 7) -> str:
    """What pytest prints of one test that is made to fail, and one that is not."""
    test = folder / "test_two.py"
    test.write_text(TWO_TESTS, encoding="utf-8")
    plugin = ("-p", "torture.conftest", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *plugin, "-n", "2", str(test)]
    environment = os.environ | {
        "KOHOCTL_TORTURE": "full",
        "KOHOCTL_SEED": str(seed),
        "PYTHONPATH": str(TORTURE.parent),
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    ).stdout


@pytest.mark.slow
def test_a_failure_can_be_met_again_and_the_table_counts_it(tmp_path: Path) -> None:
    printed = tortured(tmp_path)
    assert "again: make torture SEED=7 ONLY='test_two.py::test_one'" in printed
    assert "torture, seed 7" in printed
    assert "knocks             1,234      1" in printed
    drawn = [line for line in printed.splitlines() if line.startswith("drawn")]
    assert drawn
    assert drawn == [line for line in tortured(tmp_path).splitlines() if line.startswith("drawn")]
    assert drawn != [line for line in tortured(tmp_path, seed=8).splitlines() if line.startswith("drawn")]
