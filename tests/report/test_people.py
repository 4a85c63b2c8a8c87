"""What a report says of a private list: what the ledger knows, counted, and nobody of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kohoctl.campaign.load import load, read
from kohoctl.channels.letter import Letter
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from kohoctl.model import Receipt
from kohoctl.report.gathering import gather
from kohoctl.report.json import as_json
from kohoctl.report.layout import laid_out
from kohoctl.report.markdown import as_markdown
from kohoctl.report.people import MOST_REASONS
from kohoctl.report.values import CampaignReport, Report
from kohoctl.report.words import ENGLISH, JAPANESE
from kohoctl.states import Outcome, State
from people import mailing

DUE = datetime(2015, 6, 4, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
LATER = DUE + timedelta(days=5)
"""After the two days of grace."""


class Book:
    """A live ledger of letters: each person by an id as a private list's are, and what became of the letter."""

    def __init__(self, folder: Path) -> None:
        self.path = mailing(folder, 9)
        self.ledger = Ledger.open(folder / "live.sqlite", "live")
        self.count = 0

    def letters(self, state: State, count: int = 1, reason: str | None = None, by: str | None = None) -> Book:
        """So many more people whose letter ended so."""
        outcomes = []
        for _ in range(count):
            self.count += 1
            key = f"nenkin/apology/letters/person{self.count:010}/2015-06-04"
            receipt = Receipt.requested(id=f"run/{self.count}") if state is State.DELIVERED else None
            outcomes.append(Outcome(key, "letters", state, "0" * 64, receipt=receipt, reason=reason, by=by))
        self.ledger.settle(outcomes, DUE)
        return self

    def report(self, now: datetime = LATER) -> Report:
        return gather(load(read(self.path), Extensions({"letter": Letter})), self.ledger, now)

    def campaign(self, now: datetime = LATER) -> CampaignReport:
        return self.report(now).campaigns[0]

    def japanese(self) -> str:
        return as_markdown(laid_out(self.report(), JAPANESE))


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def test_letters_are_counted_among_those_that_the_ledger_knows(book: Book) -> None:
    book.letters(State.DELIVERED, 5).letters(State.MISSED, 3, "the time and its grace were over")
    (sent,) = book.campaign().sent
    assert (sent.delivered, sent.planned) == (5, 8)
    assert "8件中5件" in book.japanese()


@pytest.mark.parametrize("state", [State.MISSED, State.REFUSED, State.UNREACHED, State.UNKNOWN, State.SENDING])
def test_letters_that_did_not_go_out_are_open_with_their_number(book: Book, state: State) -> None:
    book.letters(State.DELIVERED, 5).letters(state, 3, "why")
    (one,) = book.campaign().unfinished
    assert (one.key, one.state, one.count, one.reasons) == (
        "nenkin/apology/letters/*/2015-06-04",
        state,
        3,
        ("why",),
    )
    assert f"{JAPANESE.states[state]}（3件）" in book.japanese()
    assert "対応を要するものはありません" not in book.japanese()


def test_each_state_has_its_own_number(book: Book) -> None:
    book.letters(State.MISSED, 2).letters(State.DELIVERED).letters(State.UNKNOWN, 4).letters(State.MISSED)
    assert {one.state: one.count for one in book.campaign().unfinished} == {State.MISSED: 3, State.UNKNOWN: 4}


def test_the_commonest_reasons_come_first_and_of_many_only_a_few(book: Book) -> None:
    for number in range(MOST_REASONS + 2):
        book.letters(State.UNREACHED, number + 1, f"reason {number}")
    (one,) = book.campaign().unfinished
    assert list(one.reasons) == [f"reason {number}" for number in range(MOST_REASONS + 1, 1, -1)]


def test_what_a_person_has_decided_is_not_open(book: Book) -> None:
    book.letters(State.DELIVERED, 2).letters(State.REFUSED, 3, by="広報室 当番")
    assert book.campaign().unfinished == ()
    assert book.campaign().sent[0].planned == 5


def test_a_list_to_which_nothing_was_sent_in_time_is_open_without_a_number(book: Book) -> None:
    (one,) = book.campaign().unfinished
    assert (one.key, one.state, one.due, one.count) == (
        "nenkin/apology/letters/*/2015-06-04",
        State.MISSED,
        DUE,
        None,
    )


def test_a_list_whose_time_has_not_passed_is_not_open(book: Book) -> None:
    assert book.campaign(DUE + timedelta(days=1)).unfinished == ()


def test_the_report_says_that_the_list_was_not_read(book: Book) -> None:
    book.letters(State.DELIVERED, 5)
    assert book.campaign().unread == ("letters",)
    assert "letters" in book.japanese().rpartition("対応を要するもの")[2]
    assert "kohoctl plan" in book.japanese()
    assert "\n対応を要するものはありません" not in book.japanese()
    assert "its list was not read" in as_markdown(laid_out(book.report(), ENGLISH))


def test_the_json_has_the_numbers_and_nobodys_id(book: Book) -> None:
    book.letters(State.DELIVERED, 5).letters(State.MISSED, 3)
    found = as_json(book.report())
    campaign = found["campaigns"][0]
    assert (campaign["sent"][0]["delivered"], campaign["sent"][0]["planned"]) == (5, 8)
    assert [(one["state"], one["count"]) for one in campaign["unfinished"]] == [("missed", 3)]
    assert campaign["unread"] == ["letters"]
    assert "person0" not in json.dumps(found)
