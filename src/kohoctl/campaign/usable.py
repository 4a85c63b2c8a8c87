"""What is left of a campaign file with problems that can be rendered and planned, so that people can look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kohoctl.campaign.file import CampaignFile, WrittenMessage

Messages = Mapping[str, WrittenMessage]


def usable(file: CampaignFile) -> CampaignFile:
    """``file`` without the ways by channels that could not be read, and without what speaks of messages that are not
    there."""
    campaigns = {
        id: replace(campaign, messages=_standing({one.id: _sendable(one, file) for one in campaign.messages.values()}))
        for id, campaign in file.campaigns.items()
    }
    return replace(file, campaigns=campaigns)


def _sendable(message: WrittenMessage, file: CampaignFile) -> WrittenMessage:
    return replace(message, ways=tuple(way for way in message.ways if way.channel in file.channels))


def _standing(messages: Messages) -> Messages:
    """Those of ``messages`` that have ways, and speak of none but such: with one, those go that speak of it."""
    left = {id: message for id, message in messages.items() if message.ways and _stands(message, messages)}
    return left if len(left) == len(messages) else _standing(left)


def _stands(message: WrittenMessage, messages: Messages) -> bool:
    for occurrence in message.occurrences:
        after = occurrence.after
        if after is not None:
            before = messages.get(after.message)
            if before is None or not before.occurrences or not _goes_by(before, after.channel):
                return False
    if message.repost is None:
        return True
    source = messages.get(message.repost.message)
    return bool(source and source.repost is None and source.occurrences and _goes_by(source, message.repost.channel))


def _goes_by(message: WrittenMessage, channel: str | None) -> bool:
    return channel is None or any(way.channel == channel for way in message.ways)
