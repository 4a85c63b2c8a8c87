"""Reading a campaign file: `read` it, ask for `plugins_of` it, and `load` it with what these bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from kohoctl.campaign.assets import AssetReader
from kohoctl.campaign.calendars import Brought, Calendar, Days
from kohoctl.campaign.channels import read_channel
from kohoctl.campaign.file import UNREAD, Campaign, CampaignFile, DeclaredPlugin
from kohoctl.campaign.messages import Context, read_message
from kohoctl.campaign.people import People, declared
from kohoctl.campaign.problems import Wrong
from kohoctl.campaign.recipients import from_file, typed
from kohoctl.campaign.references import check_references
from kohoctl.campaign.shape import CampaignShape, FactText, FileShape, RecipientFile, RecipientRow
from kohoctl.campaign.source import Source, read
from kohoctl.campaign.tree import Items, Node, collector_paused
from kohoctl.campaign.usable import usable
from kohoctl.campaign.validation import Spot, locate, mended, validated, validated_as
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions
from kohoctl.model import Recipient
from kohoctl.problem import Place, Problem
from kohoctl.settings import Secret

__all__ = ["Source", "load", "plugins_of", "read", "secrets_of"]

Listed = tuple[Recipient, ...] | People

_FILE_STAND_INS: Mapping[str, Any] = {"version": "1", "channels": {"x": None}, "campaigns": {"x": None}}
_CAMPAIGN_STAND_INS: Mapping[str, Any] = {"title": "-", "owner": "-", "messages": {"x": None}}
_FACT: TypeAdapter[str] = TypeAdapter(FactText)
_ROWS: TypeAdapter[list[dict[str, str]]] = TypeAdapter(list[RecipientRow])


def plugins_of(source: Source) -> tuple[DeclaredPlugin, ...]:
    """The folders and files under ``plugins:``, whatever else is wrong with the file."""
    listed = source.tree.get("plugins")
    if not isinstance(listed, Items):
        return ()
    entries = zip(listed, listed.marks[1:], strict=True)
    return tuple(found for entry, mark in entries if (found := _declared(entry, source.problems.place(mark))))


def _declared(entry: Any, place: Place) -> DeclaredPlugin | None:
    if isinstance(entry, str):
        return DeclaredPlugin(entry, None, place)
    path, sha256 = (entry.get("path"), entry.get("sha256")) if isinstance(entry, Node) else (None, None)
    return DeclaredPlugin(path, sha256, place) if isinstance(path, str) and isinstance(sha256, str | None) else None


def secrets_of(source: Source) -> Iterator[Secret]:
    """What the file names as secrets in its channels, its mail server and its lists' keys, whatever else is wrong."""
    lists = source.tree.get("recipients")
    keys = [one.get("key") for one in lists.values() if isinstance(one, Node)] if isinstance(lists, Node) else []
    yield from _secrets_in([source.tree.get("channels"), source.tree.get("mail"), *keys])


def _secrets_in(tree: Any) -> Iterator[Secret]:
    """Whatever reads as a secret, since only a kind's own code knows which of its settings is one."""
    if isinstance(tree, Node):
        if set(tree) in ({"env"}, {"file"}) and all(isinstance(value, str) for value in tree.values()):
            yield Secret.model_validate(dict(tree))
        for value in tree.values():
            yield from _secrets_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _secrets_in(value)


def load(source: Source, extensions: Extensions, mistakes: Iterable[Problem] = ()) -> CampaignFile:
    """The campaign file, checked as a whole, with what the plugins bring to it.

    Raises `BadFile` with every problem there is, in the order of the file; ``mistakes``, what is wrong with the
    plugins that it names, are among them.
    """
    source.problems.found.extend(mistakes)
    with collector_paused():
        file = _checked(source, extensions)
    if source.problems.found:
        raise BadFile(source.problems.in_order())
    return file


def load_usable(
    source: Source, extensions: Extensions, mistakes: Iterable[Problem] = ()
) -> tuple[CampaignFile, tuple[Problem, ...]]:
    """What can be used of the campaign file though it has problems, for people to look at, and these problems."""
    source.problems.found.extend(mistakes)
    with collector_paused():
        file = _checked(source, extensions)
    return (usable(file) if source.problems.found else file), source.problems.in_order()


def _checked(source: Source, extensions: Extensions) -> CampaignFile:
    """What can be made of the file, the problems added."""
    shape = mended(FileShape, Spot(source.problems, source.tree, 0, "the file"), _FILE_STAND_INS)
    lists = _recipients(source)
    channel_spots = _spots(source, source.tree.get("channels"))
    ways_out = {spot.name: read_channel(spot, extensions, lists, source.folder) for spot in channel_spots}
    used = {name: lists[channel.recipients] for name, channel in ways_out.items() if channel.recipients}
    context = Context(
        source=source,
        timezone=ZoneInfo(shape.timezone),
        facts=_facts(source),
        calendars=_calendars(source, extensions),
        filters=extensions.filters,
        kinds={name: channel.kind for name, channel in ways_out.items()},
        recipients={name: listed.made_up() if isinstance(listed, People) else listed for name, listed in used.items()},
        assets=AssetReader(source.folder),
    )
    campaigns = {spot.name: _campaign(context, spot, shape) for spot in _spots(source, source.tree.get("campaigns"))}
    people = {name: listed for name, listed in used.items() if isinstance(listed, People)}
    return CampaignFile(
        path=source.path,
        folder=source.folder,
        timezone=context.timezone,
        facts=context.facts,
        channels={name: found.channel for name, found in ways_out.items() if found.channel},
        recipients=context.recipients,
        campaigns=campaigns,
        calendars={name: days for name, days in context.calendars.items() if isinstance(days, Calendar)},
        mail=shape.mail,
        extensions=extensions,
        people=people,
        closed=dict.fromkeys(people, UNREAD),
        lists={name: channel.recipients for name, channel in ways_out.items() if channel.recipients},
    )


def _spots(source: Source, section: Any) -> Iterator[Spot]:
    """Where each entry of a section stands; nothing where the section is no mapping, which its shape tells."""
    entries = section.entries() if isinstance(section, Node) else ()
    return (Spot(source.problems, value, mark, name) for name, value, mark, _ in entries)


def _facts(source: Source) -> dict[str, str]:
    """The facts; one that cannot be used is there all the same, so that the texts with it are no further problems."""
    spots = _spots(source, source.tree.get("facts"))
    return {spot.name: validated_as(_FACT, spot.tree, spot) or "" for spot in spots}


def _calendars(source: Source, extensions: Extensions) -> dict[str, Days]:
    """The calendars that plugins bring, and the file's own."""
    brought = {name: Brought(name, part) for name, part in extensions.calendars.items()}
    calendars: dict[str, Days] = {**brought}
    for spot in _spots(source, source.tree.get("calendars")):
        if spot.name in brought:
            text = "the plugin {origin} brings a calendar {name} too"
            spot.problems.add(spot.mark, text, "rename this one", origin=brought[spot.name].origin, name=spot.name)
        own = validated(Calendar, spot.tree, spot)
        if own:
            calendars[spot.name] = own
    return calendars


def _recipients(source: Source) -> dict[str, Listed]:
    """The lists of recipients; one that cannot be used is there, but empty."""
    lists: dict[str, Listed] = {}
    for spot in _spots(source, source.tree.get("recipients")):
        try:
            lists[spot.name] = _list(source, spot) or ()
        except Wrong as wrong:
            source.problems.put(locate(spot.tree, spot.mark, wrong.path or ("file",)), wrong.problem)
            lists[spot.name] = ()
    return lists


def _list(source: Source, spot: Spot) -> Listed | None:
    if isinstance(spot.tree, Items):
        rows = validated_as(_ROWS, spot.tree, spot)
        return None if rows is None else typed(rows)
    shape = validated(RecipientFile, spot.tree, spot)
    if shape is None:
        return None
    if shape.key is not None:
        return declared(shape.file, shape.encoding, shape.key, source.folder, source.problems)
    return from_file(shape, source.folder, source.problems)


def _campaign(context: Context, spot: Spot, file: FileShape) -> Campaign:
    shape = mended(CampaignShape, spot, _CAMPAIGN_STAND_INS)
    listed = spot.tree.get("messages") if isinstance(spot.tree, Node) else None
    grace = file.grace if shape.grace is None else shape.grace
    spots = {message.name: message for message in _spots(context.source, listed)}
    messages = {id: read_message(context, spot.name, message, grace) for id, message in spots.items()}
    check_references(context, spots, messages)
    return Campaign(spot.name, shape.title, shape.owner, messages)
