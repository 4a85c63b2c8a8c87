"""What a campaign's messages say of each other: ``after``, ``repost`` and ``{{ earlier.url }}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kohoctl.campaign.facts import speaks_of_earlier, texts_of
from kohoctl.campaign.file import After, Repost, WrittenMessage
from kohoctl.campaign.messages import Context
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.campaign.validation import Location, Spot, locate

Messages = Mapping[str, WrittenMessage]


def check_references(context: Context, spots: Mapping[str, Spot], messages: Messages) -> None:
    """Add a problem for each message that waits for, or passes on, what there is not."""
    waiting = {id: after for id, message in messages.items() if (after := _waits_for(message)) is not None}
    for id, first in waiting.items():
        if first not in messages:
            context.problems.no_such("message", _mark(spots[id], ("when", "after")), first, messages)
    for circle in _circles(waiting):
        text = "these messages wait for each other: {circle}"
        context.problems.add(_mark(spots[circle[0]], ("when", "after")), text, circle=" → ".join((*circle, circle[0])))
    for id, message in messages.items():
        _check_earlier(context, spots[id], message, messages)
    for id, message in messages.items():
        if message.repost is not None:
            try:
                _check_repost(context, message, message.repost, messages)
            except Wrong as wrong:
                context.problems.put(_mark(spots[id], ("repost", *wrong.path)), wrong.problem)


def _mark(spot: Spot, path: Location) -> int:
    return locate(spot.tree, spot.mark, path)


def _after(message: WrittenMessage) -> After | None:
    return message.occurrences[0].after if message.occurrences else None


def _waits_for(message: WrittenMessage) -> str | None:
    after = _after(message)
    return after.message if after else None


def _check_earlier(context: Context, spot: Spot, message: WrittenMessage, messages: Messages) -> None:
    """That the channel which a message waits for is one of the earlier message's, and that there is exactly one receipt
    where the message speaks of it."""
    after = _after(message)
    before = messages.get(after.message) if after else None
    if after is not None and before is not None and after.channel is not None:
        ways = [way.channel for way in before.ways]
        if after.channel not in ways:
            at = _mark(spot, ("when", "channel"))
            context.problems.no_such("way", at, after.channel, ways, message=before.id)
            return
    own = (text for way in message.ways if way.own for text in texts_of(way.own))
    if not any(map(speaks_of_earlier, (message.title, message.body, *own))):
        return
    if after is None:
        hint = "when: {after: notice}"
        context.problems.add(_mark(spot, ("when",)), "a message that says {{ earlier.url }} comes after another", hint)
    elif before is not None and (after.channel is None and len(before.ways) > 1):
        text = "{message} goes out by several channels: say which one's receipt is meant"
        hint = f"when: {{after: {before.id}, channel: {before.ways[0].channel}}}"
        context.problems.add(_mark(spot, ("when",)), text, hint, message=before.id)
    elif before is not None and (len(before.occurrences) > 1 or _has_recipients(context, before, after)):
        text = "{message} has several deliveries there: there is no one receipt to speak of"
        context.problems.add(_mark(spot, ("when",)), text, message=before.id)


def _has_recipients(context: Context, before: WrittenMessage, after: After) -> bool:
    return (after.channel or (before.ways[0].channel if before.ways else "")) in context.recipients


def _circles(waiting: Mapping[str, str]) -> Iterator[list[str]]:
    """Each circle of messages that wait for each other, once, from its first message on."""
    seen: set[str] = set()
    for start in waiting:
        path: dict[str, None] = {}
        id = start
        while id in waiting and id not in seen:
            seen.add(id)
            path[id] = None
            id = waiting[id]
        if id in path:
            yield list(path)[list(path).index(id) :]


def _check_repost(context: Context, message: WrittenMessage, repost: Repost, messages: Messages) -> None:
    if repost.message not in messages:
        raise Wrong.about(no_such("message", repost.message, messages), ("message",))
    source = messages[repost.message]
    if source.id == message.id or source.repost is not None:
        raise Wrong(
            "{message} is a repost itself: name the message that is posted", path=("message",), message=source.id
        )
    if len(source.occurrences) > 1:
        text = "{message} goes out {count} times: only a message with one moment can be reposted"
        raise Wrong(text, path=("message",), message=source.id, count=len(source.occurrences))
    for way in message.ways:
        kind = context.kinds[way.channel]
        if kind is not None and kind.reposts:
            _check_source(context, source, repost, kind.kind)


def _check_source(context: Context, source: WrittenMessage, repost: Repost, kind: str) -> None:
    """That there is exactly one post of the kind to pass on."""
    channels = [way.channel for way in source.ways]
    kinds = {name: context.kinds[name] for name in channels}
    fitting = [name for name, its_kind in kinds.items() if its_kind is not None and its_kind.kind == kind]
    if repost.channel is not None and repost.channel not in channels:
        raise Wrong.about(no_such("way", repost.channel, channels, message=source.id), ("channel",))
    if not fitting or (repost.channel is not None and repost.channel not in fitting):
        raise Wrong(
            "{message} goes out by no channel of the kind {kind} there", path=("channel",), message=source.id, kind=kind
        )
    if repost.channel is None and len(fitting) > 1:
        text = "{message} goes out by several channels of the kind {kind}: {channels}"
        hint = f"{{message: {source.id}, channel: {fitting[0]}}}"
        raise Wrong(text, hint, message=source.id, kind=kind, channels=", ".join(fitting))
    if context.recipients.get(repost.channel or fitting[0]):
        raise Wrong("{message} goes to several recipients there: there is no one post to pass on", message=source.id)
