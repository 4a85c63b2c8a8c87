"""Plugins that want to know are told of each delivery of a live run, and hold nothing up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kohoctl import observers
from servers.board import BoardServer
from support import write

from .conftest import DUE, Kohoctl

TELLING = """\
import pathlib, time
from kohoctl import hookimpl

@hookimpl
def kohoctl_delivered(delivery, receipt):
    {body}
    with pathlib.Path(__file__).with_name("told").open("a") as file:
        file.write(f"{{delivery.key}} {{receipt.id}}\\n")
"""


def file_with_observer(folder: Path, board: BoardServer, body: str = "pass") -> Path:
    (folder / "kinds.py").write_bytes((Path(__file__).parents[1] / "kinds.py").read_bytes())
    (folder / "observer.py").write_text(TELLING.format(body=body), encoding="utf-8")
    return write(
        folder,
        f"notice: {{title: お知らせ, when: {DUE:%Y-%m-%dT%H:%M}, channels: [one, two], body: 文}}\n",
        f"""\
        one: {{kind: board, owner: 甲, url: "{board.url}"}}
        two: {{kind: board, owner: 乙, url: "{board.url}"}}
        """,
        "plugins: [kinds.py, observer.py]\n",
    )


def told(folder: Path) -> list[str]:
    path = folder / "told"
    return sorted(path.read_text().splitlines()) if path.exists() else []


def test_an_observer_is_told_of_each_delivery_of_a_live_run_once(
    kohoctl: Kohoctl, tmp_path: Path, board: BoardServer
) -> None:
    file = file_with_observer(tmp_path, board)
    assert kohoctl("run", file).code == 0
    assert told(tmp_path) == []
    assert kohoctl("run", file, "--live").code == 0
    assert [line.split()[0] for line in told(tmp_path)] == [
        f"nenkin/notice/one/{DUE:%Y-%m-%d}",
        f"nenkin/notice/two/{DUE:%Y-%m-%d}",
    ]
    assert kohoctl("run", file, "--live").code == 0
    assert len(told(tmp_path)) == 2


def test_an_observer_that_fails_is_named_and_the_deliveries_stay_as_they_are(
    kohoctl: Kohoctl, tmp_path: Path, board: BoardServer
) -> None:
    file = file_with_observer(tmp_path, board, "raise ValueError('no room')")
    answer = kohoctl("run", file, "--live", "--format", "json")
    assert answer.code == 0
    failures = [
        event for line in answer.err.splitlines() if "an observer failed" in (event := json.loads(line))["event"]
    ]
    assert {(one["plugin"], one["reason"]) for one in failures} == {("observer.py", "ValueError: no room")}
    assert len(failures) == 2


def test_an_observer_that_hangs_is_not_waited_for(
    kohoctl: Kohoctl, tmp_path: Path, board: BoardServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observers, "LIMIT", 0.3)
    answer = kohoctl("run", file_with_observer(tmp_path, board, "time.sleep(60)"), "--live")
    assert answer.code == 0
    assert "the observers were not told of everything" in answer.err
    assert len(board.keys()) == 2


def test_an_observer_changes_nothing_of_what_is_shown(kohoctl: Kohoctl, tmp_path: Path, board: BoardServer) -> None:
    file = file_with_observer(tmp_path, board, 'receipt.answer["room"] = "hush"')
    answer = kohoctl("run", file, "--live", "--format", "json")
    assert answer.code == 0
    assert "hush" not in answer.out
