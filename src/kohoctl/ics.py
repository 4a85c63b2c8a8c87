"""What a campaign has planned, as iCalendar (RFC 5545), so that offices see in their own calendars what is coming."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from kohoctl.campaign.file import CampaignFile, Occurrence, Way, WrittenMessage
from kohoctl.model import Task
from kohoctl.wording import Slot, Wording, filled_text, title_of

if TYPE_CHECKING:
    import icalendar

DOMAIN = "kohoctl.invalid"
"""What makes an event's UID unlike those of other programs; the domain is nobody's (RFC 2606)."""
PRODUCT = "-//kohoctl//kohoctl//JA"
TEXT_SHOWN = 1000
"""Characters of a message's text in an event: enough to know what it says."""
MOST_RENDERED = 500
"""Recipients of a channel whose tasks are each looked at for their days; of a longer list, the first one's stand for
all: those who are written to in thousands print and air nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar: at a moment, or on a whole day. ``uid`` is the same as long as the keys are."""

    uid: str
    at: datetime | date
    summary: str
    description: str
    stamp: datetime
    categories: tuple[str, ...]


def events(
    file: CampaignFile, channels: Collection[str] | None = None, owners: Collection[str] | None = None
) -> list[Event]:
    """An event for each message, channel and occurrence, in order of time; and one for each day that is to be seen or
    heard, or answered by.

    Only of ``channels``, and of channels of ``owners``, where these are given. What waits for another message has no
    time: it is told with the one that it comes after.
    """
    wanted = {
        name
        for name, channel in file.channels.items()
        if (channels is None or name in channels) and (owners is None or channel.owner in owners)
    }
    wording = Wording(file)
    found = [
        event
        for campaign in file.campaigns.values()
        for message in campaign.messages.values()
        for way in message.ways
        if way.channel in wanted
        for occurrence in message.occurrences
        if occurrence.due is not None
        for event in _events_of(file, wording, message, way, occurrence)
    ]
    return sorted(found, key=lambda event: (_moment(file, event.at), event.uid))


def as_ics(file: CampaignFile, events: Iterable[Event]) -> bytes:
    """The events as a calendar, the same bytes each time, moments in the file's timezone."""
    import icalendar

    listed = list(events)
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "、".join(campaign.title for campaign in file.campaigns.values()))
    calendar.add("x-wr-timezone", file.timezone.key)
    for event in listed:
        calendar.add_component(_component(event))
    if listed:
        first, last = listed[0].at.year, listed[-1].at.year
        calendar.add_missing_timezones(date(first - 1, 1, 1), date(last + 2, 1, 1))
    written: bytes = calendar.to_ical()
    return written


def _component(event: Event) -> icalendar.Event:
    import icalendar

    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("dtstamp", event.stamp.astimezone(UTC))
    component.add("dtstart", event.at)
    if not isinstance(event.at, datetime):
        component.add("dtend", event.at + timedelta(days=1))  # the day after the last (RFC 5545, 3.6.1)
    component.add("summary", event.summary)
    component.add("description", event.description)
    component.add("categories", list(event.categories))
    component.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return component


def _moment(file: CampaignFile, at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), file.timezone)


def _events_of(
    file: CampaignFile, wording: Wording, message: WrittenMessage, way: Way, occurrence: Occurrence
) -> Iterator[Event]:
    """The events of the deliveries that one message makes by one channel at one moment."""
    channel, due = file.channels[way.channel], occurrence.due
    if due is None:
        return
    key, title = f"{message.campaign}/{message.id}/{way.channel}/{occurrence.label}", title_of(file, message)
    description = "\n".join(_description(file, message, way))

    def event(part: str, at: datetime | date, summary: str) -> Event:
        uid = f"{key}/{part}@{DOMAIN}" if part else f"{key}@{DOMAIN}"
        return Event(uid, at, summary, description, due, (channel.owner, channel.kind))

    yield event("", due, f"{title}（{channel.owner}、{way.channel}）")
    if channel.form != "requested":
        return
    tasks = list(_tasks(file, wording, message, way, occurrence))
    onwards = any(task.onwards for task in tasks)
    for number, day in enumerate(sorted({day for task in tasks for day in task.days})):
        when = "開始日" if onwards and number == 0 else "実施日"
        yield event(f"on-{day}", day, f"【{when}】{title}（{channel.owner}、{way.channel}）")
    for day in sorted({task.reply_by for task in tasks if task.reply_by is not None}):
        yield event(f"reply-by-{day}", day, f"【回答期限】{title}（{channel.owner}、{way.channel}）")


def _tasks(
    file: CampaignFile, wording: Wording, message: WrittenMessage, way: Way, occurrence: Occurrence
) -> Iterator[Task]:
    """What people are asked to carry out, by each of the channel's recipients."""
    recipients = file.recipients.get(way.channel, (None,))
    for recipient in recipients if len(recipients) <= MOST_RENDERED else islice(recipients, 1):
        task = wording.render(Slot(message, way, occurrence, recipient)).task
        if task is not None:
            yield task


def _description(file: CampaignFile, message: WrittenMessage, way: Way) -> Iterator[str]:
    """What it is, who answers for it, how many are written to, what follows it, and its text. No recipient is named."""
    channel, campaign = file.channels[way.channel], file.campaigns[message.campaign]
    yield campaign.title
    yield f"担当：{campaign.owner}"
    yield f"媒体：{way.channel}（{channel.kind}、{channel.owner}）"
    if way.channel in file.recipients and not file.is_private(way.channel):
        yield f"送付先：{len(file.recipients[way.channel])}件"
    following = {(later.id, delay): later for later, delay in _followers(file, message, way)}
    for (_, delay), later in following.items():
        yield f"この後：{title_of(file, later)}{f'（{_in_words(delay)}後）' if delay else ''}"
    text = filled_text(file, str(way.own.get("body") or message.body)).strip()
    if text:
        yield ""
        yield text if len(text) <= TEXT_SHOWN else f"{text[: TEXT_SHOWN - 1]}…"


def _followers(file: CampaignFile, message: WrittenMessage, way: Way) -> Iterator[tuple[WrittenMessage, timedelta]]:
    """The messages that come after this one, or after those, and how long after it at the least."""
    for later in file.campaigns[message.campaign].messages.values():
        for occurrence in later.occurrences:
            after = occurrence.after
            if after is not None and after.message == message.id and after.channel in (None, way.channel):
                yield later, after.delay
                for following in later.ways:
                    further = _followers(file, later, following)
                    yield from ((last, after.delay + delay) for last, delay in further)


def _in_words(delay: timedelta) -> str:
    """2日, 1時間30分"""
    minutes = int(delay.total_seconds()) // 60
    parts = {"日": minutes // 1440, "時間": minutes // 60 % 24, "分": minutes % 60}
    return "".join(f"{count}{unit}" for unit, count in parts.items() if count)
