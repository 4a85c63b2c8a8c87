"""Removing the files with personal data that deliveries have left, as soon as they are no longer needed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kohoctl.campaign.file import CampaignFile
from kohoctl.channel import at_work
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence
from kohoctl.ledger import Ledger
from kohoctl.model import Batch
from kohoctl.states import State

PURGED = "purged"
"""The word of an event that says what was removed; its key is the campaign's id."""
IN_DOUBT = frozenset({State.SENDING, State.UNKNOWN})

_NOT_SEEN = "the files of {channel} cannot be looked for: {reason}"


@dataclass(frozen=True, slots=True)
class Found:
    """A batch of a channel, the campaigns that it is of, and why it stays; None where it may be removed."""

    channel: str
    batch: Batch
    campaigns: tuple[str, ...]
    stays: str | None


def find_batches(
    file: CampaignFile, ledger: Ledger, now: datetime, run: str | None, older_than: timedelta
) -> Iterator[Found]:
    """The batches of every channel, or that of the name ``run``, and which of them may be removed at ``now``.

    Raises `KohoctlError` where a folder cannot be read.
    """
    for channel in file.channels.values():
        try:
            with at_work(channel):
                batches = list(channel.batches(file.folder))
        except OSError as error:
            raise KohoctlError(Sentence(_NOT_SEEN, channel=channel.name, reason=error.strerror)) from error
        for batch in batches:
            if run is None or batch.name == run:
                campaigns = sorted({key.split("/")[0] for key in batch.keys} or file.campaigns)
                stays = _why_it_stays(batch, ledger, now, older_than)
                yield Found(channel.name, batch, tuple(campaigns), stays)


def _why_it_stays(batch: Batch, ledger: Ledger, now: datetime, older_than: timedelta) -> str | None:
    """A batch that was never finished may always go: nobody may use it, and its deliveries are made anew."""
    if not batch.keys:
        return None
    known = ledger.entries(batch.keys)
    if any(key not in known for key in batch.keys):
        return Sentence("the ledger does not know its deliveries: give the right one with --ledger")
    if any(known[key].state in IN_DOUBT for key in batch.keys):
        return Sentence("some of its deliveries are in doubt: a live run makes sure of them")
    return _too_young(older_than) if now - batch.made < older_than else None


def _too_young(span: timedelta) -> Sentence:
    seconds = int(span.total_seconds())
    if seconds and seconds % 86400 == 0:
        return Sentence("it is not older than {days} days", days=seconds // 86400)
    return Sentence("it is not older than {minutes} minutes", minutes=seconds // 60)


def remove(found: Found, ledger: Ledger, now: datetime) -> int:
    """Remove the batch's files and write that down. Returns their size in bytes. Raises `KohoctlError`."""
    size, batch = 0, found.batch
    for path in batch.files:
        try:
            size += path.stat().st_size
            path.unlink()
        except OSError as error:
            raise KohoctlError(
                Sentence("{path} cannot be removed: {reason}", path=path, reason=error.strerror)
            ) from error
        with contextlib.suppress(OSError):
            path.parent.rmdir()  # where nothing else is in it
    said = {"channel": found.channel, "run": batch.name, "files": [path.name for path in batch.files]}
    ledger.note([(campaign, PURGED, said) for campaign in found.campaigns], now)
    return size
