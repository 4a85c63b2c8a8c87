"""What people say of requests and of calls, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from kohoctl.ledger.sqlite import Ledger
from kohoctl.states import Calls, Record, Step

CALLS = "calls"
"""The word of an event that counts calls; its key is the campaign's id."""
LIST_KEY = "list-key"
"""The word of an event that tells a list's key from others; its own key, ``@channel/file``, is no campaign's."""


def write_records(ledger: Ledger, records: Iterable[Record]) -> None:
    """Commit all of ``records``, which were said at one moment, in one transaction."""
    said = list(records)
    if said:
        ledger.note([(one.key, one.step, _record_data(one)) for one in said], said[0].at)


def records_of(ledger: Ledger, campaign: str) -> Iterator[Record]:
    """What people said of a campaign's requests, in the order in which it was written down."""
    for at, key, word, data in ledger.words(f"{campaign}/"):
        on = data.pop("on", None)
        yield Record(key, Step(word), at=at, on=date.fromisoformat(on) if on else None, **data)


def write_calls(ledger: Ledger, calls: Iterable[Calls]) -> None:
    """Commit all of ``calls``, which were reported at one moment, in one transaction."""
    counted = list(calls)
    if counted:
        ledger.note([(one.campaign, CALLS, _calls_data(one)) for one in counted], counted[0].at)


def calls_of(ledger: Ledger, campaign: str) -> list[Calls]:
    """The latest count for each day and topic, in order of day, then as topics first came up."""
    latest: dict[tuple[date, str], Calls] = {}
    topics: dict[str, int] = {}
    for at, key, word, data in ledger.words(campaign):
        if key == campaign and word == CALLS:
            day, topic = date.fromisoformat(data["day"]), data["topic"]
            topics.setdefault(topic, len(topics))
            latest[day, topic] = Calls(campaign, day, topic, data["count"], data["by"], at)
    return sorted(latest.values(), key=lambda one: (one.day, topics[one.topic]))


def _record_data(record: Record) -> dict[str, object]:
    return {
        "by": record.by,
        "place": record.place,
        "count": record.count,
        "total": record.total,
        "evidence": record.evidence,
        "evidence_sha256": record.evidence_sha256,
        "on": record.on.isoformat() if record.on else None,
        "note": record.note,
    }


def _calls_data(calls: Calls) -> dict[str, object]:
    return {"day": calls.day.isoformat(), "topic": calls.topic, "count": calls.count, "by": calls.by}


def list_key(ledger: Ledger, channel: str, file: str) -> str | None:
    """The check of the key under which ``channel`` first sent to the list in ``file``; None where it never did."""
    key = f"@{channel}/{file}"
    known = (data["check"] for _, of, word, data in ledger.words(key) if (of, word) == (key, LIST_KEY))
    return next(known, None)


def note_list_key(ledger: Ledger, channel: str, file: str, check: str, at: datetime) -> None:
    """Commit under which key ``channel`` sends to the list in ``file``."""
    ledger.note([(f"@{channel}/{file}", LIST_KEY, {"check": check})], at)
