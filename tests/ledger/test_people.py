"""What people say, in the ledger: kept in order, bound into the chain, and no state of any delivery."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kohoctl.ledger import Ledger, calls_of, records_of, write_calls, write_records
from kohoctl.states import Calls, Record, Step

NOW = datetime(2015, 6, 10, 1, 0, tzinfo=UTC)
KEY = "nenkin/flyers/requests/npa/2015-06-05"
RECORDS = [
    Record(KEY, Step.PLACED, "警察庁", NOW, "警察署", 40, 47, on=date(2015, 6, 10), note="残りは月内"),
    Record(KEY, Step.EVIDENCED, "警察庁", NOW, "警察署", evidence="sign.jpg", evidence_sha256="ab" * 32),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "campaigns.ledger.sqlite", "live") as opened:
        yield opened


def test_records_come_back_as_they_were_and_are_events_of_the_chain(ledger: Ledger) -> None:
    write_records(ledger, RECORDS)
    assert list(records_of(ledger, "nenkin")) == RECORDS
    assert ledger.everything() == []
    assert ledger.verify()[0] == 2


def test_a_campaign_whose_name_begins_alike_has_records_of_its_own(ledger: Ledger) -> None:
    write_records(ledger, RECORDS)
    assert list(records_of(ledger, "nenki")) == []


def test_the_latest_count_of_a_day_and_topic_is_the_one_that_holds(ledger: Ledger) -> None:
    day, next_day = date(2015, 6, 4), date(2015, 6, 5)
    counts = [(next_day, "制度", 5), (day, "詐欺", 1200), (day, "詐欺", 1300), (day, "制度", 400)]
    write_calls(ledger, [Calls("nenkin", on, topic, count, "窓口", NOW) for on, topic, count in counts])
    write_records(ledger, RECORDS)
    found = [(one.day, one.topic, one.count) for one in calls_of(ledger, "nenkin")]
    assert found == [(day, "制度", 400), (day, "詐欺", 1300), (next_day, "制度", 5)]
    assert ledger.verify()[0] == 6
