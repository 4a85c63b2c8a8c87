"""What a campaign's messages say of each other: ``after`` and ``repost``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kohoctl.campaign.file import Repost, WrittenMessage
from kohoctl.campaign.messages import Context
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.campaign.validation import Location, Spot, locate

Messages = Mapping[str, WrittenMessage]


def check_references(context: Context, spots: Mapping[str, Spot], messages: Messages) -> None:
    """Add a problem for each message that waits for, or passes on, what there is not."""
    waiting = {id: after for id, message in messages.items() if (after := _waits_for(message)) is not None}
    for id, first in waiting.items():
        if first not in messages:
            context.problems.put(_mark(spots[id], ("when", "after")), no_such("message", first, messages))
    for circle in _circles(waiting):
        text = "these messages wait for each other: {circle}"
        context.problems.add(_mark(spots[circle[0]], ("when", "after")), text, circle=" → ".join((*circle, circle[0])))
    for id, message in messages.items():
        if message.repost is not None:
            try:
                _check_repost(context, message, message.repost, messages)
            except Wrong as wrong:
                context.problems.put(_mark(spots[id], ("repost", *wrong.path)), wrong.problem)


def _mark(spot: Spot, path: Location) -> int:
    return locate(spot.tree, spot.mark, path)


def _waits_for(message: WrittenMessage) -> str | None:
    after = message.occurrences[0].after if message.occurrences else None
    return after.message if after else None


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
