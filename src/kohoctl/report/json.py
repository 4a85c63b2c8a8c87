"""The report as JSON, for other programs."""

from __future__ import annotations

from typing import Any

from kohoctl.fulfilment import Request
from kohoctl.language import ENGLISH, in_a_row
from kohoctl.report.days import Days
from kohoctl.report.values import Action, CampaignReport, Report, Sent, Unfinished


def as_json(report: Report) -> dict[str, Any]:
    """All that the report knows; of a recipient the id alone."""
    return {
        "file": report.file,
        "at": report.at.isoformat(),
        "rehearsal": report.is_rehearsal,
        "campaigns": [_campaign(campaign, report) for campaign in report.campaigns],
    }


def _campaign(campaign: CampaignReport, report: Report) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "title": campaign.title,
        "owner": campaign.owner,
        "actions": [_action(action) for action in campaign.actions],
        "sent": [_sent(sent) for sent in campaign.sent],
        "requests": [_request(request, report) for request in campaign.requests],
        "calls": [
            {"day": calls.day.isoformat(), "topic": calls.topic, "count": calls.count} for calls in campaign.calls
        ],
        "unnamed": campaign.unnamed,
        "unread": list(campaign.unread),
        "unfinished": [_unfinished(one) for one in campaign.unfinished],
    }


def _days(days: Days) -> dict[str, Any]:
    return {
        "days": [day.isoformat() for day in days.days],
        "some": [day.isoformat() for day in days.some],
        "onwards": days.onwards,
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "message": action.message,
        "action": action.words,
        "actor": action.actor,
        "kind": action.kind,
        **_days(action.days),
        "reposted_by": list(action.reposted_by),
    }


def _sent(sent: Sent) -> dict[str, Any]:
    return {
        "channel": sent.channel,
        "kind": sent.kind,
        "owner": sent.owner,
        "title": sent.title,
        **_days(sent.days),
        "delivered": sent.delivered,
        "planned": sent.planned,
        "links": list(sent.links),
    }


def _request(request: Request, report: Report) -> dict[str, Any]:
    reply_by = request.task.reply_by
    return {
        "key": request.delivery.key,
        "recipient": request.delivery.recipient,
        "title": request.title,
        "step": request.step,
        "open": request.is_open,
        "overdue": request.is_overdue(report.at.date()),
        "reply_by": reply_by.isoformat() if reply_by else None,
        "places": [
            {
                "name": place.name,
                "step": place.step,
                "count": place.count,
                "total": place.total,
                "evidence": place.evidence,
            }
            for place in request.places
        ],
    }


def _unfinished(one: Unfinished) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "state": one.state,
        "due": one.due.isoformat() if one.due else None,
        "reason": in_a_row(one.reasons, ENGLISH),
        "count": one.count,
    }
