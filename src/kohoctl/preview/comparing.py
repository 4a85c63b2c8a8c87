"""What differs from another version of the file, put together as a reader wants to hear it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kohoctl.campaign.file import CampaignFile
from kohoctl.changes import TIMING, Change, Kind, Saying, compare, texts
from kohoctl.preview.gathering import Preview, Sheet, slots_looked_at
from kohoctl.preview.pieces import Piece, TextChange
from kohoctl.wording import title_of

CONTEXT = 40
"""Characters on either side of a difference that are shown of what both versions say."""
GAP = "…"


@dataclass(frozen=True)
class Difference:
    """Deliveries of one message by one ``channel`` that differ in the same way. ``sheet`` is None where they are
    gone."""

    kind: Kind
    title: str
    channel: str
    texts: tuple[TextChange, ...]
    moved: tuple[datetime | None, datetime | None] | None
    """The old and the new time, where that changed."""
    count: int
    sheet: Sheet | None


def differences(preview: Preview, other: CampaignFile | None) -> list[Difference]:
    """What differs from ``other``, each message and channel once for each way in which it does; what is gone last.

    Where there is no ``other``, all is new.
    """
    if preview.file is None:
        return []
    sheets = {(one.campaign.id, one.message.id, one.channel.name): one for one in preview.sheets}
    found: dict[object, Difference] = {}
    for change in compare(other, preview.file, slots_looked_at).values():
        if change.kind is Kind.SAME:
            continue
        one = _difference(preview.file, other, change, sheets)
        way = change.latest.slot.message.campaign, change.latest.slot.message.id, one.channel, one.kind
        is_private = preview.file.is_private(one.channel)
        alike = way if is_private else (*way, one.texts if one.kind is Kind.CHANGED else (), one.moved)
        if alike not in found:
            found[alike] = one
        elif not is_private:  # of made-up people, one stands for all
            found[alike] = replace(found[alike], count=found[alike].count + 1)
    return list(found.values())


def _difference(
    now: CampaignFile, then: CampaignFile | None, change: Change, sheets: dict[tuple[str, str, str], Sheet]
) -> Difference:
    message, channel = change.latest.slot.message, change.latest.slot.way.channel
    file = then if change.kind is Kind.GONE and then is not None else now
    return Difference(
        kind=change.kind,
        title=title_of(file, message),
        channel=channel,
        texts=() if change.kind is Kind.NEW else _worth_showing(tuple(_text_changes(change))),
        moved=_moved(change, now),
        count=1,
        sheet=None if change.kind is Kind.GONE else sheets.get((message.campaign, message.id, channel)),
    )


def _text_changes(change: Change) -> Iterator[TextChange]:
    before, after = (_said(saying) for saying in (change.old, change.new))
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            yield TextChange(name, before.get(name), after.get(name))


def _said(saying: Saying | None) -> dict[str, str]:
    return {name: text for name, text in texts(saying).items() if name not in TIMING} if saying else {}


def in_context(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces, of what is the same only so much as stands beside a difference."""
    return [replace(piece, text=_middle_left_out(piece.text)) if piece.how == "same" else piece for piece in pieces]


def _middle_left_out(text: str) -> str:
    return text if len(text) <= 3 * CONTEXT else text[:CONTEXT] + GAP + text[-CONTEXT:]


def _moved(change: Change, file: CampaignFile) -> tuple[datetime | None, datetime | None] | None:
    if change.old is None or change.new is None:
        return None
    old, new = change.old.slot.occurrence.due, change.new.slot.occurrence.due
    if old == new:
        return None
    return old and old.astimezone(file.timezone), new and new.astimezone(file.timezone)


def _worth_showing(texts: tuple[TextChange, ...]) -> tuple[TextChange, ...]:
    """Each difference once, in words: not in their markup too, nor in what tells files from each other."""
    once = {(text.old, text.new): text for text in reversed(texts)}
    told = tuple(text for text in texts if once[text.old, text.new] is text)
    words = tuple(text for text in told if not (text.new or text.old or "").lstrip().startswith(("<", "{")))
    return words or told
