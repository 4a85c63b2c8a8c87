"""A plugin that hangs, prints, logs or raises costs only its own deliveries, and is named in the log."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kinds import Board
from kohoctl import Message, Receipt, Recipient, Rendition, Transport, foreign
from kohoctl.errors import BrokenOff
from kohoctl.foreign import LINE_LIMIT, supervised
from kohoctl.foreign import foreign as at_work
from kohoctl.redaction import Redactor, described
from kohoctl.states import State
from servers.board import BoardServer
from support import KINDS, Office, write

ODD = "nenkin/warning/odd/2015-06-04"
PLAIN = "nenkin/warning/plain/2015-06-04"


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, board: BoardServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Office]:
    """An office with one channel of an odd kind and one of a plain kind; the odd one has the attributes given."""

    def make(channel: str = "", **attributes: Any) -> Office:
        odd = type("Odd", (Board,), {"kind": "odd-board", "time_limit": timedelta(seconds=0.3), **attributes})
        monkeypatch.setitem(KINDS, "odd-board", odd)
        return Office(
            write(
                tmp_path,
                "warning: {title: 注意, when: 2015-06-04T10:00, channels: [odd, plain], body: 文}\n",
                f"""\
                odd: {{kind: odd-board, owner: 甲, url: "{board.url}"{channel}}}
                plain: {{kind: board, owner: 乙, url: "{board.url}"}}
                """,
            )
        )

    return make


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """What a hanging plugin waits for: it is let go when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def states(office: Office) -> dict[str, State]:
    return {ended.outcome.key: ended.outcome.state for ended in office.run()}


def spin() -> None:
    while True:
        pass


def within(limit: float, work: Callable[[], object]) -> None:
    with supervised(lambda who, line: None), at_work("a plugin", limit):
        work()


def posting_and_then(wait: Callable[[], object]) -> Callable[..., Receipt]:
    def deliver(self: Board, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        receipt = Board.deliver(self, rendition, key, transport)
        wait()
        return receipt

    return deliver


@pytest.mark.parametrize("channel", ["", ", concurrency: 3"], ids=["alone", "with others"])
def test_a_delivery_that_does_not_come_back_is_unknown_and_the_other_channels_go_on(
    desk: Callable[..., Office], board: BoardServer, hanging: threading.Event, channel: str
) -> None:
    office = desk(channel, deliver=posting_and_then(hanging.wait))
    began = time.monotonic()
    assert states(office) == {ODD: State.UNKNOWN, PLAIN: State.DELIVERED}
    assert time.monotonic() - began < 10
    assert office.entries()[ODD].reason == "the kind odd-board has not come back within 0.3 seconds"
    office.run()
    assert board.arrived[ODD] == 1


def test_what_comes_back_too_late_changes_nothing(desk: Callable[..., Office], hanging: threading.Event) -> None:
    came_back = threading.Event()

    def wait() -> None:
        hanging.wait()
        came_back.set()

    office = desk(deliver=posting_and_then(wait))
    assert states(office)[ODD] is State.UNKNOWN
    hanging.set()
    assert came_back.wait(5)
    time.sleep(0.2)
    assert office.history(ODD) == ["sending", "unknown"]


def test_a_look_that_does_not_come_back_leaves_the_delivery_unknown(
    desk: Callable[..., Office], hanging: threading.Event
) -> None:
    def raising(*_: object) -> Receipt:
        raise ValueError("lost")

    def find(*_: object) -> None:
        hanging.wait()

    office = desk(deliver=raising, find=find)
    assert states(office) == {ODD: State.UNKNOWN, PLAIN: State.DELIVERED}
    assert office.states()[ODD] is State.UNKNOWN


def test_a_rendering_that_does_not_come_back_gives_up_its_channel_alone(
    desk: Callable[..., Office], hanging: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "RENDER_LIMIT", 0.3)
    main = threading.main_thread()

    def render(self: Board, message: Message, recipient: Recipient | None) -> Rendition:
        if threading.current_thread() is not main:
            hanging.wait()
        return Board.render(self, message, recipient)

    office = desk(render=render)
    assert states(office) == {PLAIN: State.DELIVERED}
    assert ODD not in office.states()


def test_what_takes_too_long_in_the_main_thread_is_ended_even_in_its_sleep() -> None:
    began = time.monotonic()
    for forever in (lambda: time.sleep(30), spin):
        with pytest.raises(BrokenOff) as broken_off:
            within(0.2, forever)
        assert described(broken_off.value) == "Overdue: a plugin has not come back within 0.2 seconds"
    assert time.monotonic() - began < 10


def test_a_pace_that_is_never_told_holds_back_its_own_channel_alone(
    desk: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "RENDER_LIMIT", 0.3)
    asked = []

    def pace(self: Board) -> str:
        asked.append(self.name)
        time.sleep(30)
        return "60/hour"

    with supervised(lambda who, line: None):
        assert states(desk(pace=pace)) == {ODD: State.BLOCKED, PLAIN: State.DELIVERED}
    assert asked == ["odd"]


@pytest.mark.parametrize("raised", [SystemExit(0), GeneratorExit(), KeyboardInterrupt(), asyncio.CancelledError()])
def test_whatever_a_plugin_raises_is_an_exception_to_whoever_called_it(raised: BaseException) -> None:
    with pytest.raises(BrokenOff) as broken_off, at_work("a plugin"):
        raise raised
    assert broken_off.value.raised is raised


def test_ctrl_c_is_the_user_s_even_while_a_plugin_is_at_work() -> None:
    with pytest.raises(KeyboardInterrupt):
        within(10, lambda: signal.raise_signal(signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_kohoctl_s_own_words_are_nobody_else_s(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[str, str]] = []
    with supervised(lambda who, line: told.append((who, line))):
        print("before")
        with at_work("a plugin"):
            print("within")
            with at_work("another"):
                print("deeper")
            sys.stderr.write("again\n")
        print("after")
    assert capsys.readouterr().out == "before\nafter\n"
    assert told == [("a plugin", "within"), ("another", "deeper"), ("a plugin", "again")]


@pytest.mark.timeout(20)
def test_a_log_that_never_takes_what_a_plugin_printed_holds_up_no_other_channel(
    desk: Callable[..., Office], hanging: threading.Event
) -> None:
    def wait(_: str, __: str) -> None:
        hanging.wait()

    with supervised(wait):
        assert states(desk(deliver=posting_and_then(lambda: print("arrived")))) == {
            ODD: State.UNKNOWN,
            PLAIN: State.DELIVERED,
        }


def test_what_is_printed_while_a_line_is_told_is_no_plugin_s(capsys: pytest.CaptureFixture[str]) -> None:
    with supervised(lambda who, line: print(f"{who} printed {line}")), at_work("a plugin"):
        sys.stderr.write("this\n")
    assert capsys.readouterr().out == "a plugin printed this\n"


def printed(*pieces: str) -> list[str]:
    """What is logged of a plugin that writes ``pieces``, one by one."""
    redactor, told = Redactor(), list[str]()
    redactor.add("token-of-the-board")
    with supervised(lambda who, line: told.append(redactor.scrub(line))), at_work("a plugin"):
        for piece in pieces:
            sys.stdout.write(piece)
    return told


@pytest.mark.parametrize("before", [LINE_LIMIT - 17, LINE_LIMIT - 9, LINE_LIMIT - 2])
@pytest.mark.parametrize("end", ["\n", ""], ids=["whole", "without an end"])
def test_nothing_is_left_of_a_secret_across_the_end_of_what_is_told_of_a_line(before: int, end: str) -> None:
    told = ["x" * before + "[redacted]…"]
    assert printed("x" * before + "token-of-the-board and more" + end) == told
    assert printed(*"x" * before, *"token-of-the-board and more" + end) == told


def test_the_rest_of_a_line_that_is_too_long_is_let_go_until_it_ends() -> None:
    told = "x" * LINE_LIMIT + "…"
    assert printed("x" * (LINE_LIMIT + 1), "token-of-", "the-board", " more\nnext\n") == [told, "next"]


def test_a_line_without_an_end_hides_nothing_of_what_another_plugin_prints() -> None:
    told: list[tuple[str, str]] = []
    with supervised(lambda who, line: told.append((who, line[:3]))):
        with at_work("one"):
            sys.stdout.write("x" * (LINE_LIMIT + 1))
        with at_work("another"):
            print("yyy")
    assert told == [("one", "xxx"), ("another", "yyy")]
