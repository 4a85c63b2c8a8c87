"""Texts that speak of the receipt of the message that they come after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kohoctl.errors import BadFile
from kohoctl.ledger import Ledger
from kohoctl.rehearsal import Clock, Outbox, play
from kohoctl.run import Run
from kohoctl.states import State
from servers.board import BoardServer
from support import TEN, Office, loaded, write

NOTICE = "notice: {title: 告知, body: 文, when: 2015-06-04T10:00, channels: [board, other]}\n"
WHEN = "{after: notice, channel: board}"
POST = f"post: {{title: 題, body: '詳しくは {{{{ earlier.url }}}} へ', when: {WHEN}, channels: [board]}}\n"


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


def office(folder: Path, board: BoardServer, messages: str = NOTICE + POST) -> Office:
    channels = "".join(
        f"{name}: {{kind: board, owner: 厚生労働省, url: '{board.url}'}}\n" for name in ("board", "other")
    )
    return Office(write(folder, messages, channels), now=TEN)


def test_the_address_of_the_notice_stands_in_the_post(board: BoardServer, tmp_path: Path) -> None:
    office(tmp_path, board).run()
    notice, post = (next(one for one in board.accepted if one["title"] == title) for title in ("告知", "題"))
    assert post["body"].startswith(f"詳しくは {board.url}/")
    assert post["body"].endswith(" へ")
    assert notice is not post


def test_the_post_waits_for_that_one_channel_alone(board: BoardServer, tmp_path: Path) -> None:
    desk = office(tmp_path, board)
    desk.edit(f"other: {{kind: board, owner: 厚生労働省, url: '{board.url}'}}",
              "other: {kind: board, owner: 厚生労働省, url: 'http://127.0.0.1:9'}")  # fmt: skip
    desk.run()
    assert desk.states() == {
        "nenkin/notice/board/2015-06-04": State.DELIVERED,
        "nenkin/notice/other/2015-06-04": State.UNREACHED,
        "nenkin/post/board/after-notice": State.DELIVERED,
    }


def test_the_digest_is_that_of_the_reference_and_stays_the_same(board: BoardServer, tmp_path: Path) -> None:
    desk = office(tmp_path, board)
    desk.run()
    posts = len(board.accepted)
    desk.run()
    assert len(board.accepted) == posts


def test_a_notice_that_was_refused_holds_the_post(board: BoardServer, tmp_path: Path) -> None:
    desk = office(tmp_path, board, NOTICE.replace("[board, other]", "[board]") + POST)
    board.faults.append("refused")
    desk.run()
    assert "nenkin/post/board/after-notice" not in desk.states()


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (NOTICE + POST.replace(WHEN, "2015-06-04T11:00"), "comes after another"),
        (NOTICE + POST.replace(", channel: board", ""), "say which one's receipt is meant"),
        (NOTICE + POST.replace("channel: board}", "channel: bord}"), "did you mean board?"),
        (NOTICE + POST.replace("earlier.url", "earlier.link"), "a receipt has no link: it has id, url"),
        (
            NOTICE.replace("2015-06-04T10:00", "[2015-06-04T10:00, 2015-06-05T10:00]") + POST,
            "there is no one receipt to speak of",
        ),
    ],
)
def test_what_nobody_could_fill_in_is_a_problem(messages: str, said: str, board: BoardServer, tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        _ = office(tmp_path, board, messages).file
    assert said in "\n".join(str(problem) for problem in caught.value.problems)


def test_a_rehearsal_plays_the_chain_to_its_end(board: BoardServer, tmp_path: Path) -> None:
    path = office(tmp_path, board).path
    file, clock = loaded(path), Clock(TEN)
    with Ledger.open(tmp_path / "rehearsal.sqlite", "rehearsal") as ledger:
        play(Run(file, ledger, Outbox(tmp_path / "outbox", clock), clock.now, lambda _: None), clock)
        assert {entry.state for entry in ledger.under("nenkin/")} == {State.DELIVERED}
    (content,) = (tmp_path / "outbox" / "nenkin/post/board/after-notice").iterdir()
    assert "https://receipt.example.org/nenkin/notice/board/2015-06-04/url" in content.read_text(encoding="utf-8")
