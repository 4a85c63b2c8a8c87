"""Kinds whose deliveries are sent anew when their text has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kohoctl.ledger import Ledger
from kohoctl.plan import Planner
from kohoctl.report.gathering import gather
from kohoctl.report.values import CampaignReport
from kohoctl.states import State
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


def test_another_kind_is_never_sent_anew(tmp_path: Path, board: BoardServer) -> None:
    channel = f"board: {{kind: board, owner: 日本年金機構, url: '{board.url}'}}\n"
    office = Office(write(tmp_path, MESSAGE, channel, "facts: {hotline: 0120-818211}\n"), now=TEN)
    office.run()
    office.edit("0120-818211", "0120-000000")
    office.run()
    assert board.keys() == [KEY]
