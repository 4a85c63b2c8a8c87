"""Campaign file × ledger × now → report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby

from kohoctl.campaign.file import Campaign, CampaignFile, WrittenMessage
from kohoctl.fulfilment import Request, requests_of
from kohoctl.language import Sentence
from kohoctl.ledger import Ledger, calls_of
from kohoctl.plan import Planner
from kohoctl.problem import Problem
from kohoctl.report.people import unfinished_of_people, unread_channels
from kohoctl.report.tally import Group, days_of, tally, undelivered
from kohoctl.report.values import WAITING_FOR_A_PERSON, Action, CampaignReport, Report, Sent, Unfinished
from kohoctl.states import Planned
from kohoctl.wording import Wording, title_of

MOST_LISTED = 500
"""Recipients of a channel whose requests are listed one by one: every ministry and every station of the country, and
no list of the people who are written to."""
NO_LONGER_NAMED = Sentence("the file does not name this any more")


def gather(
    file: CampaignFile, ledger: Ledger, now: datetime, *, is_rehearsal: bool = False, scrub: Callable[[str], str] = str
) -> Report:
    """What ``ledger`` knows of ``file`` at ``now``. ``scrub`` takes out of a kind's words what nobody should read."""
    wording, planner = Wording(file), Planner(file, ledger)
    requests = requests_of(file, ledger, now, _of_few(file))
    dropped = [
        Unfinished(entry.key, "", entry.state, None, (NO_LONGER_NAMED,)) for entry in planner.in_doubt_and_dropped()
    ]
    campaigns = []
    for campaign in file.campaigns.values():
        groups, unnamed = tally(file, ledger, wording, campaign)
        named = (
            *_unfinished(file, ledger, planner, groups, now, scrub),
            *unfinished_of_people(file, ledger, groups, now),
        )
        campaigns.append(
            CampaignReport(
                campaign.id,
                campaign.title,
                campaign.owner,
                actions=_actions(file, campaign, groups),
                sent=tuple(_sent(file, ledger, groups)),
                requests=tuple(_of_campaign(requests, campaign)),
                calls=tuple(calls_of(ledger, campaign.id)),
                unfinished=(*named, *(one for one in dropped if one.key.startswith(f"{campaign.id}/"))),
                unnamed=unnamed,
                unread=() if is_rehearsal else unread_channels(file, groups),
            )
        )
    return Report(file.path.name, now.astimezone(file.timezone), is_rehearsal, tuple(campaigns))


def _of_few(file: CampaignFile) -> Collection[str]:
    """The channels whose recipients are so few that each is named."""
    return {name for name in file.channels if len(file.recipients.get(name, ())) <= MOST_LISTED}


def _of_campaign(requests: Iterable[Request], campaign: Campaign) -> Iterator[Request]:
    """The campaign's requests, without those that a later edition replaced before anybody had answered."""
    ours = (request for request in requests if request.delivery.campaign == campaign.id)
    return (request for request in ours if request.records or not request.is_replaced)


def _actions(file: CampaignFile, campaign: Campaign, groups: Iterable[Group]) -> tuple[Action, ...]:
    """In order of their first days; those of one day as the file has the messages.

    A message with an empty ``action`` is a part of another's.
    """
    made = {id: list(of_one) for id, of_one in groupby(_delivered(groups), key=lambda group: group.message.id)}
    reposts: dict[str, list[str]] = {}
    for of_one in made.values():
        if repost := of_one[0].message.repost:
            reposts.setdefault(repost.message, []).extend(_owners(file, of_one))
    found = [
        _action(file, campaign.messages[id], of_one, reposts.get(id, ()))
        for id, of_one in made.items()
        if of_one[0].message.repost is None and of_one[0].message.action != ""
    ]
    return tuple(sorted(found, key=lambda action: action.days.days[0]))


def _action(file: CampaignFile, message: WrittenMessage, groups: list[Group], reposts: Iterable[str]) -> Action:
    return Action(
        message=message.id,
        words=message.action or title_of(file, message),
        actor=message.actor or "・".join(_owners(file, groups)),
        kind=file.channels[groups[0].way.channel].kind,
        days=days_of(groups),
        reposted_by=tuple(dict.fromkeys(reposts)),
    )


def _delivered(groups: Iterable[Group]) -> Iterator[Group]:
    return (group for group in groups if group.delivered)


def _owners(file: CampaignFile, groups: Iterable[Group]) -> list[str]:
    """Who answers for the channels that it went out by, each once."""
    return list(dict.fromkeys(file.channels[group.way.channel].owner for group in groups))


def _sent(file: CampaignFile, ledger: Ledger, groups: Iterable[Group]) -> Iterator[Sent]:
    """What went out by each channel, channel by channel, and on each as the file has the messages."""
    order = {name: number for number, name in enumerate(file.channels)}
    ranked = sorted(_delivered(groups), key=lambda group: order[group.way.channel])
    for (channel, _), of_one in groupby(ranked, key=lambda group: (group.way.channel, group.message.id)):
        together = list(of_one)
        way_out = file.channels[channel]
        yield Sent(
            channel=channel,
            kind=way_out.kind,
            owner=way_out.owner,
            title=title_of(file, _original(file, together[0].message)),
            days=days_of(together),
            delivered=sum(group.delivered for group in together),
            planned=sum(group.planned for group in together),
            links=_links(file, ledger, together),
            is_repost=together[0].message.repost is not None,
        )


def _original(file: CampaignFile, message: WrittenMessage) -> WrittenMessage:
    """The message itself, or the one that it passes on."""
    return message if message.repost is None else file.campaigns[message.campaign].messages[message.repost.message]


def _links(file: CampaignFile, ledger: Ledger, groups: list[Group]) -> tuple[str, ...]:
    """Where it can be seen, each address once. What went to recipients one by one is not for the public to see."""
    if groups[0].way.channel in file.recipients:
        return ()
    keys = [slot.key for group in groups for slot in group.slots(file)]
    known = ledger.entries(keys)
    receipts = (known[key].receipt for key in keys if key in known)
    return tuple(dict.fromkeys(receipt.url for receipt in receipts if receipt is not None and receipt.url))


def _unfinished(
    file: CampaignFile,
    ledger: Ledger,
    planner: Planner,
    groups: Iterable[Group],
    now: datetime,
    scrub: Callable[[str], str],
) -> Iterator[Unfinished]:
    for planned in planner.plan(now, undelivered(file, ledger, groups, now)):
        decided = planned.entry is not None and planned.entry.by is not None
        if planned.state in WAITING_FOR_A_PERSON and not decided:
            delivery = planned.delivery
            message = file.campaigns[delivery.campaign].messages[delivery.message]
            reasons = tuple(_scrubbed(reason, scrub) for reason in _reasons(planned))
            yield Unfinished(delivery.key, title_of(file, message), planned.state, delivery.due, reasons)


def _reasons(planned: Planned) -> tuple[Problem | str, ...]:
    noted = planned.entry.reason if planned.entry is not None else None
    return (*planned.problems, *([noted] if noted else []))


def _scrubbed(reason: Problem | str, scrub: Callable[[str], str]) -> Problem | str:
    """Without secrets; a problem that has none stays a sentence that can be said in another language."""
    if isinstance(reason, str):
        return scrub(reason)
    return reason if scrub(str(reason)) == str(reason) else Problem(scrub(str(reason)))
