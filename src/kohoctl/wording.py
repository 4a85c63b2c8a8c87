"""What a message says on one way out: facts filled in, the channel's own version chosen, rendered by its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pydantic import ValidationError

from kohoctl.campaign.facts import Filters, fill, fill_all, speaks_of_recipient
from kohoctl.campaign.file import CampaignFile, Occurrence, Way, WrittenMessage
from kohoctl.channel import Channel
from kohoctl.foreign import foreign
from kohoctl.model import Asset, Earlier, Message, Recipient, Rendition
from kohoctl.problem import Place, Problem
from kohoctl.redaction import failure

PROBLEMS_KEPT = 1000
"""Problems of one rendition: more than anybody reads, and an end to those that have none."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One delivery's place in the file: which message goes out when, by which way, to whom."""

    message: WrittenMessage
    way: Way
    occurrence: Occurrence
    recipient: Recipient | None

    @property
    def key(self) -> str:
        """The delivery's name for ever."""
        who = f"/{self.recipient.id}" if self.recipient else ""
        return f"{self.message.campaign}/{self.message.id}/{self.way.channel}{who}/{self.occurrence.label}"


class Wording:
    """Renders the slots of one campaign file. What does not speak of the recipient is put together once for all."""

    def __init__(self, file: CampaignFile) -> None:
        self._file = file
        self._common: dict[tuple[str, str, str], Message | None] = {}

    def render(self, slot: Slot) -> Rendition:
        """The rendition, its problems placed in the file. What a kind's own code raises is a problem of this slot."""
        channel = self._file.channels[slot.way.channel]
        try:
            with foreign(f"the kind {channel.kind}"):
                message = self._message(slot)
                rendition = _frozen(channel.render(message, slot.recipient))
        except ValidationError as error:
            return _unusable(slot, _problems_of(error))
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only its own deliveries
            values = {"kind": channel.kind, "error": failure(error, _private(slot))}
            return _unusable(slot, [Problem("the kind {kind} could not render this: {error}", values)])
        return _with_places(self._looked_over(rendition, message, channel, slot), slot)

    def _looked_over(self, rendition: Rendition, message: Message, channel: Channel, slot: Slot) -> Rendition:
        """The rendition with what the plugins' own rules say of it. A rule that fails is none that was kept."""
        problems: list[Problem] = []
        for check in self._file.extensions.checks:
            try:
                with foreign(check.origin):
                    found = check.it(message=message, channel=channel, rendition=rendition)
                    problems += _problems(found or (), "kohoctl_check")
            except Exception as error:  # noqa: BLE001 -- a plugin's own code: what it could not check stays
                values = {"origin": check.origin, "error": failure(error, _private(slot))}
                problems.append(Problem("the rule of {origin} could not be checked: {error}", values))
        return replace(rendition, problems=(*rendition.problems, *problems)) if problems else rendition

    def _message(self, slot: Slot) -> Message:
        common_to = (slot.message.campaign, slot.message.id, slot.way.channel)
        if common_to not in self._common:
            self._common[common_to] = None if _mentions_recipient(slot) else self._say(slot)
        message = self._common[common_to] or self._say(slot)
        return message if message.due == slot.occurrence.due else replace(message, due=slot.occurrence.due)

    def _say(self, slot: Slot) -> Message:
        written, way, facts = slot.message, slot.way, self._file.facts
        filters = self._file.extensions.filters
        campaign = self._file.campaigns[written.campaign]
        model = self._file.channels[way.channel].version_model
        own = model.model_validate(fill_all(dict(way.own), facts, slot.recipient, filters))
        return Message(
            campaign=campaign.id,
            campaign_title=campaign.title,
            owner=campaign.owner,
            id=written.id,
            title=fill(written.title, facts, slot.recipient, filters) if own.title is None else own.title,
            body=fill(written.body, facts, slot.recipient, filters) if own.body is None else own.body,
            due=slot.occurrence.due,
            images=tuple(_described(image, facts, slot.recipient, filters) for image in way.images),
            attachments=way.attachments,
            repost=self._repost(written, way),
            own=own,
        )

    def _repost(self, written: WrittenMessage, way: Way) -> Earlier | None:
        """The post to pass on: the loader made sure that there is exactly one."""
        if written.repost is None:
            return None
        kind = self._file.channels[way.channel].kind
        source = self._file.campaigns[written.campaign].messages[written.repost.message]
        channel = written.repost.channel or next(
            found.channel for found in source.ways if self._file.channels[found.channel].kind == kind
        )
        return Earlier(f"{source.campaign}/{source.id}/{channel}/{source.occurrences[0].label}", "id")


def _described(image: Asset, facts: Mapping[str, str], recipient: Recipient | None, filters: Filters) -> Asset:
    return replace(image, alt=fill(image.alt, facts, recipient, filters)) if image.alt else image


def _mentions_recipient(slot: Slot) -> bool:
    if slot.recipient is None:
        return False
    said = [slot.message.title, slot.message.body, slot.way.own, [image.alt for image in slot.way.images]]
    return any(speaks_of_recipient(text) for text in _texts(said))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, Sequence):
        return [text for item in value for text in _texts(item)]
    return []


def _frozen(given: object) -> Rendition:
    """What ``render`` gave, where it can be sent and talked about: its files and problems are gone through once, here,
    and stay as they are. Raises TypeError, or what its parts raise."""
    if not isinstance(given, Rendition):
        raise TypeError(f"render gave back {type(given).__name__} and no Rendition")
    files = tuple(given.files)
    problems = _problems(given.problems, "render") if given.problems != () else ()
    as_it_is = files is given.files and problems is given.problems
    rendition = given if as_it_is else Rendition(given.content, given.destination, files, problems)
    rendition.digest.encode()
    return rendition


def _problems(found: object, source: str) -> tuple[Problem, ...]:
    """``found``, where it is problems that can be talked about. Raises TypeError, or what their parts raise."""
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise TypeError(f"problems are several Problem, and {source} gave {type(found).__name__}")
    return tuple(Problem.usable(problem, source) for problem in islice(found, PROBLEMS_KEPT))


def _problems_of(error: ValidationError) -> list[Problem]:
    return [
        Problem("{what}", {"what": one["msg"]}, field=str(one["loc"][0] if one["loc"] else ""))
        for one in error.errors()
    ]


def _private(slot: Slot) -> tuple[str, ...]:
    return slot.recipient.private_values if slot.recipient else ()


def _unusable(slot: Slot, problems: Sequence[Problem]) -> Rendition:
    return _with_places(Rendition({}, problems=tuple(problems)), slot)


def _with_places(rendition: Rendition, slot: Slot) -> Rendition:
    if not rendition.problems:
        return rendition
    return replace(rendition, problems=tuple(_placed(problem, slot) for problem in rendition.problems))


def _placed(problem: Problem, slot: Slot) -> Problem:
    """``problem`` with the place of the field it is about: the channel's own version first, then the message."""
    if problem.place is not None:
        return problem
    return replace(problem, place=_place(problem.field or "", slot))


def _place(field: str, slot: Slot) -> Place | None:
    own, common = slot.way.places, slot.message.places
    return own.get(field) or (common.get(field) if field else None) or own.get("") or common.get("")
