"""The one loop that sends: every ending, over a real board."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kinds import GuardedBoard
from kohoctl import Transport
from kohoctl.attempt import Ended, Patience
from kohoctl.delivery import deliver
from kohoctl.errors import LedgerDamaged
from kohoctl.ledger import Ledger
from kohoctl.live import Live
from kohoctl.run import Run
from kohoctl.states import Intent, State
from kohoctl.transport import open_transport
from servers.board import BoardServer
from support import QUICK, TEN, Office, write

KEY = "nenkin/warning/board/2015-06-04"


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


def office(folder: Path, board: BoardServer, kind: str = "board", settings: str = "", body: str = "文") -> Office:
    return Office(
        write(
            folder,
            f"warning: {{title: 注意, when: 2015-06-04T10:00, channels: [board], body: {body}}}\n",
            f"board: {{kind: {kind}, owner: 厚生労働省, url: '{board.url}'{settings}}}\n",
        )
    )


def endings(ended: list[Ended]) -> list[State]:
    return [one.outcome.state for one in ended]


def test_what_is_due_is_delivered_with_a_receipt(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    assert endings(desk.run()) == [State.DELIVERED]
    assert board.accepted[0] | {"key": KEY, "title": "注意", "body": "文"} == board.accepted[0]
    entry = desk.entries()[KEY]
    assert entry.receipt is not None
    assert entry.receipt.url == f"{board.url}/0"
    assert desk.history(KEY) == ["sending", "delivered"]


def test_a_second_run_delivers_nothing(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.run()
    assert desk.run() == []
    assert board.keys() == [KEY]


def test_what_is_not_yet_due_is_left_alone(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.now = TEN - timedelta(seconds=1)
    assert desk.run() == []
    assert desk.entries() == {}


def test_what_the_file_has_changed_after_delivery_is_not_sent_again(tmp_path: Path, board: BoardServer) -> None:
    office(tmp_path, board).run()
    assert office(tmp_path, board, body="別の文です。").run() == []
    assert len(board.accepted) == 1


@pytest.mark.parametrize("fault", ["refused", "forbidden"])
def test_a_refusal_is_final_until_the_text_is_mended(tmp_path: Path, board: BoardServer, fault: str) -> None:
    board.faults.append(fault)
    desk = office(tmp_path, board)
    assert endings(desk.run()) == [State.REFUSED]
    assert desk.run() == []
    assert endings(office(tmp_path, board, body="直した文です。").run()) == [State.DELIVERED]
    assert len(board.accepted) == 1


def test_a_service_that_is_busy_is_tried_again_in_the_same_run(tmp_path: Path, board: BoardServer) -> None:
    board.faults.extend(["busy", "busy"])
    desk = office(tmp_path, board)
    assert endings(desk.run()) == [State.UNREACHED, State.UNREACHED, State.DELIVERED]
    assert desk.history(KEY) == ["sending", "unreached", "sending", "unreached", "sending", "delivered"]


def test_a_service_that_asks_for_a_long_wait_is_left_to_a_later_run(tmp_path: Path, board: BoardServer) -> None:
    board.faults.append("busy")
    board.retry_after = "900"
    desk = office(tmp_path, board)
    assert endings(desk.run()) == [State.UNREACHED]
    desk.later(minutes=14)
    assert desk.run() == []
    desk.later(minutes=2)
    assert endings(desk.run()) == [State.DELIVERED]


def test_a_service_that_cannot_be_reached_is_tried_by_the_next_run(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.edit(board.url, "http://127.0.0.1:9")
    assert set(endings(desk.run())) == {State.UNREACHED}
    assert desk.history(KEY).count("sending") == QUICK.tries
    desk.edit("http://127.0.0.1:9", board.url)
    desk.later(minutes=5)
    assert endings(desk.run()) == [State.DELIVERED]


@pytest.mark.parametrize("fault", ["broken", "lost", "reset-before", "reset-after", "stall", "no-json"])
def test_what_may_have_been_sent_is_never_resent_by_itself(tmp_path: Path, board: BoardServer, fault: str) -> None:
    board.faults.append(fault)
    desk = office(tmp_path, board)
    assert endings(desk.run()) == [State.UNKNOWN]
    assert endings(desk.run()) == [State.UNKNOWN]
    assert len(board.accepted) <= 1
    assert desk.history(KEY) == ["sending", "unknown"]


@pytest.mark.parametrize("fault", ["broken", "lost", "reset-before", "reset-after", "stall", "no-json"])
def test_a_guarded_service_is_asked_again_with_the_same_key(tmp_path: Path, board: BoardServer, fault: str) -> None:
    board.faults.append(fault)
    desk = office(tmp_path, board, "guarded-board")
    assert endings(desk.run()) == [State.UNKNOWN, State.DELIVERED]
    assert board.keys() == [KEY]


@pytest.mark.parametrize("fault", ["broken", "lost", "reset-before", "reset-after", "stall", "no-json"])
def test_a_searchable_service_is_looked_through(tmp_path: Path, board: BoardServer, fault: str) -> None:
    board.faults.append(fault)
    desk = office(tmp_path, board, "searchable-board")
    assert endings(desk.run()) == [State.UNKNOWN, State.DELIVERED]
    assert board.keys() == [KEY]


def test_a_kind_that_fails_after_its_first_step_is_not_begun_again(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board, "careless-board")
    assert endings(desk.run()) == [State.UNKNOWN]
    assert endings(desk.run()) == [State.UNKNOWN]
    assert len(board.accepted) == 1


def test_a_step_that_reaches_nobody_may_be_made_again(tmp_path: Path, board: BoardServer) -> None:
    board.faults.append("busy")
    assert endings(office(tmp_path, board, "careful-board").run()) == [State.UNREACHED, State.DELIVERED]


def test_an_unknown_is_not_resent_once_the_service_has_forgotten_the_key(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board, "guarded-board")
    desk.patience = Patience(tries=1)
    board.faults.append("reset-before")
    desk.run()
    desk.path.write_text(
        desk.path.read_text(encoding="utf-8").replace("when: 2015", "grace: 9 days, when: 2015"), encoding="utf-8"
    )
    desk.later(hours=25)
    assert endings(desk.run()) == [State.UNKNOWN]
    assert board.accepted == []


def test_a_machine_that_slept_resends_nothing_that_the_service_has_forgotten(
    tmp_path: Path, board: BoardServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, headers = office(tmp_path, board, "guarded-board"), GuardedBoard.headers

    def sleep(kind: GuardedBoard, key: str, transport: Transport) -> dict[str, str]:
        """The second attempt has begun when the machine falls asleep, and goes on a day later."""
        if board.arrived[key]:
            desk.later(hours=25)
        return headers(kind, key, transport)

    monkeypatch.setattr(GuardedBoard, "headers", sleep)
    board.faults.append("lost")
    ended = desk.run()
    assert set(endings(ended)) == {State.UNKNOWN}
    assert "may have forgotten an earlier attempt" in str(ended[1].outcome.reason)
    assert board.arrived[KEY] == 1


@pytest.mark.parametrize("kind", ["board", "guarded-board", "searchable-board"])
def test_an_unknown_is_not_resent_while_the_clock_is_before_its_attempt(
    tmp_path: Path, board: BoardServer, kind: str
) -> None:
    desk = office(tmp_path, board, kind)
    desk.patience = Patience(tries=1)
    board.faults.append("no-json")
    desk.later(minutes=30)
    desk.run()
    desk.later(minutes=-20)
    desk.run()
    assert board.arrived[KEY] == 1


def test_an_unknown_whose_text_was_changed_is_left_to_a_person(tmp_path: Path, board: BoardServer) -> None:
    board.faults.append("lost")
    desk = office(tmp_path, board, "searchable-board")
    desk.patience = Patience(tries=1)
    desk.run()
    ended = office(tmp_path, board, "searchable-board", body="別の文です。").run()
    assert endings(ended) == [State.UNKNOWN]
    assert "reconcile" in str(ended[0].outcome.reason)
    assert len(board.accepted) == 1


def test_what_was_left_sending_by_a_crash_is_put_in_doubt(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    with Ledger.open(desk.ledger_path, "live") as ledger:
        ledger.claim([Intent(KEY, "board", "d")], desk.now)
    assert desk.states() == {KEY: State.SENDING}
    assert endings(desk.run()) == [State.UNKNOWN]
    assert desk.history(KEY) == ["sending", "unknown"]
    assert board.accepted == []


def test_a_failed_second_attempt_leaves_the_doubt_about_the_first(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board, "guarded-board")
    desk.edit("when: 2015", "grace: 9 days, when: 2015")
    board.faults.extend(["reset-after", "busy", "refused"])
    desk.patience = Patience(tries=3, first=0.01, limit=1)
    assert endings(desk.run()) == [State.UNKNOWN] * 3
    desk.edit("body: 文", "body: 別の文")
    assert endings(desk.run()) == [State.UNKNOWN]
    desk.edit("body: 別の文", "body: 文")
    desk.later(hours=30)
    assert endings(desk.run()) == [State.UNKNOWN]
    assert board.arrived[KEY] == 1


def test_a_grace_that_passes_while_others_are_sent_is_missed(tmp_path: Path, board: BoardServer) -> None:
    desk = many(tmp_path, board, 4, "board")
    clock = iter([TEN] * 8)
    late = TEN + timedelta(hours=2)
    ended: list[Ended] = []
    with Ledger.open(desk.ledger_path, "live") as ledger:
        sender = Live(open_transport(desk.file.folder, None, desk.redactor))
        deliver(Run(desk.file, ledger, sender, lambda: next(clock, late), ended.append))
    assert 0 < len(board.accepted) < 4
    assert endings(ended) == [State.DELIVERED] * len(board.accepted) + [State.MISSED] * (4 - len(board.accepted))


def test_what_was_missed_is_recorded_and_left_to_a_person(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.later(hours=1, seconds=1)
    assert endings(desk.run()) == [State.MISSED]
    assert desk.run() == []
    assert board.accepted == []


def test_one_channels_failure_does_not_stop_another(tmp_path: Path, board: BoardServer) -> None:
    path = write(
        tmp_path,
        "warning: {title: 注意, when: 2015-06-04T10:00, channels: [a, b, c], body: 文}\n",
        f"""\
        a: {{kind: board, owner: 甲, url: "http://127.0.0.1:9"}}
        b: {{kind: board, owner: 乙, url: "{board.url}", token: {{env: NO_SUCH_VARIABLE}}}}
        c: {{kind: board, owner: 丙, url: "{board.url}"}}
        """,
    )
    last = {one.outcome.key: one.outcome.state for one in Office(path).run()}
    assert last == {
        "nenkin/warning/a/2015-06-04": State.UNREACHED,
        "nenkin/warning/b/2015-06-04": State.BLOCKED,
        "nenkin/warning/c/2015-06-04": State.DELIVERED,
    }


def test_what_has_a_problem_is_held_back_and_the_rest_goes_out(tmp_path: Path, board: BoardServer) -> None:
    path = write(
        tmp_path,
        f"""\
        long: {{title: 長い, when: 2015-06-04T10:00, channels: [board], body: {"あ" * 201}}}
        short: {{title: 短い, when: 2015-06-04T10:00, channels: [board], body: 短い文}}
        """,
        f"board: {{kind: board, owner: 甲, url: '{board.url}'}}\n",
    )
    last = {one.outcome.key: one.outcome for one in Office(path).run()}
    assert last["nenkin/long/board/2015-06-04"].state is State.BLOCKED
    assert last["nenkin/long/board/2015-06-04"].reason == "the text is 1 characters too long"
    assert board.keys() == ["nenkin/short/board/2015-06-04"]


CHAIN = """\
notice: {title: お知らせ, when: 2015-06-04T10:00, channels: [board], body: 文}
post: {title: 投稿, when: {after: notice, delay: 10 minutes}, channels: [board], body: 文二}
"""


def test_a_message_waits_for_the_one_that_it_comes_after(tmp_path: Path, board: BoardServer) -> None:
    desk = Office(write(tmp_path, CHAIN, f"board: {{kind: board, owner: 甲, url: '{board.url}'}}\n"))
    assert [one.outcome.key for one in desk.run()] == ["nenkin/notice/board/2015-06-04"]
    desk.later(minutes=9)
    assert desk.run() == []
    desk.later(minutes=1)
    assert [one.outcome.key for one in desk.run()] == ["nenkin/post/board/after-notice"]


def test_a_chain_goes_through_in_one_run_where_there_is_no_delay(tmp_path: Path, board: BoardServer) -> None:
    text = CHAIN.replace(", delay: 10 minutes", "")
    desk = Office(write(tmp_path, text, f"board: {{kind: board, owner: 甲, url: '{board.url}'}}\n"))
    assert endings(desk.run()) == [State.DELIVERED, State.DELIVERED]


def test_a_broken_chain_holds_what_follows_and_says_where(tmp_path: Path, board: BoardServer) -> None:
    board.faults.append("refused")
    text = CHAIN.replace(", delay: 10 minutes", "")
    desk = Office(write(tmp_path, text, f"board: {{kind: board, owner: 甲, url: '{board.url}'}}\n"))
    assert endings(desk.run()) == [State.REFUSED]
    assert board.accepted == []


def test_a_repost_names_the_post_that_went_out(tmp_path: Path, board: BoardServer) -> None:
    path = write(
        tmp_path,
        """\
        other: {title: 別件, when: 2015-06-04T09:59, channels: [mhlw], body: 別件の文}
        post: {title: 投稿, when: 2015-06-04T10:00, channels: [mhlw], body: 文}
        pass-on: {when: 2015-06-04T10:00, repost: post, channels: [kantei, police]}
        """,
        "".join(f"{name}: {{kind: board, owner: 甲, url: '{board.url}'}}\n" for name in ("kantei", "mhlw", "police")),
    )
    assert set(endings(Office(path).run())) == {State.DELIVERED}
    posted = board.keys().index("nenkin/post/mhlw/2015-06-04")
    reposts = [post for post in board.accepted if "pass-on" in post["key"]]
    assert [post["passes_on"] for post in reposts] == [str(posted)] * 2


def many(folder: Path, board: BoardServer, count: int, kind: str, settings: str = "") -> Office:
    rows = "".join(f"- {{id: r{n:04}, desk: desk{n:04}}}\n" for n in range(count))
    path = write(
        folder,
        "warning: {title: 注意, when: 2015-06-04T10:00, channels: [board], body: '{{ recipient.desk }}'}\n",
        f"board: {{kind: {kind}, owner: 甲, recipients: desks, url: '{board.url}'{settings}}}\n",
        "recipients:\n  desks:\n" + "".join(f"    {line}\n" for line in rows.splitlines()),
    )
    return Office(path)


def test_what_is_in_doubt_stays_so_where_the_channel_has_to_rest_before_it_is_asked_again(
    tmp_path: Path, board: BoardServer
) -> None:
    messages = [
        f"m{n}: {{title: 注意, when: 2015-06-04T10:00, grace: 9 days, channels: [board], body: 文}}\n" for n in range(3)
    ]
    settings = f"{{kind: guarded-board, owner: 厚生労働省, url: '{board.url}', concurrency: 1}}"
    desk = Office(write(tmp_path, "".join(messages), f"board: {settings}\n"), patience=replace(QUICK, tries=1))
    board.faults.extend(["lost"] * 3)
    assert endings(desk.run()) == [State.UNKNOWN] * 3
    board.faults.append("busy")
    board.retry_after = "3600"
    desk.later(minutes=5)
    desk.run()
    assert set(desk.states().values()) == {State.UNKNOWN}
    desk.later(hours=2)
    assert endings(desk.run()) == [State.DELIVERED] * 3
    assert len(board.accepted) == 3


@pytest.mark.parametrize("kind", ["board", "guarded-board"])
def test_every_recipient_gets_its_own_once(tmp_path: Path, board: BoardServer, kind: str) -> None:
    desk = many(tmp_path, board, 250, kind, ", concurrency: 8")
    assert endings(desk.run()) == [State.DELIVERED] * 250
    assert sorted(post["body"] for post in board.accepted) == [f"desk{n:04}" for n in range(250)]
    assert set(desk.states().values()) == {State.DELIVERED}


def test_a_channel_keeps_to_its_concurrency(tmp_path: Path, board: BoardServer) -> None:
    board.delay = 0.02
    many(tmp_path, board, 24, "board", ", concurrency: 3").run()
    assert board.most_at_once == 3


def test_a_channel_keeps_to_its_rate(tmp_path: Path, board: BoardServer) -> None:
    desk = many(tmp_path, board, 7, "board", ", rate: 3/second")
    desk.patience = Patience(limit=30)
    began = time.monotonic()
    assert endings(desk.run()) == [State.DELIVERED] * 7
    assert time.monotonic() - began > 1.5


@pytest.mark.parametrize("kind", ["board", "guarded-board"])
def test_a_rate_holds_from_run_to_run_and_what_is_left_over_is_not_lost(
    tmp_path: Path, board: BoardServer, kind: str
) -> None:
    desk = many(tmp_path, board, 5, kind, ", rate: 3/10 minutes")
    desk.patience = Patience(limit=0.05)
    assert endings(desk.run()) == [State.DELIVERED] * 3
    assert State.SENDING not in desk.states().values()
    desk.later(minutes=9)
    assert desk.run() == []
    desk.later(minutes=2)
    assert endings(desk.run()) == [State.DELIVERED] * 2
    assert len(set(board.keys())) == len(board.keys()) == 5


def test_two_runs_at_once_never_both_send(tmp_path: Path, board: BoardServer) -> None:
    board.delay = 0.005
    desk = many(tmp_path, board, 60, "board", ", concurrency: 4")
    ended: list[Ended] = []
    threads = [threading.Thread(target=lambda: ended.extend(desk.run())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.run()
    assert len(board.accepted) == 60
    assert max(board.arrived.values()) == 1


@pytest.mark.parametrize("kind", ["board", "guarded-board"])
def test_a_run_that_is_stopped_finishes_what_is_in_flight_and_claims_nothing_more(
    tmp_path: Path, board: BoardServer, kind: str
) -> None:
    board.delay = 0.05
    desk = many(tmp_path, board, 300, kind, ", concurrency: 2")
    with Ledger.open(desk.ledger_path, "live") as ledger:
        sender = Live(open_transport(desk.file.folder, None, desk.redactor))
        run = Run(desk.file, ledger, sender, lambda: desk.now, lambda ended: None, patience=QUICK)
        threading.Timer(0.3, run.stop).start()
        deliver(run)
    states = list(desk.states().values())
    assert 0 < states.count(State.DELIVERED) == len(board.accepted) < 300
    assert State.SENDING not in states
    assert State.UNKNOWN not in states
    board.delay = 0
    desk.run()
    assert sorted(board.keys()) == sorted(set(board.keys()))
    assert len(board.accepted) == 300


@pytest.mark.parametrize(
    ("change", "held_as"),
    [
        (("when: 2015-06-04T10:00", "when: 2015-06-05T10:00"), "nenkin/warning/board/2015-06-05"),
        (("warning:", "caution:"), "nenkin/caution/board/2015-06-04"),
    ],
    ids=["another day", "another name"],
)
def test_a_new_date_or_name_for_what_went_out_is_no_second_sending(
    tmp_path: Path, board: BoardServer, change: tuple[str, str], held_as: str
) -> None:
    desk = office(tmp_path, board)
    desk.run()
    desk.edit(*change)
    desk.later(days=1)
    desk.now = desk.now if "05" in change[1] else TEN
    ended = desk.run()
    assert [(one.outcome.key, one.outcome.state) for one in ended] == [(held_as, State.BLOCKED)]
    assert KEY in str(ended[0].outcome.reason)
    assert len(board.accepted) == 1


def test_a_name_that_is_used_for_another_text_sends_neither_twice(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.run()
    desk.edit("body: 文", "body: 新しい文")
    text = desk.path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "warning:" in line)
    second = line.replace("warning:", "second:").replace("新しい文", "文")
    desk.path.write_text(text.replace(line, f"{line}\n{second}"), encoding="utf-8")
    ended = desk.run()
    assert [(one.outcome.key, one.outcome.state) for one in ended] == [
        ("nenkin/second/board/2015-06-04", State.BLOCKED)
    ]
    assert len(board.accepted) == 1


def test_a_date_that_is_moved_to_and_fro_sends_once(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board, settings=", concurrency: 1")
    desk.edit("when: 2015", "grace: 9 days, when: 2015")
    desk.patience = Patience(tries=1)
    for fault, old, new in (("busy", "04T", "05T"), ("busy", "05T", "04T"), ("none", "04T", "05T"), ("none", "", "")):
        board.faults.append(fault)
        desk.later(days=1)
        desk.run()
        desk.edit(old, new) if old else None
    assert len(board.accepted) == 1


def test_recipients_that_a_channel_gets_later_do_not_get_what_went_to_all(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.run()
    desk.edit("channels:\n", "recipients:\n  all: [{id: a}, {id: b}]\nchannels:\n")
    desk.edit("kind: board,", "kind: board, recipients: all,")
    assert set(endings(desk.run())) == {State.BLOCKED}
    assert len(board.accepted) == 1


def test_a_moment_added_later_on_the_same_day_goes_out(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.run()
    desk.edit("when: 2015-06-04T10:00", "when: [2015-06-04T10:00, 2015-06-04T17:00]")
    desk.later(hours=7)
    states = {one.outcome.key.rpartition("/")[2]: one.outcome.state for one in desk.run()}
    assert states["2015-06-04T17:00"] is State.DELIVERED
    assert len(board.accepted) == 2


def test_a_doubt_about_what_the_file_has_dropped_is_not_forgotten(tmp_path: Path, board: BoardServer) -> None:
    board.faults.append("lost")
    desk = office(tmp_path, board)
    desk.run()
    desk.edit("warning:", "caution:")
    with Ledger.open(desk.ledger_path, "live") as ledger:
        sender = Live(open_transport(desk.file.folder, None, desk.redactor))
        run = Run(desk.file, ledger, sender, lambda: desk.now, lambda ended: None)
        deliver(run)
    assert run.still_open == {KEY: State.UNKNOWN}


def test_a_ledger_that_was_there_and_is_gone_is_not_begun_anew(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.run()
    desk.ledger_path.unlink()
    with pytest.raises(LedgerDamaged, match="was here and is gone"):
        desk.run()
    assert len(board.accepted) == 1


def test_another_day_beside_the_old_one_is_a_second_delivery(tmp_path: Path, board: BoardServer) -> None:
    desk = office(tmp_path, board)
    desk.run()
    desk.edit("when: 2015-06-04T10:00", "when: [2015-06-04T10:00, 2015-06-05T10:00]")
    desk.later(days=1)
    assert endings(desk.run()) == [State.DELIVERED]
    assert len(board.accepted) == 2


def test_a_secret_that_a_service_echoes_is_kept_out_of_the_ledger(
    tmp_path: Path, board: BoardServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD_TOKEN", "s3cr3t-token-of-the-board")
    board.faults.append("refused")
    desk = office(
        tmp_path, board, settings=", token: {env: BOARD_TOKEN}", body="s3cr3t-token-of-the-board と書いてある"
    )
    ended = desk.run()
    assert "[redacted]" in str(ended[0].outcome.reason)
    assert b"s3cr3t" not in desk.ledger_path.read_bytes()


def test_a_recipients_data_that_a_service_echoes_is_kept_out_of_the_ledger(tmp_path: Path, board: BoardServer) -> None:
    board.faults.append("refused")
    desk = many(tmp_path, board, 1, "board")
    assert "desk0000" not in str(desk.run()[0].outcome.reason)
    assert b"desk0000" not in desk.ledger_path.read_bytes()
