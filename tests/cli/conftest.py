"""The commands as a person calls them: arguments in, exit code and text out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kohoctl.cli import main
from kohoctl.cli.common import redactor
from servers.board import BoardServer
from support import write

DUE = datetime.now(ZoneInfo("Asia/Tokyo")).replace(second=0, microsecond=0) - timedelta(minutes=5)
NOTICE = f"nenkin/notice/board/{DUE:%Y-%m-%d}"
POST = "nenkin/post/board/after-notice"

Kohoctl = Callable[..., "Answer"]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture
def kohoctl(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Kohoctl:
    def call(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["kohoctl", *map(str, arguments)])
        monkeypatch.setattr(redactor, "_spellings", ())  # each command is a process, and knows no other one's secrets
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed = capfd.readouterr()
        return Answer(int(end.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


@pytest.fixture
def file(tmp_path: Path, board: BoardServer) -> Path:
    """Two messages on one board, the first of them due since five minutes."""
    (tmp_path / "kinds.py").write_bytes((Path(__file__).parents[1] / "kinds.py").read_bytes())
    return write(
        tmp_path,
        """\
        notice: {title: お知らせ, when: DUE, channels: [board], body: "電話は {{ hotline }} へ。"}
        post: {title: 投稿, when: {after: notice}, channels: [board], body: 文}
        """.replace("DUE", f"{DUE:%Y-%m-%dT%H:%M}"),
        f"board: {{kind: board, owner: 厚生労働省, url: '{board.url}'}}\n",
        "plugins: [kinds.py]\ngrace: 1 day\nfacts: {hotline: 0120-818211}\n",
    )
