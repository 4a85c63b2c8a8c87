"""From a campaign's ``messages`` to their values: ways, files, moments, and all names resolved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from kohoctl.campaign.assets import AssetReader
from kohoctl.campaign.calendars import Days
from kohoctl.campaign.facts import Filters, Reference, fill_all, filtered, references
from kohoctl.campaign.file import Occurrence, Repost, Way, WrittenMessage
from kohoctl.campaign.problems import Problems, Wrong
from kohoctl.campaign.shape import MessageShape
from kohoctl.campaign.source import Source
from kohoctl.campaign.tree import Items, Node, build
from kohoctl.campaign.validation import Location, Spot, locate, mended, validated
from kohoctl.campaign.when import WhenValue, occurrences
from kohoctl.channel import Channel
from kohoctl.earlier import PARTS
from kohoctl.foreign import foreign
from kohoctl.model import Asset, Recipient
from kohoctl.problem import Place
from kohoctl.redaction import failure, words
from kohoctl.settings import Version

_STAND_IN_CHANNEL = "-"
_STAND_INS = {"when": "2000-01-01T00:00", "channels": {_STAND_IN_CHANNEL: None}}
_FILES = frozenset({"images", "attachments"})
_SPOKEN = frozenset({"title", "body", "images"})
_NOTHING: Node = build("{}", Problems(""))

T = TypeVar("T")
R = TypeVar("R")

Attached = tuple[Asset | Path, ...]
Files = tuple[tuple[Asset, ...], Attached]
"""Pictures and attachments; of these, a path is that of a Typst file."""
_NO_FILES: Files = (), ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the messages of a file share.

    ``kinds`` maps each channel to its kind, None where there is no such kind; ``recipients`` maps each that has any.
    """

    source: Source
    timezone: ZoneInfo
    facts: Mapping[str, str]
    calendars: Mapping[str, Days]
    filters: Filters
    kinds: Mapping[str, type[Channel] | None]
    recipients: Mapping[str, tuple[Recipient, ...]]
    assets: AssetReader
    bare: set[type[Channel]] = field(default_factory=set)
    """The kinds of which it is known that a message needs no version of its own, and has no files without one."""

    @property
    def problems(self) -> Problems:
        """Where problems are added."""
        return self.source.problems


class Places(Mapping[str, Place]):
    """Where the fields of a mapping stand, worked out when asked for; under the empty name, the mapping's own name."""

    __slots__ = ("_file", "_mark", "_node")

    def __init__(self, problems: Problems, node: Node, mark: int) -> None:
        self._file = problems.place
        self._node = node
        self._mark = mark

    def __getitem__(self, name: str) -> Place:
        if name and name not in self._node:
            raise KeyError(name)
        return self._file(locate(self._node, self._mark, (name,)))

    def __iter__(self) -> Iterator[str]:
        yield ""
        yield from self._node

    def __len__(self) -> int:
        return 1 + len(self._node)


def read_message(context: Context, campaign: str, spot: Spot, grace: timedelta) -> WrittenMessage:
    """The message at ``spot``; where parts of it are wrong, what is left of it, after their problems were added."""
    shape = mended(MessageShape, spot, _STAND_INS)
    node = spot.tree if isinstance(spot.tree, Node) else _NOTHING
    _check_text(shape, node, spot)
    uses = _uses(context, node, _SPOKEN)
    images, attachments = _files(context, shape, node, spot.mark)
    said = Said(node, uses, images, attachments)
    ways = (_way(context, name, own, said) for name, own in shape.channels.items())
    return WrittenMessage(
        campaign,
        spot.name,
        shape.title,
        shape.body,
        tuple(way for way in ways if way),
        _occurrences(context, shape.when, node, spot.mark),
        grace if shape.grace is None else shape.grace,
        Repost(shape.repost.message, shape.repost.channel) if shape.repost else None,
        shape.action,
        shape.actor,
        Places(context.problems, node, spot.mark),
    )


class Said(NamedTuple):
    """What a message says by all its channels, unless one has its own version."""

    node: Node
    uses: tuple[ColumnUse, ...]
    images: tuple[Asset, ...]
    attachments: Attached


def _uses(context: Context, node: Node, keys: Collection[str]) -> tuple[ColumnUse, ...]:
    """The recipients' columns that some fields of a mapping speak of; facts that there are not are problems."""
    uses: list[ColumnUse] = []
    for key, value, _, at in node.entries():
        if key in keys and not (isinstance(value, str) and "{" not in value):
            uses.extend(_check_facts(context, key, value, at))
    return tuple(uses)


def _check_text(shape: MessageShape, node: Node, spot: Spot) -> None:
    """A message has a title and a body, or is a repost."""
    for key in ("title", "body"):
        if "repost" not in node and key not in node and node:
            spot.problems.add(spot.mark, "{key} is missing", key=key)
        elif "repost" not in node and node and node[key] == "":
            spot.problems.add(node.value_mark(key), "{key} is empty", key=key)


def _occurrences(context: Context, when: WhenValue, node: Node, mark: int) -> tuple[Occurrence, ...]:
    try:
        return occurrences(when, context.calendars, context.timezone)
    except Wrong as wrong:
        context.problems.put(locate(node, mark, ("when", *wrong.path)), wrong.problem)
        return ()


def _way(context: Context, name: str, own: Any, said: Said) -> Way | None:
    """The message's way out by the channel ``name``, None where there is no such channel or kind."""
    mark = _name_mark(said.node, name)
    if name not in context.kinds:
        if name != _STAND_IN_CHANNEL:
            context.problems.no_such("channel", mark, name, context.kinds)
        return None
    if own is not None and not isinstance(own, Node):
        context.problems.add(mark, "{key} is to be a mapping with keys", key=name)
    typed = own if isinstance(own, Node) else _NOTHING
    uses = _uses(context, typed, typed) if typed else ()
    _check_columns(context, name, (*(use for use in said.uses if use.key not in typed), *uses))
    kind = context.kinds[name]
    if kind is None:
        return None
    if "repost" in said.node and not kind.reposts:
        context.problems.add(mark, "the kind {kind} cannot repost", kind=kind.kind)
    places = Places(context.problems, typed, mark)
    images, attachments = _NO_FILES
    if typed or kind not in context.bare:
        images, attachments = _own_files(context, kind, typed, Spot(context.problems, typed, mark, name))
    return Way(
        name,
        {key: value for key, value in typed.items() if key not in _FILES},
        images if "images" in typed else said.images,
        attachments if "attachments" in typed else said.attachments,
        places,
    )


def _name_mark(node: Node, name: str) -> int:
    """Where the channel's name stands among the message's channels."""
    ways = node.get("channels")
    if isinstance(ways, Items) and name in ways:
        return ways.marks[1 + ways.index(name)]
    return ways.key_mark(name) if isinstance(ways, Node) else node.value_mark("channels") if node else 0


def _own_files(context: Context, kind: type[Channel], typed: Node, spot: Spot) -> Files:
    """The files of the message's own version, which is checked as the kind's model reads it, facts filled in."""
    sample = next(iter(context.recipients.get(spot.name, ())), None)
    try:
        filled = fill_all(typed, context.facts, sample, context.filters)
    except ValueError:
        filled = typed  # what cannot be filled in is a problem already
    try:
        with foreign(f"the kind {kind.kind}"):
            version = validated(kind.version_model, filled, spot)
        if version is None:
            return _NO_FILES
        if not typed and not version.images and not version.attachments:
            context.bare.add(kind)
        return _files(context, version, typed, spot.mark)
    except Exception as error:  # noqa: BLE001 -- a plugin's own code: whatever it raises is a problem of this version
        text = "the kind {kind} cannot read this version: {error}"
        context.problems.add(spot.mark, text, kind=kind.kind, error=failure(error))
        return _NO_FILES


def _files(context: Context, said: MessageShape | Version, node: Node, mark: int) -> Files:
    """The pictures and the attachments, read; those that cannot be read are problems."""
    if not said.images and not said.attachments:
        return _NO_FILES
    pictures = [(("images", index, "file"), picture) for index, picture in enumerate(said.images)]
    attached = [(("attachments", index), name) for index, name in enumerate(said.attachments)]
    images = _read_each(context, pictures, lambda picture: context.assets.read(picture.file, picture.alt), node, mark)
    return images, _read_each(context, attached, context.assets.attachment, node, mark)


def _read_each(
    context: Context, asked: Iterable[tuple[Location, T]], read: Callable[[T], R], node: Node, mark: int
) -> tuple[R, ...]:
    found = []
    for path, one in asked:
        try:
            found.append(read(one))
        except Wrong as wrong:
            context.problems.put(locate(node, mark, path), wrong.problem)
    return tuple(found)


class Written(NamedTuple):
    """A text in the file, and the mark at which it begins."""

    source: Source
    text: str
    mark: int

    def at(self, reference: Reference) -> int:
        """Where ``reference`` stands: looked for only where there is something to say of it, since it takes a while."""
        return self.source.inside(self.mark, self.text, reference.start)


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A ``{{ recipient.column }}`` in a text of the field ``key``."""

    key: str
    column: str
    written: Written
    reference: Reference

    @property
    def mark(self) -> int:
        return self.written.at(self.reference)


def _check_facts(context: Context, key: str, value: Any, mark: int) -> Iterator[ColumnUse]:
    """Check that only facts' names and recipients' columns stand in the braces of a field; the latter are given."""
    for text, at in _texts(value, mark):
        written = Written(context.source, text, at)
        for reference in references(text):
            name, of = reference.name, reference.of
            if name is None:
                hint = "{{ name }}, {{ recipient.column }} or {{ earlier.url }}"
                context.problems.add(written.at(reference), "only a fact's name may stand in braces", hint)
            elif of == "recipient":
                _check_filters(context, reference, None, written)
                yield ColumnUse(key, name, written, reference)
            elif of == "earlier":
                if name not in PARTS:
                    context.problems.no_such("part", written.at(reference), name, PARTS)
            elif name in context.facts:
                _check_filters(context, reference, context.facts[name], written)
            else:
                context.problems.no_such("fact", written.at(reference), name, context.facts)


def _check_filters(context: Context, reference: Reference, value: str | None, written: Written) -> None:
    """Check that the filters are there, and that they take the fact's ``value``, where it is known."""
    for name in reference.filters:
        if name not in context.filters:
            context.problems.no_such("filter", written.at(reference), name, context.filters)
            return
        try:
            value = filtered(value, name, context.filters[name]) if value is not None else None
        except ValueError as error:
            context.problems.add(written.at(reference), "{what}", what=words(error))
            return


def _check_columns(context: Context, channel: str, uses: Iterable[ColumnUse]) -> None:
    """Check that each column that goes out by ``channel`` is there to be filled in."""
    recipients = context.recipients.get(channel)
    columns = recipients[0].fields if recipients else {}
    for use in uses:
        if recipients is None:
            context.problems.add(use.mark, "the channel {channel} has no recipients", channel=channel)
        elif recipients and use.column not in columns:
            context.problems.no_such("column", use.mark, use.column, columns)


def _texts(value: Any, mark: int) -> Iterator[tuple[str, int]]:
    """Each text with a brace in it, at any depth, and its mark."""
    if isinstance(value, str):
        if "{" in value:
            yield value, mark
    elif isinstance(value, Node):
        for _, item, _, at in value.entries():
            yield from _texts(item, at)
    elif isinstance(value, Items):
        for item, at in zip(value, value.marks[1:], strict=True):
            yield from _texts(item, at)
