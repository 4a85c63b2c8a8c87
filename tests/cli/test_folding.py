"""Many deliveries of one list that stand the same: some are shown, and how many more there are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from servers.board import BoardServer
from support import write

from .conftest import DUE, Kohoctl

COUNT = 30
MORE = "and 27 more of this list that stand the same: --all shows each"


@pytest.fixture
def mailing(tmp_path: Path, board: BoardServer) -> Path:
    """A notice to thirty desks, due since five minutes, and one to nobody in particular."""
    (tmp_path / "kinds.py").write_bytes((Path(__file__).parents[1] / "kinds.py").read_bytes())
    rows = "".join(f"    - {{id: r{number:02}, desk: d{number}}}\n" for number in range(COUNT))
    return write(
        tmp_path,
        f"""\
        notice: {{title: お知らせ, when: {DUE:%Y-%m-%dT%H:%M}, channels: [desks], body: 文}}
        later: {{title: お知らせ, when: {DUE:%Y-%m-%dT%H:%M}, channels: [all], body: 別の文}}
        """,
        f"""\
        desks: {{kind: board, owner: 甲, url: '{board.url}', recipients: everyone}}
        all: {{kind: board, owner: 乙, url: '{board.url}'}}
        """,
        f"plugins: [kinds.py]\nrecipients:\n  everyone:\n{rows}",
    )


@pytest.mark.parametrize("command", [("plan",), ("run", "--dry-run")])
def test_a_plan_shows_three_of_many_that_stand_the_same(kohoctl: Kohoctl, mailing: Path, command: list[str]) -> None:
    name, *options = command
    lines = kohoctl(name, mailing, *options).out.splitlines()
    assert [line.split()[3].split("/")[3] for line in lines[:3]] == ["r00", "r01", "r02"]
    assert lines[3].strip() == MORE
    assert "nenkin/later/all" in lines[4]
    assert lines[-1].endswith("31 deliveries: 31 due")
    whole = kohoctl(name, mailing, *options, "--all").out
    assert whole.count("nenkin/notice/desks/r") == COUNT
    assert MORE not in whole


def test_each_of_those_that_do_not_stand_like_the_others_is_shown(
    kohoctl: Kohoctl, mailing: Path, board: BoardServer
) -> None:
    mailing.write_text(re.sub("(?m)^ +later: .*\n", "", mailing.read_text(encoding="utf-8")), encoding="utf-8")
    board.faults.extend(["none"] * 25 + ["refused"])
    kohoctl("run", mailing, "--live")
    told = kohoctl("status", mailing).out
    assert told.count("nenkin/notice/desks/r") < COUNT
    assert "nenkin/notice/desks/r25/" in told
    assert "more of this list" in told
    assert kohoctl("status", mailing, "--all").out.count("nenkin/notice/desks/r") == COUNT


def test_a_run_shows_three_of_many_that_failed_alike(kohoctl: Kohoctl, mailing: Path, board: BoardServer) -> None:
    board.faults.extend(["lost"] * (COUNT + 1))
    answer = kohoctl("run", mailing, "--live")
    assert answer.code == 1
    assert answer.out.count("unknown    nenkin/notice/desks/r") == 3
    assert MORE in answer.out


def test_json_has_every_delivery(kohoctl: Kohoctl, mailing: Path) -> None:
    assert len(json.loads(kohoctl("plan", mailing, "--format", "json").out)["deliveries"]) == COUNT + 1


def test_twenty_are_shown_each(kohoctl: Kohoctl, mailing: Path) -> None:
    rows = [line for line in mailing.read_text(encoding="utf-8").splitlines(keepends=True) if "{id: r2" not in line]
    mailing.write_text("".join(rows), encoding="utf-8")
    answer = kohoctl("plan", mailing)
    assert answer.out.count("nenkin/notice/desks/r") == 20
    assert "more of this list" not in answer.out


def test_it_is_said_in_japanese(kohoctl: Kohoctl, mailing: Path) -> None:
    assert "ほかに27件あります。--all を付けると" in kohoctl("--lang", "ja", "plan", mailing).out
