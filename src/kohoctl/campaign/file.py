"""A campaign file as it was read: checked, its names resolved, its moments worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kohoctl.campaign.calendars import Days
from kohoctl.campaign.people import People, ReadPeople
from kohoctl.channel import Channel
from kohoctl.errors import MissingSecret
from kohoctl.extensions import Extensions
from kohoctl.language import Sentence
from kohoctl.model import Asset, Recipient
from kohoctl.problem import Place, Problem
from kohoctl.redaction import words
from kohoctl.settings import MailServer, Secret

Recipients = tuple[Recipient, ...] | ReadPeople
"""A channel's recipients, which can be gone through any number of times."""
UNREAD = Sentence("its people were not read: a live run reads them")


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
    """What a message waits for: the message of the same campaign, how long after it has gone out, and by which of its
    channels, where it is not all of them."""

    message: str
    delay: timedelta
    channel: str | None = None


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
    ``images`` and ``attachments`` (the message's where the version names none). A path among the attachments is that
    of a Typst file, of which a PDF is made for each delivery.
    """

    channel: str
    own: Mapping[str, Any]
    images: tuple[Asset, ...] = ()
    attachments: tuple[Asset | Path, ...] = ()
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
    action: str | None = None
    actor: str | None = None
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

    ``lists`` maps each of these channels to the name of its list.

    ``people`` maps each channel whose list is private to that. As the file is loaded, its people are made up, and these
    channels are ``closed``, each with the reason: nothing goes out by them.
    """

    path: Path
    folder: Path
    timezone: ZoneInfo
    facts: Mapping[str, str]
    channels: Mapping[str, Channel]
    recipients: Mapping[str, Recipients]
    campaigns: Mapping[str, Campaign]
    calendars: Mapping[str, Days] = field(default_factory=dict, repr=False)
    """Those of the file itself, without the ones that plugins bring."""
    mail: MailServer | None = None
    extensions: Extensions = field(default_factory=Extensions, repr=False)
    people: Mapping[str, People] = field(default_factory=dict, repr=False)
    closed: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    _recipients_by_id: dict[str, dict[str, Recipient]] = field(default_factory=dict, repr=False, compare=False)

    def recipient(self, channel: str, id: str) -> Recipient | None:
        """The channel's recipient of that id, None where it has none such."""
        listed = self.recipients.get(channel, ())
        if isinstance(listed, ReadPeople):
            return next((person for person in listed if person.id == id), None) if id in listed else None
        by_id = self._recipients_by_id
        if channel not in by_id:
            by_id[channel] = {recipient.id: recipient for recipient in listed}
        return by_id[channel].get(id)

    def may_have(self, channel: str, id: str) -> bool:
        """Whether the channel has a recipient of that id, as far as can be told: not where its people are unread."""
        listed = self.recipients.get(channel, ())
        if channel in self.people and not isinstance(listed, ReadPeople):
            return True
        return id in listed if isinstance(listed, ReadPeople) else self.recipient(channel, id) is not None

    def is_private(self, channel: str) -> bool:
        """Whether the channel's recipients are people whom nobody is to know."""
        return channel in self.people

    def with_made_up_people(self) -> CampaignFile:
        """The file for a rehearsal: its made-up people get what real ones would."""
        return replace(self, closed={})

    def with_people(self, secret_of: Callable[[Secret], str]) -> CampaignFile:
        """The file with the people themselves; channels stay closed whose list's key ``secret_of`` does not give.

        Raises `Wrong` where a list cannot be read.
        """
        read: dict[People, ReadPeople] = {}
        closed: dict[str, str] = {}
        recipients = dict(self.recipients)
        for channel, people in self.people.items():
            try:
                if people not in read:
                    read[people] = people.read(secret_of(people.key))
                recipients[channel] = read[people]
            except MissingSecret as error:
                closed[channel] = words(error)
        return replace(self, recipients=recipients, closed=closed, _recipients_by_id={})

    @property
    def unusable_rows(self) -> tuple[Problem, ...]:
        """The rows of the private lists, as far as these have been read, that name no person."""
        read = {id(one): one for one in self.recipients.values() if isinstance(one, ReadPeople)}
        return tuple(problem for one in read.values() for problem in one.problems)
