"""A report put into words, as parts that every format writes in its own way: lists, tables, pictures, paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kohoctl.fulfilment import PlaceState, Request
from kohoctl.language import in_a_row
from kohoctl.report.calls import Chart, chart_of
from kohoctl.report.values import CampaignReport, Report, Sent, Unfinished
from kohoctl.report.words import Language


@dataclass(frozen=True, slots=True)
class Link:
    """An address to be followed."""

    url: str


Cell: TypeAlias = str | tuple[Link, ...]
"""What stands in a table's cell: text, or addresses."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, a point each."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a row of column names. The columns named in ``numeric`` hold numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and what it shows for those who cannot see it. Markdown has the table below it alone."""

    chart: Chart
    alt: str


Block: TypeAlias = Paragraph | Listing | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of one campaign."""

    title: str
    standing: str
    sections: tuple[Section, ...]


def laid_out(report: Report, language: Language) -> tuple[Part, ...]:
    """The report's parts, a campaign each. A section without anything to say is left out, but for what was done and
    what is open."""
    standing = language.standing(report.at, report.is_rehearsal)
    return tuple(
        Part(language.title(campaign.title), standing, tuple(_sections(report, campaign, language)))
        for campaign in report.campaigns
    )


def _sections(report: Report, campaign: CampaignReport, language: Language) -> Iterator[Section]:
    yield _done(campaign, language)
    if campaign.sent:
        rows = tuple(_sent_row(sent, _spans_years(campaign, language), language) for sent in campaign.sent)
        yield Section(language.by_channel, (_table(language.channel_columns, rows, {5}),))
    if campaign.requests:
        rows = tuple(_request_row(request, report, language) for request in _by_recipient(campaign.requests))
        yield Section(language.by_recipient, (_table(language.recipient_columns, rows),))
    if campaign.calls:
        yield Section(language.calls, tuple(_calls(campaign, language)))
    yield _unfinished(report, campaign, language)


def _table(columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], numeric: Iterable[int] = ()) -> Table:
    """A table without the columns in which nothing stands."""
    kept = [index for index in range(len(columns)) if any(row[index] for row in rows)]
    return Table(
        tuple(columns[index] for index in kept),
        tuple(tuple(row[index] for index in kept) for row in rows),
        frozenset(kept.index(index) for index in numeric if index in kept),
    )


def _spans_years(campaign: CampaignReport, language: Language) -> bool:
    return len(_years(campaign, language)) > 1


def _years(campaign: CampaignReport, language: Language) -> set[str]:
    """The years that its actions are of, as the language counts them."""
    return {language.year(day) for action in campaign.actions for day in (*action.days.days, *action.days.some)}


def _done(campaign: CampaignReport, language: Language) -> Section:
    """The list of the actions: the year once, in the heading, or with each where there are several."""
    if not campaign.actions:
        return Section(language.done, (Paragraph(language.nothing_done),))
    years = _years(campaign, language)
    points = tuple(language.action(action, len(years) > 1) for action in campaign.actions)
    heading = language.in_year(language.done, years.pop()) if len(years) == 1 else language.done
    return Section(heading, (Listing(points),))


def _sent_row(sent: Sent, with_year: bool, language: Language) -> tuple[Cell, ...]:
    return (
        sent.channel,
        sent.kind,
        sent.owner,
        language.repost(sent.title) if sent.is_repost else sent.title,
        language.dates(sent.days, with_year),
        language.count(sent.delivered, sent.planned),
        _links(sent.links),
    )


def _links(addresses: Sequence[str]) -> Cell:
    """Addresses that a browser may follow as links; whatever else a service called one, as text."""
    if all(address.startswith(("https://", "http://")) for address in addresses):
        return tuple(map(Link, addresses))
    return "、".join(addresses)


def _by_recipient(requests: Sequence[Request]) -> list[Request]:
    """Those of one recipient together, the recipients in the order in which they were first asked."""
    order: dict[tuple[str | None, str], int] = {}
    for request in requests:
        order.setdefault(_recipient(request), len(order))
    return sorted(requests, key=lambda request: order[_recipient(request)])


def _recipient(request: Request) -> tuple[str | None, str]:
    return request.delivery.recipient, request.recipient_name


def _request_row(request: Request, report: Report, language: Language) -> tuple[Cell, ...]:
    reply_by = request.task.reply_by
    by = language.short_day(reply_by) if reply_by else ""
    if request.is_overdue(report.at.date()):
        by += language.overdue
    places = [_place(place, language) for place in request.places if place.name not in (None, request.recipient_name)]
    evidence = dict.fromkeys(place.evidence for place in request.places if place.evidence)
    state = language.steps[request.step] if request.step else language.unanswered
    numbers = [text for place in request.places if place.name is None and (text := _counted(place))]
    return (
        request.recipient_name,
        request.title,
        language.short_day(request.requested_on),
        " ".join([state, *numbers]),
        "、".join(places),
        by,
        _links(list(evidence)),
    )


def _place(place: PlaceState, language: Language) -> str:
    """警察署（実施済40/47）; its name alone while nothing was said of it."""
    said = f"{language.steps[place.step]}{_counted(place)}" if place.step else ""
    return f"{place.name}（{said}）" if said else f"{place.name}"


def _counted(place: PlaceState) -> str:
    """``40/47``; nothing where nobody has counted."""
    if place.count is None:
        return ""
    return f"{place.count:,}/{place.total:,}" if place.total is not None else f"{place.count:,}"


def _calls(campaign: CampaignReport, language: Language) -> Iterator[Block]:
    chart = chart_of(campaign, language)
    alt = language.calls_alt(chart.days[0], chart.days[-1], sum(one or 0 for one in chart.total))
    yield Picture(chart, alt)
    yield Paragraph(language.calls_note)
    columns = (language.calls_day, *(topic.name for topic in chart.topics), language.calls_total, language.calls_done)
    rows: list[tuple[Cell, ...]] = []
    for index, day in enumerate(chart.days):
        counts = [topic.counts[index] for topic in chart.topics]
        done = "、".join(f"[{number}]{words}" for number, words in chart.done.get(day, ()))
        if done or any(count is not None for count in counts):
            numbers = (_number(count) for count in (*counts, chart.total[index]))
            rows.append((language.short_day(day), *numbers, done))
    yield _table(columns, rows, range(1, len(columns) - 1))


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


def _unfinished(report: Report, campaign: CampaignReport, language: Language) -> Section:
    rows = [_unfinished_row(one, language) for one in campaign.unfinished]
    rows += [_overdue_row(request, language) for request in campaign.overdue(report.at.date())]
    nothing = language.nothing_unfinished_known if campaign.unread else language.nothing_unfinished
    found: Block = _table(language.unfinished_columns, rows) if rows else Paragraph(nothing)
    more = [Paragraph(language.unnamed(campaign.unnamed))] if campaign.unnamed else []
    more += [Paragraph(language.unread(campaign.unread))] if campaign.unread else []
    return Section(language.unfinished, (found, *more))


def _unfinished_row(one: Unfinished, language: Language) -> tuple[Cell, ...]:
    due = f"{one.due:%Y-%m-%d %H:%M}" if one.due else language.no_time
    state = language.states[one.state]
    if not one.is_one and one.count is not None:
        state = language.numbered(state, one.count)
    return state, due, one.title, one.key, in_a_row(one.reasons, language.code)


def _overdue_row(request: Request, language: Language) -> tuple[Cell, ...]:
    waiting = "、".join(place.name for place in request.places if place.name and not place.is_answered)
    due = str(request.task.reply_by)
    who = f"{request.recipient_name}（{waiting}）" if waiting else request.recipient_name
    return language.unanswered + language.overdue, due, request.title, request.delivery.key, who
