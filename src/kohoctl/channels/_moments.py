"""Moments that a message speaks of, beside the one at which it goes out."""

from __future__ import annotations

from datetime import datetime

from kohoctl import Message


def in_its_timezone(moment: datetime, message: Message) -> datetime:
    """``moment`` in the timezone of the message, which one that was typed without an offset is in already."""
    zone = message.due.tzinfo if message.due else None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment.astimezone(zone) if zone else moment


def too_early(moment: datetime, message: Message) -> bool:
    """Whether ``moment``, in the message's timezone, has come by the time that the message goes out."""
    return message.due is not None and moment <= message.due


def written(moment: datetime) -> str:
    """2015年6月1日17時00分, as it stands in a mail."""
    return f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}時{moment.minute:02}分"
