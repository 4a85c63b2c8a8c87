"""What a person says of a request: whether it can be so, and how it is written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.fulfilment import PlaceState, Request, requests_of, spoken_of
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


Places = Mapping[str | None, PlaceState]
"""How far a person has come, by the place's name."""


def places_by_name(request: Request) -> dict[str | None, PlaceState]:
    """The request's places by their names."""
    return {place.name: place for place in request.places}


def problems_of(record: Record, request: Request, known: Places) -> Iterator[Problem]:
    """What cannot be so in ``record``, each with the field that it is about, where the places stand as they are
    ``known``."""
    names = request.task.places
    if record.place is not None and record.place not in known:
        yield replace(no_such("place", record.place, names), field="place")
    else:
        yield from _number_problems(record, known, names)
    if record.on is not None and record.on > record.at.date():
        yield Problem("{day} is still to come", {"day": record.on.isoformat()}, field="on")
    if record.step is Step.EVIDENCED and record.evidence is None:
        yield Problem("nothing is named that shows it", field="evidence", hint="a file or an address")


def _number_problems(record: Record, known: Places, names: tuple[str, ...]) -> Iterator[Problem]:
    counted = record.count is not None
    if counted and record.step not in COUNTED:
        yield Problem("only what is done is counted, and this is {step}", {"step": str(record.step)}, field="count")
    elif record.count is not None and record.count < 0:
        yield Problem("a count is 0 or more", field="count")
    elif record.total is not None and record.total < 1:
        yield Problem("a total is 1 or more", field="total")
    elif counted or record.total is not None:
        yield from _sum_problems(spoken_of(record, known).values(), "count" if counted else "total")
    if counted and record.place is None and len(names) > 1:
        yield Problem("a count is of one place: {places}", {"places": ", ".join(names)}, field="place")


def _sum_problems(places: Iterable[PlaceState], field: str) -> Iterator[Problem]:
    """Where more would be done than there is."""
    for place in places:
        if place.count is not None and place.total is not None and place.count > place.total:
            text = "{count} is more than the {total} that there are"
            yield Problem(text, {"count": place.count, "total": place.total}, field=field)
            return


def news(records: Iterable[Record], requests: Mapping[str, Request]) -> Iterator[Record]:
    """Those of ``records`` that say something else than the word before on the same request and place; none of those
    on a place where the last words are just these, as when a form comes twice."""
    known: dict[tuple[str, str | None], list[Record]] = {}
    for request in requests.values():
        for one in request.records:
            known.setdefault((one.key, one.place), []).append(one)
    said: dict[tuple[str, str | None], list[Record]] = {}
    for record in records:
        said.setdefault((record.key, record.place), []).append(record)
    for about, words in said.items():
        fresh = list(_fresh(words, known.get(about, [])[-1:]))
        if not _are_same(fresh, known.get(about, [])[-len(fresh) :]):
            yield from fresh


def _fresh(words: Iterable[Record], before: Sequence[Record]) -> Iterator[Record]:
    """Those of ``words`` that differ from the one before."""
    last = before[-1] if before else None
    for word in words:
        if last is None or not _are_same([word], [last]):
            yield word
        last = word


def _are_same(words: Sequence[Record], others: Sequence[Record]) -> bool:
    """Whether they say the same, whenever that was written down."""
    return len(words) == len(others) and all(
        replace(one, at=other.at) == other for one, other in zip(words, others, strict=True)
    )


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
