"""The form that goes to whoever was asked, and what comes back: a row for each place of a request."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kohoctl.answers import Requests, completed, places_by_name, problems_of, with_evidence
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.fulfilment import PlaceState, Request, spoken_of
from kohoctl.problem import Problem
from kohoctl.sheet import Answers, Column, about, answers_in, day_of, number_of, written
from kohoctl.states import Record, Step

WORDS = {
    Step.ACCEPTED: ("了承", "承諾", "受諾"),
    Step.PLACED: ("実施済", "設置済", "掲載済", "放送済", "配布済"),
    Step.EVIDENCED: ("確認資料あり",),
    Step.DECLINED: ("辞退",),
}
"""What stands for each step in a form, the first of them as the form itself says it."""
_STEPS = {word: step for step, words in WORDS.items() for word in (str(step), *words)}
_FIRST_WORDS = "・".join(words[0] for words in WORDS.values())

COLUMNS = (
    Column("key", "キー", needed=True),
    Column("title", "件名"),
    Column("recipient", "依頼先"),
    Column("place", "場所", needed=True),
    Column("requested_on", "依頼日"),
    Column("reply_by", "回答期限"),
    Column("step", "状況", _FIRST_WORDS, needed=True),
    Column("count", "実施数", needed=True),
    Column("total", "総数", needed=True),
    Column("on", "実施日", "例：2015-06-10"),
    Column("evidence", "確認資料", "ファイル名又はURL"),
    Column("by", "回答者"),
    Column("note", "備考"),
)
ANSWER = ("step", "count", "total", "on", "evidence", "note")
"""The columns that say what became of it; who answered says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The requests that a form is for: those of one campaign, message or recipient where these are named."""

    campaign: str | None = None
    message: str | None = None
    recipient: str | None = None

    def has(self, request: Request) -> bool:
        """Whether the form is for ``request``."""
        delivery = request.delivery
        pairs = (
            (self.campaign, delivery.campaign),
            (self.message, delivery.message),
            (self.recipient, delivery.recipient),
        )
        return all(wanted in (None, found) for wanted, found in pairs)


def form(requests: Iterable[Request]) -> bytes:
    """A CSV file to fill in: a row for each of the requests' places, the columns of the answer empty."""
    return written([[column.whole_heading for column in COLUMNS], *map(list, _form_rows(requests))])


def _form_rows(requests: Iterable[Request]) -> Iterator[list[str]]:
    for request in requests:
        reply_by = request.task.reply_by
        for place in request.places:
            cells = {
                "key": request.delivery.key,
                "title": " ".join(request.title.split()),
                "recipient": request.recipient_name,
                "place": place.name or "",
                "requested_on": request.requested_on.isoformat(),
                "reply_by": reply_by.isoformat() if reply_by else "",
            }
            yield [cells.get(column.name, "") for column in COLUMNS]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form that came back is held against; ``by`` speaks in rows that name nobody."""

    requests: Requests
    selection: Selection
    by: str
    at: datetime
    folder: Path
    """The campaign file's, from which the paths of evidence are kept."""


def records_in(path: Path, reading: Reading, problems: list[Problem]) -> list[Record]:
    """What the form at ``path`` says; what is wrong in it is added to ``problems``, and the rest goes on.

    A row is held against the ledger and the rows before it.
    """
    found: list[Record] = []
    known: dict[str, dict[str | None, PlaceState]] = {}
    for row in answers_in(path, COLUMNS, problems):
        if any(row.cells[name] for name in ANSWER):
            try:
                request = _request(row, reading)
                record = completed(_record(row, reading, path.parent), request)
            except Wrong as wrong:
                problems.append(row.placed(wrong.problem))
                continue
            places = known.setdefault(record.key, places_by_name(request))
            if mistakes := list(problems_of(record, request, places)):
                problems += map(row.placed, mistakes)
            else:
                places |= spoken_of(record, places)
                found.append(record)
    return found


def _request(row: Answers, reading: Reading) -> Request:
    """The request that the row is about, which is one that the form is for, and of the recipient that the row names."""
    key, named = row.cells["key"], row.cells["recipient"]
    with about("key"):
        if not key:
            raise Wrong("this row does not say which request it is about")
        request = reading.requests.request(key)
        if not reading.selection.has(request):
            raise Wrong("this is another request than the one that was to be answered")
    with about("recipient"):
        if named and named != request.recipient_name:
            text, hint = "this was requested of {recipient}", "were the rows sorted apart from their keys?"
            raise Wrong(text, hint, recipient=request.recipient_name)
    return request


def _record(row: Answers, reading: Reading, beside: Path) -> Record:
    cells = row.cells
    record = Record(
        key=cells["key"],
        step=row.read("step", step_of),
        by=cells["by"] or reading.by,
        at=reading.at,
        place=cells["place"] or None,
        count=row.read("count", number_of) if cells["count"] else None,
        total=row.read("total", number_of) if cells["total"] else None,
        on=row.read("on", day_of) if cells["on"] else None,
        note=cells["note"] or None,
    )
    if not cells["evidence"]:
        return record
    with about("evidence"):
        return with_evidence(record, cells["evidence"], beside, reading.folder, within=True)


def step_of(word: str) -> Step:
    """The step that ``word`` stands for in a form. Raises `Wrong` for anything else."""
    plain = unicodedata.normalize("NFKC", word).removesuffix("み")
    if not word:
        raise Wrong("this row does not say how far it has come", _FIRST_WORDS)
    if plain not in _STEPS:
        raise Wrong.about(replace(no_such("step", word, _STEPS), hint=_FIRST_WORDS))
    return _STEPS[plain]
