"""The plan: what stands where at a moment, without anything being sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kohoctl.ledger import Ledger
from kohoctl.model import Receipt
from kohoctl.plan import Planner, slots
from kohoctl.states import Intent, Outcome, Planned, State
from support import TEN, Office, write

BOARD = "board: {kind: board, owner: 厚生労働省, url: 'http://127.0.0.1:9'}\n"
KEY = "nenkin/warning/board/2015-06-04"


def office(folder: Path, messages: str, channels: str = BOARD, more: str = "") -> Office:
    return Office(write(folder, messages, channels, more))


def simple(folder: Path) -> Office:
    return office(folder, "warning: {title: 注意, when: 2015-06-04T10:00, channels: [board], body: 文}\n")


def plan(desk: Office, **later: float) -> dict[str, Planned]:
    with Ledger.read(desk.ledger_path, "live") as ledger:
        planned = Planner(desk.file, ledger).plan(TEN + timedelta(**later))
        return {one.delivery.key: one for one in planned}


def states(desk: Office, **later: float) -> dict[str, str]:
    return {key: str(one.state) for key, one in plan(desk, **later).items()}


def remember(desk: Office, *outcomes: Outcome) -> None:
    with Ledger.open(desk.ledger_path, "live") as ledger:
        for outcome in outcomes:
            if outcome.attempt is not None:
                ledger.claim([Intent(outcome.key, outcome.channel, outcome.digest)], TEN)
            ledger.settle([outcome], TEN)


@pytest.mark.parametrize(
    ("later", "state", "ready"),
    [
        ({"seconds": -1}, State.WAITING, False),
        ({}, State.DUE, True),
        ({"hours": 1}, State.DUE, True),
        ({"hours": 1, "seconds": 1}, State.MISSED, False),
    ],
)
def test_time_makes_a_delivery_wait_due_and_missed(
    tmp_path: Path, later: dict[str, float], state: State, ready: bool
) -> None:
    (one,) = plan(simple(tmp_path), **later).values()
    assert (one.state, one.ready) == (state, ready)


def test_a_delivery_is_named_by_campaign_message_channel_recipient_and_occurrence(tmp_path: Path) -> None:
    desk = office(
        tmp_path,
        """\
        warning:
          title: 注意
          when: [2015-06-04T10:00, 2015-06-05T10:00, 2015-06-05T17:00]
          channels: [board]
          body: 文
        """,
        BOARD.replace("board,", "board, recipients: desks,"),
        "recipients:\n  desks: [{id: npa}, {id: fsa}]\n",
    )
    assert list(plan(desk)) == [
        f"nenkin/warning/board/{who}/{when}"
        for when in ("2015-06-04", "2015-06-05T10:00", "2015-06-05T17:00")
        for who in ("npa", "fsa")
    ]


def test_deliveries_stand_in_order_of_time_and_those_that_wait_for_another_last(tmp_path: Path) -> None:
    desk = office(
        tmp_path,
        """\
        chained: {title: 三, when: {after: late}, channels: [board], body: 文}
        late: {title: 二, when: 2015-06-05T10:00, channels: [board], body: 文}
        early: {title: 一, when: 2015-06-04T10:00, channels: [board], body: 文}
        """,
    )
    assert [slot.message.id for slot in slots(desk.file)] == ["early", "late", "chained"]


def test_problems_block_and_stand_at_their_place_in_the_file(tmp_path: Path) -> None:
    desk = office(
        tmp_path,
        f"""\
        warning:
          title: 注意
          when: 2015-06-04T10:00
          channels:
            board: {{body: {"長" * 201}}}
          body: 文
        """,
    )
    (one,) = plan(desk).values()
    assert (one.state, one.ready) == (State.BLOCKED, False)
    (problem,) = one.problems
    assert problem.place is not None
    line = desk.path.read_text(encoding="utf-8").splitlines()[problem.place.line - 1]
    assert line[problem.place.column - 1 :].startswith("長")


def test_facts_are_the_same_everywhere_and_recipients_words_are_each_ones_own(tmp_path: Path) -> None:
    desk = office(
        tmp_path,
        """\
        warning:
          title: "{{ recipient.desk }}へ"
          when: 2015-06-04T10:00
          channels: [board]
          body: "{{ hotline }}"
        """,
        BOARD.replace("board,", "board, recipients: desks,"),
        "facts: {hotline: 0120-818211}\nrecipients:\n  desks: [{id: a, desk: 一番}, {id: b, desk: 二番}]\n",
    )
    contents = [one.rendition.content for one in plan(desk).values()]
    assert [(content["title"], content["body"]) for content in contents] == [
        ("一番へ", "0120-818211"),
        ("二番へ", "0120-818211"),
    ]


def test_the_digest_is_of_content_and_destination(tmp_path: Path) -> None:
    digests = set()
    for change in (("", ""), ("文}", "別の文}"), ("注意", "警告"), (":9'", ":10'"), ("body: 文", "body: '文'")):
        desk = simple(tmp_path)
        desk.edit(*change)
        digests.add(plan(desk)[KEY].rendition.digest)
    assert len(digests) == 4  # quotation marks change nothing that is sent


def test_what_was_delivered_and_then_changed_in_the_file_is_shown_as_such(tmp_path: Path) -> None:
    desk = simple(tmp_path)
    digest = plan(desk)[KEY].rendition.digest
    remember(desk, Outcome(KEY, "board", State.DELIVERED, digest, 1, Receipt.published("1")))
    assert not plan(desk)[KEY].changed
    desk.edit("body: 文", "body: 別の文")
    assert plan(desk)[KEY].changed
    assert states(desk) == {KEY: "delivered"}


def test_a_refusal_stays_until_the_text_is_changed(tmp_path: Path) -> None:
    desk = simple(tmp_path)
    digest = plan(desk)[KEY].rendition.digest
    remember(desk, Outcome(KEY, "board", State.REFUSED, digest, 1, reason="長すぎます"))
    assert states(desk) == {KEY: "refused"}
    desk.edit("body: 文", "body: 別の文")
    assert states(desk) == {KEY: "due"}
    assert states(desk, hours=2) == {KEY: "refused"}


def test_an_unreached_delivery_is_tried_again_when_its_wait_is_over_and_missed_when_its_grace_is(
    tmp_path: Path,
) -> None:
    desk = simple(tmp_path)
    again = TEN + timedelta(minutes=10)
    remember(desk, Outcome(KEY, "board", State.UNREACHED, "d", 1, reason="混雑", retry_at=again))
    assert [plan(desk, minutes=minutes)[KEY].ready for minutes in (9, 10, 60, 61)] == [False, True, True, False]
    assert states(desk, minutes=61) == {KEY: "missed"}


def test_a_persons_word_lifts_the_grace(tmp_path: Path) -> None:
    desk = simple(tmp_path)
    remember(desk, Outcome(KEY, "board", State.UNREACHED, "d", by="当直"))
    assert plan(desk, days=3)[KEY].ready


CHAIN = """\
notice: {title: 告知, when: 2015-06-04T10:00, channels: [board, board2], body: 文}
post: {title: 投稿, when: {after: notice, delay: 30 minutes}, channels: [board], body: 文}
"""
TWO = BOARD + BOARD.replace("board:", "board2:")
FIRST, SECOND = "nenkin/notice/board/2015-06-04", "nenkin/notice/board2/2015-06-04"


def test_a_message_comes_after_every_delivery_of_the_one_that_it_names(tmp_path: Path) -> None:
    desk = office(tmp_path, CHAIN, TWO)
    post = "nenkin/post/board/after-notice"
    remember(desk, Outcome(FIRST, "board", State.DELIVERED, "d", 1, Receipt.published("1")))
    assert plan(desk, hours=1)[post].state is State.WAITING
    remember(desk, Outcome(SECOND, "board2", State.DELIVERED, "d", 1, Receipt.published("2")))
    assert plan(desk)[post].delivery.due == TEN + timedelta(minutes=30)
    assert [plan(desk, minutes=minutes)[post].ready for minutes in (29, 30)] == [False, True]


def test_a_chain_that_broke_says_where(tmp_path: Path) -> None:
    desk = office(tmp_path, CHAIN, TWO)
    remember(desk, Outcome(SECOND, "board2", State.REFUSED, "d", 1, reason="権限がありません"))
    one = plan(desk)["nenkin/post/board/after-notice"]
    assert one.state is State.BLOCKED
    assert [str(problem) for problem in one.problems] == [f"it comes after {SECOND}, which ended as refused"]


def test_a_run_asks_only_for_what_it_has_something_to_do_with(tmp_path: Path) -> None:
    desk = office(
        tmp_path,
        """\
        done: {title: 済, when: 2015-06-04T09:00, channels: [board], body: 文}
        now: {title: 今, when: 2015-06-04T10:00, channels: [board], body: 文}
        later: {title: 後, when: 2015-06-04T11:00, channels: [board], body: 文}
        """,
    )
    remember(desk, Outcome("nenkin/done/board/2015-06-04", "board", State.DELIVERED, "d", 1, Receipt.published("1")))
    with Ledger.read(desk.ledger_path, "live") as ledger:
        pending = list(Planner(desk.file, ledger).pending(TEN))
    assert [one.delivery.message for one in pending] == ["now"]
