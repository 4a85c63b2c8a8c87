"""What a person says of a request: whether it can be so, and how it is written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.fulfilment import Request, requests_of
from kohoctl.ledger import Ledger
from kohoctl.plan import Planner
from kohoctl.problem import Problem
from kohoctl.states import Record, State, Step

COUNTED = frozenset({Step.PLACED, Step.EVIDENCED})
"""The steps that speak of something done, which can be counted."""
SUGGESTED_AMONG = 2000
"""Requests among which a mistyped key's nearest is looked for; among more, that takes longer than it helps."""

_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


@dataclass(frozen=True, slots=True)
class Requests:
    """What can be spoken of: the file's requests by key, and the plan for saying why another key is none."""

    by_key: Mapping[str, Request]
    planner: Planner
    campaigns: CampaignFile
    now: datetime

    @classmethod
    def of(cls, campaigns: CampaignFile, ledger: Ledger, now: datetime) -> Requests:
        """The requests that ``ledger`` knows at ``now``."""
        found = {request.delivery.key: request for request in requests_of(campaigns, ledger, now)}
        return cls(found, Planner(campaigns, ledger), campaigns, now)

    def request(self, key: str) -> Request:
        """The request of ``key``. Raises `Wrong`, which says why no word can be given on it."""
        if key not in self.by_key:
            raise Wrong.about(self._why_none(key))
        return self.by_key[key]

    def _why_none(self, key: str) -> Problem:
        campaign = key.partition("/")[0]
        if "/" in key and campaign not in self.campaigns.campaigns:
            known = self.campaigns.campaigns
            return replace(no_such("campaign", campaign, known), field="key", hint="is it an answer to another file?")
        planned = self.planner.one(key, self.now)
        if planned is None:
            near = self.by_key if len(self.by_key) <= SUGGESTED_AMONG else ()
            return replace(no_such("delivery", key, near), field="key")
        if planned.state is not State.DELIVERED:
            values = {"key": key, "state": str(planned.state)}
            return Problem("{key} has not gone out, so that nobody was asked yet: it is {state}", values, "key")
        return Problem("{key} was published: nobody was asked to carry it out", {"key": key}, "key")


def completed(record: Record, request: Request) -> Record:
    """``record`` as it is written down: the only place of a task by its name, and a total as what was done of it."""
    places = request.task.places
    if record.place is None and len(places) == 1:
        record = replace(record, place=places[0])
    if record.count is None and record.total is not None and record.step in COUNTED:
        record = replace(record, count=record.total)
    return record


def problems_of(record: Record, request: Request) -> Iterator[Problem]:
    """What cannot be so in ``record``, each with the field that it is about."""
    known = {place.name: place for place in request.places}
    names = request.task.places
    if record.place is not None and record.place not in known:
        yield replace(no_such("place", record.place, names), field="place")
    if record.count is not None:
        state = known.get(record.place)
        total = record.total if record.total is not None else state.total if state else None
        yield from _count_problems(record, record.count, total, names)
    if record.total is not None and record.total < 1:
        yield Problem("a total is 1 or more", field="total")
    if record.step is Step.EVIDENCED and record.evidence is None:
        yield Problem("nothing is named that shows it", field="evidence", hint="a file or an address")


def _count_problems(record: Record, count: int, total: int | None, names: tuple[str, ...]) -> Iterator[Problem]:
    if record.step not in COUNTED:
        yield Problem("only what is done is counted, and this is {step}", {"step": str(record.step)}, field="count")
    elif count < 0:
        yield Problem("a count is 0 or more", field="count")
    elif total is not None and count > total:
        text = "{count} is more than the {total} that there are"
        yield Problem(text, {"count": count, "total": total}, field="count")
    if record.place is None and len(names) > 1:
        yield Problem("a count is of one place: {places}", {"places": ", ".join(names)}, field="place")


def news(records: Iterable[Record], requests: Mapping[str, Request]) -> Iterator[Record]:
    """Those of ``records`` that say something else than the word before on the same request and place."""
    latest = {(one.key, one.place): one for request in requests.values() for one in request.records}
    for record in records:
        before = latest.get((record.key, record.place))
        if before is None or replace(record, at=before.at) != before:
            latest[record.key, record.place] = record
            yield record


def with_evidence(record: Record, named: str, beside: Path, folder: Path, *, within: bool = False) -> Record:
    """``record`` with the evidence that was ``named``: an address, or a file's path from the folder ``beside`` it.

    A file is kept by its path from the campaign file's ``folder``, where it lies in there, and by its SHA-256. Raises
    `Wrong` where there is no such file, or where it has to lie ``within`` the folder beside it and does not.
    """
    if _ADDRESS.fullmatch(named):
        return replace(record, evidence=named)
    try:
        path = (beside / named).resolve()
        if within and not path.is_relative_to(beside.resolve()):
            raise Wrong("{name} is in another folder", "put it beside this file", name=named)
        if not path.is_file():
            raise Wrong("there is no file {name}", "a file's path, or an address: https://…", name=named)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise Wrong("the file {name} cannot be read: {reason}", name=named, reason=error.strerror) from None
    home = folder.resolve()
    shown = path.relative_to(home) if path.is_relative_to(home) else path
    return replace(record, evidence=str(shown), evidence_sha256=digest)
