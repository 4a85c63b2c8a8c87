"""How long one delivery takes as a whole process, beside what else might be typed or scheduled."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.claims import Claim, time_claim
from bench.files import HEADING, TEXT, user_id, write_mailing
from bench.measuring import Sample, alternate, process
from bench.server import expect, serving

ROUNDS = 7
SCRIPT = """\
import sys

import requests

requests.post(sys.argv[1], json={"to": sys.argv[2], "text": sys.argv[3]}, timeout=30).raise_for_status()
"""
TOKEN = {"BENCH_TOKEN": "t0ken-of-the-bench"}


def measure(folder: Path) -> list[Claim]:
    """What is shown of one delivery; nothing is claimed, as the others write nothing down."""
    (folder / "script.py").write_text(SCRIPT)
    ways: Mapping[str, Callable[[str, Path], Sample]] = {
        "kohoctl": _kohoctl,
        "apprise": _apprise,
        "requests": partial(_requests, folder / "script.py"),
    }
    with serving(0.0) as url:
        taken = alternate({way: partial(_once, send, url, folder / "one") for way, send in ways.items()}, ROUNDS)
    what = "`kohoctl run --live` with one delivery due"
    return [
        time_claim(f"{what}; the command `apprise`", None, taken["kohoctl"], taken["apprise"]),
        time_claim(f"{what}; a script with `requests`", None, taken["kohoctl"], taken["requests"]),
    ]


def _once(send: Callable[[str, Path], Sample], url: str, place: Path) -> Sample:
    place.mkdir()
    try:
        sample = send(url, place)
        expect(url, 1)
        return sample
    finally:
        shutil.rmtree(place)


def _kohoctl(url: str, place: Path) -> Sample:
    path = write_mailing(place, "line", url, 1, 1)
    return process(sys.executable, "-m", "kohoctl", "run", path, "--live", env=TOKEN, quiet=True)[0]


def _apprise(url: str, place: Path) -> Sample:
    command = Path(sys.executable).with_name("apprise")
    address = f"{url.replace('http', 'json', 1)}/{user_id(1)}"
    return process(command, "--title", HEADING, "--body", TEXT, address, quiet=True)[0]


def _requests(script: Path, url: str, place: Path) -> Sample:
    return process(sys.executable, script, url, user_id(1), TEXT)[0]
