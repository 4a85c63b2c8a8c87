"""A process that is killed at each step of a delivery: no key arrives twice, none is lost, each doubt is named."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from killed_run import STEPS
from kinds import Board, GuardedBoard, SearchableBoard
from kohoctl.cli import cli
from kohoctl.states import State
from servers.board import BoardServer
from support import Office, write

pytestmark = pytest.mark.slow

COUNT = 6
HERE = Path(__file__).parent
KINDS = [kind.kind for kind in (Board, GuardedBoard, SearchableBoard)]
EACH_ONCE = {f"nenkin/warning/board/r{n}/2015-06-04": 1 for n in range(COUNT)}


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


def an_office(folder: Path, board: BoardServer, kind: str) -> Office:
    shutil.copy(HERE / "kinds.py", folder)
    rows = "".join(f"    - {{id: r{n}}}\n" for n in range(COUNT))
    return Office(
        write(
            folder,
            "warning: {title: 注意, when: 2015-06-04T10:00, channels: [board], body: 文}\n",
            f"board: {{kind: {kind}, owner: 甲, recipients: desks, url: '{board.url}', concurrency: 2}}\n",
            f"plugins: [kinds.py]\nrecipients:\n  desks:\n{rows}",
        )
    )


def killed_run(office: Office, step: str, call: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "killed_run.py"), str(office.path), step, str(call)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def settle_doubts(office: Office, board: BoardServer) -> None:
    """Go on as a secretariat would: run again, look at the board for each unknown, and say which."""
    office.run()
    for key, state in office.states().items():
        if state is State.UNKNOWN:
            word = "delivered" if board.arrived[key] else "unreached"
            answer = CliRunner().invoke(cli, ["reconcile", str(office.path), key, "--as", word, "--by", "当直"])
            assert answer.exit_code == 0, answer.output
    office.run()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_neither_doubles_nor_loses(tmp_path: Path, board: BoardServer, kind: str, step: str) -> None:
    office = an_office(tmp_path, board, kind)
    in_one_group = kind == GuardedBoard.kind and "request" not in step
    with killed_run(office, step, 1 if in_one_group else 3) as process:
        assert process.wait(60) == -signal.SIGKILL
    in_doubt = [key for key, state in office.states().items() if state is State.SENDING]
    office.run()
    if kind == Board.kind:
        assert all(office.states()[key] is State.UNKNOWN for key in in_doubt)
    settle_doubts(office, board)
    assert set(office.states().values()) == {State.DELIVERED}
    assert Counter(board.keys()) == EACH_ONCE


@pytest.mark.parametrize("kind", KINDS)
def test_kills_at_any_moment_neither_double_nor_lose(tmp_path: Path, board: BoardServer, kind: str) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    board.delay = 0.05
    office = an_office(tmp_path, board, kind)
    for _ in range(12):
        with killed_run(office, "never", 1) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.6))
            process.kill()
    settle_doubts(office, board)
    assert set(office.states().values()) == {State.DELIVERED}
    assert Counter(board.keys()) == EACH_ONCE
