"""The names that a campaign file gives: of its facts, calendars, lists, channels, and each campaign's messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kohoctl.campaign.tree import Node


@dataclass(frozen=True, slots=True)
class NamedChannel:
    """A channel's kind and owner, as far as the file says them."""

    kind: str | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """What a file names. Nothing where there is no file, or none that can be read."""

    facts: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    channels: Mapping[str, NamedChannel] = field(default_factory=dict)
    messages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Each campaign's messages: their ids, and their titles."""


def names_in(tree: Node, brought_calendars: Iterable[str] = ()) -> Names:
    """The names in a file, whatever else is wrong with it, and those of the calendars that plugins bring."""
    return Names(
        facts=tuple(_section(tree, "facts")),
        calendars=tuple(dict.fromkeys([*_section(tree, "calendars"), *brought_calendars])),
        recipients=tuple(_section(tree, "recipients")),
        channels={
            name: NamedChannel(_word(one, "kind"), _word(one, "owner")) for name, one in _entries(tree, "channels")
        },
        messages={
            name: {id: _word(message, "title") or "" for id, message in _entries(campaign, "messages")}
            for name, campaign in _entries(tree, "campaigns")
        },
    )


def _section(tree: Any, key: str) -> Node:
    found = tree.get(key) if isinstance(tree, Node) else None
    return found if isinstance(found, Node) else Node()


def _entries(tree: Any, key: str) -> Iterator[tuple[str, Any]]:
    return iter(_section(tree, key).items())


def _word(tree: Any, key: str) -> str | None:
    found = tree.get(key) if isinstance(tree, Node) else None
    return found if isinstance(found, str) else None
