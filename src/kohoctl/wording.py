"""What a message says on one way out: facts filled in, the channel's own version chosen, rendered by its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from kohoctl.campaign.facts import Filters, fill, fill_all, speaks_of_recipient, texts_of
from kohoctl.campaign.file import CampaignFile, Occurrence, Way, WrittenMessage
from kohoctl.channel import Channel
from kohoctl.documents import Document, DocumentError
from kohoctl.earlier import PARTS, Earlier, stand_in
from kohoctl.foreign import foreign, handling
from kohoctl.model import Asset, File, Json, Message, Recipient, Rendition, canonical_json
from kohoctl.problem import Place, Problem
from kohoctl.redaction import failure, scrub

PROBLEMS_KEPT = 1000
"""Problems of one rendition: more than anybody reads, and an end to those that have none."""

_FIXED = (str, int, float)
"""What a problem says of a person is shown in these alone: another value might read otherwise the next time."""

EDITION = "+"
"""Stands before the number of an edition, from the second on, at the end of a key: ``…/2015-06-01+2``."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One delivery's place in the file: which message goes out when, by which way, to whom, and in which edition."""

    message: WrittenMessage
    way: Way
    occurrence: Occurrence
    recipient: Recipient | None
    edition: int = 1

    @property
    def key(self) -> str:
        """The delivery's name for ever."""
        who = f"/{self.recipient.id}" if self.recipient else ""
        edition = f"{EDITION}{self.edition}" if self.edition > 1 else ""
        return f"{self.message.campaign}/{self.message.id}/{self.way.channel}{who}/{self.occurrence.label}{edition}"

    @property
    def following(self) -> Slot:
        """The same in its next edition."""
        return replace(self, edition=self.edition + 1)


def title_of(file: CampaignFile, message: WrittenMessage) -> str:
    """The message's title for those who keep count, its facts filled in.

    Of a repost without a title, it is that of the message passed on.
    """
    if message.repost is not None and not message.title:
        return title_of(file, file.campaigns[message.campaign].messages[message.repost.message]) + "（再投稿）"
    return filled_text(file, message.title)


def filled_text(file: CampaignFile, text: str) -> str:
    """``text`` with the file's facts in their places; as it was typed where it says more than facts."""
    try:
        return fill(text, file.facts, filters=file.extensions.filters)
    except ValueError:
        return text


class Wording:
    """Renders the slots of one campaign file. What does not speak of the recipient is put together once for all."""

    def __init__(self, file: CampaignFile) -> None:
        self._file = file
        self._common: dict[tuple[str, str, str], Message | None] = {}
        self._tried: dict[tuple[str | Path, str], str | None] = {}

    def render(self, slot: Slot) -> Rendition:
        """The rendition, its problems placed in the file. What a kind's own code raises is a problem of this slot."""
        channel = self._file.channels[slot.way.channel]
        try:
            with foreign(f"the kind {channel.kind}"), handling((slot.recipient,)):
                message = self._message(slot)
                rendition = _frozen(channel.render(message, slot.recipient), slot.recipient)
        except ValidationError as error:
            return _unusable(slot, _problems_of(error))
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only its own deliveries
            values = {"kind": channel.kind, "error": failure(error, _private(slot))}
            return _unusable(slot, [Problem("the kind {kind} could not render this: {error}", values)])
        return _with_places(self._looked_over(rendition, message, channel, slot), slot)

    def _looked_over(self, rendition: Rendition, message: Message, channel: Channel, slot: Slot) -> Rendition:
        """The rendition with what is wrong with its attachments, and what the plugins' own rules say of it. A rule that
        fails is none that was kept."""
        problems = [
            Problem("{what}", {"what": why}, field="attachments")
            for attachment in message.attachments
            if isinstance(attachment, Document) and (why := self._why_not_made(attachment))
        ]
        for check in self._file.extensions.checks:
            try:
                with foreign(check.origin):
                    found = check.it(message=message, channel=channel, rendition=rendition)
                    problems += _problems(found or (), "kohoctl_check")
            except Exception as error:  # noqa: BLE001 -- a plugin's own code: what it could not check stays
                values = {"origin": check.origin, "error": failure(error, _private(slot))}
                problems.append(Problem("the rule of {origin} could not be checked: {error}", values))
        return replace(rendition, problems=(*rendition.problems, *problems)) if problems else rendition

    def _why_not_made(self, attachment: Document) -> str | None:
        """Why it cannot be made, None where it can: it is tried once for the same words, whatever the day."""
        words = attachment.template, canonical_json({**attachment.data, "date": None})
        if words not in self._tried:
            try:
                attachment.read()
                self._tried[words] = None
            except DocumentError as error:
                self._tried[words] = str(error)
        return self._tried[words]

    def _message(self, slot: Slot) -> Message:
        common_to = (slot.message.campaign, slot.message.id, slot.way.channel)
        if common_to not in self._common:
            self._common[common_to] = None if _mentions_recipient(slot) else self._say(slot)
        message = self._common[common_to] or self._say(slot)
        return message if message.due == slot.occurrence.due else _at(message, slot.occurrence.due)

    def _say(self, slot: Slot) -> Message:
        written, way, facts = slot.message, slot.way, self._file.facts
        filters, earlier = self._file.extensions.filters, self._earlier(slot)
        campaign = self._file.campaigns[written.campaign]
        model = self._file.channels[way.channel].version_model
        own = model.model_validate(fill_all(dict(way.own), facts, slot.recipient, filters, earlier))
        title = fill(written.title, facts, slot.recipient, filters, earlier)
        body = fill(written.body, facts, slot.recipient, filters, earlier)
        said = Message(
            campaign=campaign.id,
            campaign_title=campaign.title,
            owner=campaign.owner,
            id=written.id,
            title=title if own.title is None else own.title,
            body=body if own.body is None else own.body,
            due=slot.occurrence.due,
            images=tuple(_described(image, facts, slot.recipient, filters) for image in way.images),
            attachments=_attached(way, {"title": title, "body": body, "owner": campaign.owner, "facts": dict(facts)}),
            repost=self._repost(written, way),
            own=own,
        )
        return _at(said, said.due) if said.attachments else said

    def _earlier(self, slot: Slot) -> dict[str, str]:
        """What stands for the parts of the receipt of the message that this one comes after, where it has just one."""
        after = slot.occurrence.after
        if after is None:
            return {}
        before = self._file.campaigns[slot.message.campaign].messages[after.message]
        channel = after.channel or before.ways[0].channel
        key = f"{before.campaign}/{before.id}/{channel}/{before.occurrences[0].label}"
        return {part: stand_in(Earlier(key, part)) for part in PARTS}

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


def _attached(way: Way, data: Mapping[str, Json]) -> tuple[File, ...]:
    """The files, and the PDFs that are made of Typst files from what the message says by all its channels."""
    return tuple(Document(f"{one.stem}.pdf", one, data) if isinstance(one, Path) else one for one in way.attachments)


def _at(message: Message, due: datetime | None) -> Message:
    """The message as it goes out at that moment, whose day is the date of what is made for it."""
    day = due.date().isoformat() if due else None
    dated = tuple(
        replace(file, data={**file.data, "date": day}) if isinstance(file, Document) else file
        for file in message.attachments
    )
    return replace(message, due=due, attachments=dated)


def _mentions_recipient(slot: Slot) -> bool:
    if slot.recipient is None:
        return False
    said = [slot.message.title, slot.message.body, slot.way.own, [image.alt for image in slot.way.images]]
    return any(speaks_of_recipient(text) for text in texts_of(said))


def _frozen(given: object, recipient: Recipient | None) -> Rendition:
    """What ``render`` gave, where it can be sent and talked about: its files and problems are gone through once, here,
    and stay as they are; with the recipient's salt, and what is wrong with the row. Raises TypeError, or what its parts
    raise."""
    if not isinstance(given, Rendition):
        raise TypeError(f"render gave back {type(given).__name__} and no Rendition")
    files = tuple(given.files)
    problems = _problems(given.problems, "render") if given.problems != () else ()
    salt = recipient.salt if recipient else ""
    if recipient and recipient.salt:
        problems = (*recipient.problems, *problems)
    as_it_is = files is given.files and problems is given.problems and not salt
    rendition = given if as_it_is else replace(given, files=files, problems=problems, salt=salt)
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
    """``problem`` with the place of the field it is about: the channel's own version first, then the message, then the
    person's row, of which nothing but the place is told."""
    place = problem.place or _place(problem.field or "", slot)
    person = slot.recipient if slot.recipient is not None and slot.recipient.salt else None
    if person is None:
        return problem if problem.place is not None else replace(problem, place=place)
    said, without = scrub(str(problem), person.private_values), scrub(problem.hint or "", person.private_values)
    hint = problem.hint if without == (problem.hint or "") else without  # as it was, other languages have it too
    row = person.places.get("")
    hides_line = place is not None and row is not None and place.file == row.file
    if said != str(problem) or any(type(value) not in _FIXED for value in problem.values.values()):
        problem = replace(problem, text="{what}", values={"what": said})
    return replace(problem, hint=hint, place=place, hides_line=hides_line)


def _place(field: str, slot: Slot) -> Place | None:
    own, common = slot.way.places, slot.message.places
    theirs: Mapping[str, Place] = slot.recipient.places if slot.recipient else {}
    found = own.get(field) or (common.get(field) if field else None)
    if not found and field:
        found = theirs.get("" if field == "recipients" else field)
    return found or own.get("") or common.get("")
