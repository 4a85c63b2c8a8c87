"""Kinds whose deliveries are sent anew when their text has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kohoctl.fulfilment import Request, requests_of
from kohoctl.ledger import Ledger, write_records
from kohoctl.plan import Planner
from kohoctl.report.gathering import gather
from kohoctl.report.values import CampaignReport
from kohoctl.states import Record, State, Step
from servers.board import BoardServer
from support import TEN, Office, write

KEY = "nenkin/brief/board/2015-06-04"
MESSAGE = "brief: {title: 応対, body: '専用電話窓口は {{ hotline }} です。', when: 2015-06-04T10:00, channels: [board]}"


@pytest.fixture
def board() -> Iterator[BoardServer]:
    with BoardServer() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, board: BoardServer) -> Office:
    channel = f"board: {{kind: reissued-board, owner: 日本年金機構, url: '{board.url}'}}\n"
    return Office(write(tmp_path, MESSAGE, channel, "facts: {hotline: 0120-818211}\n"), now=TEN)


def test_a_changed_fact_brings_a_new_edition_however_late(office: Office, board: BoardServer) -> None:
    office.run()
    office.later(days=30)
    office.run()
    assert board.keys() == [KEY]
    office.edit("0120-818211", "0120-000000")
    office.run()
    office.run()
    assert board.keys() == [KEY, f"{KEY}+2"]
    assert "0120-000000" in board.accepted[-1]["body"]


def test_a_text_that_is_as_it_was_once_is_a_new_edition_too(office: Office, board: BoardServer) -> None:
    for old, new in (("0120-818211", "0120-000000"), ("0120-000000", "0120-818211")):
        office.run()
        office.edit(old, new)
    office.run()
    office.run()
    assert board.keys() == [KEY, f"{KEY}+2", f"{KEY}+3"]


def test_an_edition_in_doubt_is_settled_before_the_next_one(office: Office, board: BoardServer) -> None:
    office.run()
    office.edit("0120-818211", "0120-000000")
    board.faults.append("lost")
    office.run()
    office.edit("0120-000000", "0120-111111")
    office.run()
    assert office.states() == {KEY: State.DELIVERED, f"{KEY}+2": State.UNKNOWN}


def test_a_text_with_a_problem_is_no_edition(office: Office, board: BoardServer) -> None:
    office.run()
    office.edit("0120-818211", "0" * 300)
    office.run()
    assert board.keys() == [KEY]


def test_the_plan_shows_the_edition_that_is_at_stake_and_knows_the_earlier_ones(office: Office) -> None:
    office.run()
    office.edit("0120-818211", "0120-000000")
    with Ledger.read(office.ledger_path, "live") as ledger:
        planner = Planner(office.file, ledger)
        assert [(one.delivery.key, one.state) for one in planner.plan(TEN)] == [(f"{KEY}+2", State.DUE)]
        assert list(planner.deliveries()) == [KEY, f"{KEY}+2"]
        assert planner.dropped() == []


def test_the_report_counts_each_edition_that_went_out(office: Office) -> None:
    office.run()
    office.edit("0120-818211", "0120-000000")
    office.run()
    campaign = reported(office)
    assert [(sent.delivered, sent.planned) for sent in campaign.sent] == [(2, 2)]
    assert (campaign.unnamed, campaign.unfinished) == (0, ())


def test_the_report_names_an_edition_in_doubt(office: Office, board: BoardServer) -> None:
    office.run()
    office.edit("0120-818211", "0120-000000")
    board.faults.append("lost")
    office.run()
    campaign = reported(office)
    assert [(sent.delivered, sent.planned) for sent in campaign.sent] == [(1, 2)]
    assert [(one.key, one.state) for one in campaign.unfinished] == [(f"{KEY}+2", State.UNKNOWN)]


def test_the_report_names_an_edition_that_is_held_back(office: Office) -> None:
    office.run()
    office.edit("0120-818211", "0" * 300)
    assert [(one.key, one.state) for one in reported(office).unfinished] == [(f"{KEY}+2", State.BLOCKED)]


def reported(office: Office) -> CampaignReport:
    with Ledger.read(office.ledger_path, "live") as ledger:
        return gather(office.file, ledger, office.now).campaigns[0]


# Requests


@pytest.fixture
def asking(tmp_path: Path, board: BoardServer) -> Office:
    """An office whose brief is a request, to be answered."""
    channel = f"board: {{kind: brief-board, owner: 日本年金機構, url: '{board.url}'}}\n"
    return Office(write(tmp_path, MESSAGE, channel, "facts: {hotline: 0120-818211}\n"), now=TEN)


def requests(office: Office) -> list[Request]:
    with Ledger.read(office.ledger_path, "live") as ledger:
        return requests_of(office.file, ledger, office.now)


def said(office: Office, key: str) -> None:
    """Somebody says that what was requested under ``key`` is done."""
    with Ledger.open(office.ledger_path, "live") as ledger:
        write_records(ledger, [Record(key, Step.PLACED, "窓口", office.now)])


def test_a_request_stays_one_when_its_fact_has_changed_and_no_run_came_yet(asking: Office) -> None:
    asking.run()
    asking.edit("0120-818211", "0120-000000")
    asking.later(days=30)
    (request,) = requests(asking)
    assert (request.delivery.key, request.is_overdue(asking.now.date())) == (KEY, True)
    assert [one.delivery.key for one in reported(asking).requests] == [KEY]


def test_an_edition_that_did_not_go_out_is_no_request(asking: Office, board: BoardServer) -> None:
    asking.run()
    asking.edit("0120-818211", "0120-000000")
    board.faults.append("lost")
    asking.run()
    assert asking.states() == {KEY: State.DELIVERED, f"{KEY}+2": State.UNKNOWN}
    assert [one.delivery.key for one in requests(asking)] == [KEY]


def test_what_was_said_of_an_edition_stays_known_and_a_later_one_is_a_request_of_its_own(asking: Office) -> None:
    asking.run()
    said(asking, KEY)
    asking.edit("0120-818211", "0120-000000")
    asking.run()
    assert [(one.delivery.key, one.step, one.is_open) for one in requests(asking)] == [
        (KEY, Step.PLACED, False),
        (f"{KEY}+2", None, True),
    ]


def test_an_edition_that_was_replaced_before_anybody_answered_waits_for_nobody(asking: Office) -> None:
    asking.run()
    asking.edit("0120-818211", "0120-000000")
    asking.run()
    asking.later(days=30)
    first, second = requests(asking)
    assert (first.is_replaced, first.is_open, first.is_overdue(asking.now.date())) == (True, False, False)
    assert (second.is_replaced, second.is_open, second.is_overdue(asking.now.date())) == (False, True, True)
    assert [one.delivery.key for one in reported(asking).requests] == [f"{KEY}+2"]


def test_a_text_that_is_as_it_was_is_not_sent_again_where_the_change_never_went_out(
    office: Office, board: BoardServer
) -> None:
    office.run()
    office.edit("0120-818211", "0120-000000")
    board.faults += ["busy"] * 4
    office.run()
    assert office.states() == {KEY: State.DELIVERED, f"{KEY}+2": State.UNREACHED}
    office.edit("0120-000000", "0120-818211")
    office.later(hours=1)
    office.run()
    assert board.keys() == [KEY]
    assert reported(office).unfinished == ()
    office.edit("0120-818211", "0120-111111")
    office.run()
    assert board.keys() == [KEY, f"{KEY}+2"]


def test_the_report_gives_the_days_on_which_editions_went_out(office: Office) -> None:
    office.run()
    for number in ("0120-000000", "0120-111111"):
        office.later(days=5)
        text = office.path.read_text(encoding="utf-8")
        office.edit(text[text.index("hotline: ") + 9 :][:11], number)
        office.run()
    assert [day.isoformat() for day in reported(office).sent[0].days.days] == ["2015-06-04", "2015-06-09", "2015-06-14"]


def test_another_kind_is_never_sent_anew(tmp_path: Path, board: BoardServer) -> None:
    channel = f"board: {{kind: board, owner: 日本年金機構, url: '{board.url}'}}\n"
    office = Office(write(tmp_path, MESSAGE, channel, "facts: {hotline: 0120-818211}\n"), now=TEN)
    office.run()
    office.edit("0120-818211", "0120-000000")
    office.run()
    assert board.keys() == [KEY]
