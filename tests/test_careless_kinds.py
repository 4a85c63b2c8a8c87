"""Careless code in a kind lands in the safe ending, and costs only its own deliveries."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import field_validator

from kinds import Board, BoardSettings
from kohoctl import Message, Problem, Receipt, Recipient, Refused, Rendition, Transport, Unreached
from kohoctl.plan import slots
from kohoctl.states import State
from kohoctl.testing.sample import picture
from kohoctl.wording import Wording
from servers.board import BoardServer
from support import KINDS, Office, write

ODD = "nenkin/warning/odd/r0/2015-06-04"
PLAIN = "nenkin/warning/plain/2015-06-04"
PRIVATE = "山田太郎090"


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, board: BoardServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Office]:
    """An office with one channel of an odd kind and one of a plain kind; the odd one's methods are those given."""

    def make(**methods: Any) -> Office:
        odd = type("Odd", (Board,), {"kind": "odd-board", **methods})
        monkeypatch.setitem(KINDS, "odd-board", odd)
        monkeypatch.setenv("BOARD_TOKEN", "token-of-the-board")
        return Office(
            write(
                tmp_path,
                "warning: {title: 注意, when: 2015-06-04T10:00, channels: [odd, plain], body: 文}\n",
                f"""\
                odd:
                  kind: odd-board
                  owner: 甲
                  recipients: people
                  url: "{board.url}"
                  token: {{env: BOARD_TOKEN}}
                plain: {{kind: board, owner: 乙, url: "{board.url}"}}
                """,
                f"recipients:\n  people: [{{id: r0, desk: {PRIVATE}}}]\n",
            )
        )

    return make


def last(desk: Office) -> dict[str, Any]:
    return {one.outcome.key: one.outcome for one in desk.run()}


def posting(then: Callable[[Receipt, Transport], Any]) -> Callable[..., Any]:
    """A ``deliver`` that posts, and then does something odd."""

    def deliver(self: Board, rendition: Rendition, key: str, transport: Transport) -> Any:
        return then(Board.deliver(self, rendition, key, transport), transport)

    return deliver


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class UnspeakableExit(Exception):
    def __str__(self) -> str:
        raise SystemExit(3)


class Quota(Unreached):
    """As somebody in a hurry derives from an ending: without calling its __init__."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes


class Shut(Refused):
    def __init__(self) -> None:
        pass

    def __str__(self) -> str:
        return f"shut until {self.until}"  # type: ignore[attr-defined]  # it forgot to say


def problem(**odd: Any) -> Rendition:
    return Rendition({}, problems=(Problem("wrong", **odd),))


def raising(error: BaseException) -> Callable[..., Any]:
    def method(*_: object) -> Any:
        raise error

    return method


@pytest.mark.parametrize(
    "then",
    [
        lambda receipt, transport: None,
        lambda receipt, transport: {"id": receipt.id},
        lambda receipt, transport: Receipt.published(cast(str, 7)),
        lambda receipt, transport: Receipt.published(str({"id": None}["id"])),
        lambda receipt, transport: Receipt.published("7", answer=cast(str, {1, 2})),
        lambda receipt, transport: Receipt.published("\ud800"),
        lambda receipt, transport: Receipt.published("7", score=float("nan")),
        lambda receipt, transport: Receipt(cast(Any, "7"), "https://board.example/7"),
        lambda receipt, transport: sys.exit(0),
        lambda receipt, transport: raising(Unspeakable())(),
        lambda receipt, transport: raising(Unreached("the second step"))(),
        lambda receipt, transport: raising(Refused("the second step"))(),
    ],
    ids=[
        "nothing",
        "a dict",
        "a number as id",
        "an id that the answer left out",
        "an answer that is no JSON",
        "a surrogate",
        "a number that is none",
        "an id instead of the form",
        "exit",
        "an error that cannot be told",
        "unreached late",
        "refused late",
    ],
)
def test_whatever_comes_after_the_posting_is_unknown_and_never_resent(
    desk: Callable[..., Office], board: BoardServer, then: Callable[..., Any]
) -> None:
    office = desk(deliver=posting(then))
    assert {key: outcome.state for key, outcome in last(office).items()} == {ODD: State.UNKNOWN, PLAIN: State.DELIVERED}
    office.edit("body: 文", "body: 別の文")
    office.run()
    assert board.arrived[ODD] == 1


@pytest.mark.parametrize("asked", ["30", timedelta.max, -5], ids=["text", "for ever", "a number"])
def test_nonsense_about_when_to_come_back_is_no_reason_to_fail(desk: Callable[..., Office], asked: Any) -> None:
    office = desk(deliver=raising(Unreached("busy", retry_after=asked)))
    assert last(office)[ODD].state is State.UNREACHED


@pytest.mark.parametrize(
    ("render", "said"),
    [
        (raising(ValueError(f"cannot spell {PRIVATE}")), "could not render this: ValueError: cannot spell [redacted]"),
        (raising(SystemExit(0)), "could not render this: SystemExit: 0"),
        (raising(Unspeakable()), "could not render this: Unspeakable"),
        (lambda *_: None, "render gave back NoneType and no Rendition"),
        (lambda *_: Rendition({"a": {1, 2}}), "set has no place in a rendition"),
        (lambda *_: Rendition({"a": "\ud800"}), "could not render this: UnicodeEncodeError"),
        (lambda *_: Rendition({"a": float("nan")}), "a number that is none (NaN)"),
        (raising(KeyboardInterrupt()), "could not render this: KeyboardInterrupt"),
        (raising(UnspeakableExit()), "could not render this: UnspeakableExit"),
        (lambda *_: Rendition({}, files=cast(Any, None)), "'NoneType' object is not iterable"),
        (lambda *_: Rendition({}, problems=cast(Any, (p for p in (Problem("too long"),)))), "too long"),
        (lambda *_: Rendition({}, problems=cast(Any, "")), "problems are several Problem, and render gave str"),
        (lambda *_: Rendition({}, problems=cast(Any, None)), "problems are several Problem, and render gave NoneType"),
        (lambda *_: Rendition({}, problems=(Problem(cast(Any, 5)),)), "could not render this: TypeError"),
        (lambda *_: problem(field=["body"]), "a problem's field is text, and render gave list"),
        (lambda *_: problem(hint=5), "a problem's hint is text, and render gave int"),
        (lambda *_: problem(rule=5), "a problem's rule is text, and render gave int"),
        (lambda *_: problem(place="here"), "a problem's place is a Place, and render gave str"),
        (lambda *_: problem(severity="bad"), "a problem's severity is error, warning, hint, and render gave another"),
        (lambda *_: Rendition({}, problems=(Problem("half of \ud83d", hint="\ud83d"),)), "half of ? (?)"),
        (lambda *_: Rendition({}, problems=(Problem("the {name}", {"other": 1}),)), "could not render this: KeyError"),
        (lambda *_: Rendition({}, problems=cast(Any, ("wrong",))), "a problem is a Problem, and render gave str"),
    ],
)
def test_a_rendition_that_cannot_be_used_is_a_problem_of_its_delivery_alone(
    desk: Callable[..., Office], render: Callable[..., Any], said: str
) -> None:
    ended = last(desk(render=render))
    assert (ended[ODD].state, ended[PLAIN].state) == (State.BLOCKED, State.DELIVERED)
    assert said in str(ended[ODD].reason)


@pytest.mark.parametrize(
    ("error", "state", "reason"), [(Quota(5), State.UNREACHED, "5"), (Shut(), State.REFUSED, "Shut")]
)
def test_an_ending_of_a_kind_s_own_that_lacks_half_of_its_parts_is_that_ending(
    desk: Callable[..., Office], error: Exception, state: State, reason: str
) -> None:
    ended = last(desk(deliver=raising(error)))
    assert (ended[ODD].state, ended[ODD].reason) == (state, reason)
    assert ended[PLAIN].state is State.DELIVERED


def test_what_render_gives_one_by_one_is_gone_through_once_and_kept(
    desk: Callable[..., Office], tmp_path: Path
) -> None:
    flyer = picture(tmp_path)

    def render(*_: object) -> Rendition:
        return Rendition({}, files=cast(Any, (file for file in [flyer])), problems=cast(Any, [Problem("too long")]))

    file = desk(render=render).file
    slot = next(slot for slot in slots(file) if slot.key == ODD)
    kept = Wording(file).render(slot)
    assert kept.files == (flyer,)
    assert [str(problem) for problem in kept.problems] == ["too long"]
    assert isinstance(kept.problems, tuple)  # so that no rule of another plugin takes one away
    assert kept.digest == Rendition({}, files=(flyer,)).digest


def test_settings_that_a_kind_s_own_code_fails_on_cost_its_channel_alone(desk: Callable[..., Office]) -> None:
    class Forgetful(BoardSettings):
        @field_validator("url")
        @classmethod
        def _look_up(cls, url: str) -> str:
            return {"https://board.example": url}["another"]

    ended = last(desk(settings_model=Forgetful))
    assert (ended[ODD].state, ended[PLAIN].state) == (State.BLOCKED, State.DELIVERED)
    assert "the kind odd-board cannot read these settings: KeyError" in str(ended[ODD].reason)


def test_content_that_a_kind_changes_after_it_was_planned_is_not_sent(
    desk: Callable[..., Office], board: BoardServer
) -> None:
    def meddling(self: Board, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        cast(dict[str, Any], rendition.content)["body"] = "別の文"
        raise Unreached("busy", retry_after=timedelta(0))

    ended = last(desk(deliver=meddling))
    assert ended[ODD].state is State.REFUSED
    assert "changed the content" in str(ended[ODD].reason)
    assert board.keys() == [PLAIN]


def test_a_post_made_in_a_thread_of_the_kind_s_own_counts_too(desk: Callable[..., Office], board: BoardServer) -> None:
    def threaded(self: Board, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        thread = threading.Thread(target=Board.deliver, args=(self, rendition, key, transport))
        thread.start()
        thread.join()
        raise Unreached("busy", retry_after=timedelta(0))

    assert last(desk(deliver=threaded))[ODD].state is State.UNKNOWN
    assert board.arrived[ODD] == 1


def test_a_token_that_a_kind_leaves_in_its_session_reaches_no_other_channel(
    desk: Callable[..., Office], board: BoardServer
) -> None:
    seen = []

    def leaving(self: Board, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        seen.append(dict(transport.http.headers))
        transport.http.headers["Authorization"] = "token-of-the-board"
        transport.http.auth = ("user", "password")
        return Board.deliver(self, rendition, key, transport)

    office = desk(deliver=leaving)
    office.edit("people: [{id: r0", "people: [{id: r1, desk: 別}, {id: r0")
    office.run()
    assert ["Authorization" in headers for headers in seen] == [False, False]


def test_what_a_service_spells_otherwise_is_taken_out_all_the_same(desk: Callable[..., Office]) -> None:
    office = desk(deliver=raising(Refused("bad: " + json.dumps(PRIVATE))))
    assert last(office)[ODD].reason == 'bad: "[redacted]"'


@pytest.mark.parametrize("pace", [lambda self: "often", lambda self: 60, raising(SystemExit(0))])
def test_a_pace_that_is_none_holds_back_its_own_channel_alone(
    desk: Callable[..., Office], pace: Callable[..., Any]
) -> None:
    ended = last(desk(pace=pace))
    assert (ended[ODD].state, ended[PLAIN].state) == (State.BLOCKED, State.DELIVERED)
    assert "does not say its pace" in str(ended[ODD].reason)


def test_a_secret_deep_in_a_receipt_does_not_reach_the_ledger(desk: Callable[..., Office]) -> None:
    def echo(receipt: Receipt, transport: Transport) -> Receipt:
        token = os.environ["BOARD_TOKEN"]
        return Receipt.published("1", headers={"Authorization": [token]}, said=f"thank you, {PRIVATE}")

    office = desk(deliver=posting(echo))
    assert last(office)[ODD].receipt.answer == {
        "headers": {"Authorization": ["[redacted]"]},
        "said": "thank you, [redacted]",
    }
    assert b"token-of-the-board" not in office.ledger_path.read_bytes()


def test_a_kind_that_changes_what_it_was_given_changes_no_other_delivery(
    desk: Callable[..., Office], board: BoardServer
) -> None:
    def greedy(self: Board, message: Message, recipient: Recipient | None) -> Rendition:
        rendition = Board.render(self, message, recipient)
        with pytest.raises(AttributeError):
            message.title = "別の題"  # type: ignore[misc]  # frozen, and that is what is shown
        return rendition

    assert last(desk(render=greedy))[ODD].state is State.DELIVERED
    assert {post["title"] for post in board.accepted} == {"注意"}
