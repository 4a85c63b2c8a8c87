"""What ``kohoctl record`` does: one word, a form that goes out or comes back, counts of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kohoctl.answer_sheet import Reading, Selection, form, records_in
from kohoctl.answers import Requests, completed, news, places_by_name, problems_of, with_evidence
from kohoctl.call_sheet import calls_in, check_day, new_counts, topic_of
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.campaign.text import problems_text
from kohoctl.cli.request_words import requests_text
from kohoctl.errors import KohoctlError
from kohoctl.fulfilment import PlaceState, requests_of
from kohoctl.language import Sentence, counted, either, listed, said, said_with_hint
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger, Purpose, calls_of, write_calls, write_records
from kohoctl.problem import Problem
from kohoctl.redaction import plain_text
from kohoctl.states import Calls, Record, Step

PEOPLE = ".people"
"""The lock under which words are compared with those before and written down; no channel has such a name."""

_OPTIONS = {
    "place": "--place",
    "count": "--count",
    "total": "--of",
    "evidence": "--evidence",
    "on": "--on",
    "key": "KEY",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What words are taken down for: a campaign file and its ledger, at a moment."""

    campaigns: CampaignFile
    ledger: Path
    purpose: Purpose
    now: datetime

    def reading(self) -> Ledger:
        """The ledger, to look at only."""
        return Ledger.read(self.ledger, self.purpose)

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """The ledger, while nobody else writes down words in it. One that is not there is not begun by this."""
        if not self.ledger.exists():
            raise KohoctlError(
                Sentence("there is no ledger {path} yet: nothing was asked of anybody", path=self.ledger)
            )
        with Ledger.open(self.ledger, self.purpose) as book, book.hold(PEOPLE) as held:
            if not held:
                raise KohoctlError(
                    Sentence("another kohoctl record is at work on this ledger: wait until it has ended")
                )
            yield book


def show_open(desk: Desk) -> None:
    """Print the requests that wait for somebody's word."""
    with desk.reading() as book:
        requests = [one for one in requests_of(desk.campaigns, book, desk.now) if one.is_open]
    for line in requests_text(requests, desk.now.date()):
        click.echo(line)
    click.echo(_("waiting for somebody's word: {requests}", requests=counted(len(requests), "request")))


def take_word(desk: Desk, said: Mapping[str, Any]) -> None:
    """Write down one person's word on one request. Raises UsageError where it cannot be so."""
    with desk.reading() as book:  # looked for first, so that a mistyped key is no matter of the ledger
        record = _checked(desk, book, said)
    with desk.writing() as book:
        fresh = list(news([record], Requests.of(desk.campaigns, book, desk.now).by_key))
        write_records(book, fresh)
    about = f"{record.key} ({record.place})" if record.place else record.key
    how_far = PlaceState(None).after(record).how_far
    text = (
        "{about} is recorded as {step}, on the word of {by}."
        if fresh
        else "{about} stands in the ledger already as {step}, on the word of {by}."
    )
    step = f"{record.step}, {how_far}" if record.count is not None else str(record.step)
    click.echo(_(text, about=about, step=step, by=record.by))


def _checked(desk: Desk, book: Ledger, said: Mapping[str, Any]) -> Record:
    try:
        request = Requests.of(desk.campaigns, book, desk.now).request(said["key"])
        record = Record(
            key=said["key"],
            step=Step(said["step"]),
            by=said["by"],
            at=desk.now,
            place=said["place"],
            count=said["count"],
            total=said["total"],
            on=said["on"],
            note=plain_text(said["note"]) if said["note"] else None,
        )
        if said["evidence"]:
            record = with_evidence(record, said["evidence"], Path(), desk.campaigns.folder)
    except Wrong as wrong:
        raise _usage([wrong.problem]) from None
    record = completed(record, request)
    if problems := list(problems_of(record, request, places_by_name(request))):
        raise _usage(problems)
    return record


def _usage(problems: Sequence[Problem]) -> click.UsageError:
    said = (
        f"{_OPTIONS[one.field]}: {said_with_hint(one)}" if one.field in _OPTIONS else said_with_hint(one)
        for one in problems
    )
    return click.UsageError("; ".join(said))


def export(desk: Desk, path: Path, selection: Selection) -> None:
    """Write a form for the selected requests to ``path``, where no file is yet."""
    with desk.reading() as book:
        requests = requests_of(desk.campaigns, book, desk.now)
    _check_selection(desk, selection)
    chosen = [request for request in requests if selection.has(request) and not request.is_replaced]
    if not chosen:
        raise KohoctlError(Sentence("nothing was asked of anybody there yet: there is nothing to fill in"))
    try:
        with path.open("xb") as file:
            file.write(form(chosen))
    except FileExistsError:
        raise KohoctlError(
            Sentence("{path} is there already, and may have been filled in: give another name", path=path)
        ) from None
    rows = counted(sum(len(request.places) for request in chosen), "row")
    requested = counted(len(chosen), "request")
    click.echo(_("{path}: {rows} for {requests}. When it comes back:", path=path, rows=rows, requests=requested))
    click.echo(f"kohoctl record {desk.campaigns.path} --import {path} --by WHO")


def _check_selection(desk: Desk, selection: Selection) -> None:
    """Raises UsageError where the file has nothing of a name that the selection gives."""
    file = desk.campaigns
    campaigns = [one for one in file.campaigns.values() if selection.campaign in (None, one.id)]
    known: dict[str, tuple[str | None, set[str]]] = {
        "campaign": (selection.campaign, set(file.campaigns)),
        "message": (selection.message, {id for campaign in campaigns for id in campaign.messages}),
        "recipient": (selection.recipient, {one.id for some in file.recipients.values() for one in some}),
    }
    for what, (named, there) in known.items():
        if named is not None and named not in there:
            raise click.UsageError(said(no_such(what, named, there)))


def take_answers(desk: Desk, path: Path, selection: Selection, by: str) -> None:
    """Write down what a form says that came back; name what is wrong in it, and go on with the rest."""
    _check_selection(desk, selection)
    problems: list[Problem] = []
    with desk.writing() as book:
        requests = Requests.of(desk.campaigns, book, desk.now)
        reading = Reading(requests, selection, by, desk.now, desk.campaigns.folder)
        answers = records_in(path, reading, problems)
        fresh = list(news(answers, requests.by_key))
        write_records(book, fresh)
    _conclude(path, len(answers), len(fresh), problems)


def take_calls(desk: Desk, path: Path, campaign: str | None, by: str) -> None:
    """Write down the counts of calls in a file; name what is wrong in it, and go on with the rest."""
    campaign = _campaign(desk, campaign)
    problems: list[Problem] = []
    with desk.writing() as book:
        counted = calls_in(path, campaign, by, desk.now, problems)
        fresh = list(new_counts(counted, calls_of(book, campaign)))
        write_calls(book, fresh)
    _conclude(path, len(counted), len(fresh), problems)


def take_count(desk: Desk, said: Mapping[str, Any]) -> None:
    """Write down how many calls came on one day about one topic."""
    if said["count"] < 0:
        raise click.UsageError(f"--count: {_('a count is 0 or more')}")
    campaign = _campaign(desk, said["campaign"])
    try:
        check_day(said["calls_on"], desk.now)
    except Wrong as wrong:
        raise click.UsageError(f"--calls-on: {wrong}") from None
    calls = Calls(campaign, said["calls_on"], topic_of(said["topic"]), said["count"], said["by"], desk.now)
    with desk.writing() as book:
        fresh = list(new_counts([calls], calls_of(book, campaign)))
        write_calls(book, fresh)
    text = (
        "{count} calls about {topic} on {day} are recorded, on the word of {by}."
        if fresh
        else "{count} calls about {topic} on {day} stand in the ledger already, on the word of {by}."
    )
    click.echo(_(text, count=calls.count, topic=calls.topic, day=calls.day, by=calls.by))


def _campaign(desk: Desk, named: str | None) -> str:
    known = desk.campaigns.campaigns
    if named is None and len(known) > 1:
        raise click.UsageError(_("say which campaign is meant: --campaign {known}", known=either(list(known))))
    if named is not None and named not in known:
        raise click.UsageError(said(no_such("campaign", named, known)))
    return named or next(iter(known))


def _conclude(path: Path, read: int, fresh: int, problems: Sequence[Problem]) -> None:
    """Say what was written down of a file and what was not. Exits with 1 where something was wrong."""
    for text in problems_text(problems):
        click.echo(text, err=True)
    told = [counted(fresh, "new word")]
    told += [_("{count} already known", count=read - fresh)] if read > fresh else []
    told += [counted(len(problems), "problem")] if problems else []
    click.echo(f"{path}: {listed(told)}")
    if problems:
        raise SystemExit(1)
