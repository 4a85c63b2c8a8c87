"""A campaign file as it was read: checked, its names resolved, its moments worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kohoctl.channel import Channel
from kohoctl.extensions import Extensions
from kohoctl.model import Asset, Recipient
from kohoctl.problem import Place
from kohoctl.settings import MailServer


@dataclass(frozen=True, slots=True)
class DeclaredPlugin:
    """A plugin, or a folder of them, as the file names it under ``plugins:``; ``path`` is from the file's folder.

    ``sha256``, in hexadecimal, is that of the one file that is allowed there; None where any is.
    """

    path: str
    sha256: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class After:
    """What a message waits for: the message of the same campaign, and how long after it has gone out."""

    message: str
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment of a message's ``when``.

    ``label`` is the last part of the delivery's key: the day, ``2015-06-05``; ``2015-06-05T10:00`` where the message
    has several on that day; ``after-fraud-warning`` where it waits for another message, and then ``due`` is None.
    """

    label: str
    due: datetime | None
    after: After | None = None


@dataclass(frozen=True, slots=True)
class Repost:
    """Whose post a message passes on: the message, and the channel that it went out by where there are several."""

    message: str
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A message's way out by one channel.

    ``own`` is the message's own version for the channel as it was typed, facts not yet filled in; files are apart, in
    ``images`` and ``attachments`` (the message's where the version names none).
    """

    channel: str
    own: Mapping[str, Any]
    images: tuple[Asset, ...] = ()
    attachments: tuple[Asset, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, repr=False)
    """Where the version's fields stand; under the empty name, the channel's name in the message."""


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """A message as it stands in the file. ``title`` and ``body`` still hold ``{{ facts }}``."""

    campaign: str
    id: str
    title: str
    body: str
    ways: tuple[Way, ...]
    occurrences: tuple[Occurrence, ...]
    """In order of time."""
    grace: timedelta
    repost: Repost | None = None
    places: Mapping[str, Place] = field(default_factory=dict, repr=False)
    """Where the message's fields stand; under the empty name, its id."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One effort with an owner and messages."""

    id: str
    title: str
    owner: str
    messages: Mapping[str, WrittenMessage]


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """The whole file. ``recipients`` maps each channel that has any to its list.

    ``path`` is as it was given; ``folder``, which the file's paths start from, is absolute.
    """

    path: Path
    folder: Path
    timezone: ZoneInfo
    facts: Mapping[str, str]
    channels: Mapping[str, Channel]
    recipients: Mapping[str, tuple[Recipient, ...]]
    campaigns: Mapping[str, Campaign]
    mail: MailServer | None = None
    extensions: Extensions = field(default_factory=Extensions, repr=False)
    _recipients_by_id: dict[str, dict[str, Recipient]] = field(default_factory=dict, repr=False, compare=False)

    def recipient(self, channel: str, id: str) -> Recipient | None:
        """The channel's recipient of that id, None where it has none such."""
        by_id = self._recipients_by_id
        if channel not in by_id:
            by_id[channel] = {recipient.id: recipient for recipient in self.recipients.get(channel, ())}
        return by_id[channel].get(id)
