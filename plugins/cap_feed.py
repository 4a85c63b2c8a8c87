"""Public alerts in the Common Alerting Protocol (CAP 1.2, OASIS): a file each, and the Atom feed that aggregators read.

Both lie in a folder that a web server shows. An alert is called what its delivery is, with ~ for each slash, and says
that it was sent when it is due: delivered again, it is the same file. An Update or a Cancel is an alert of its own. The
alert is written first, and then the feed; what the feed does not list is not out yet, and is done once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from xml.etree import ElementTree as Xml

from filelock import FileLock
from pydantic import AfterValidator, BaseModel, Field

from kohoctl import (
    Channel,
    Limit,
    Message,
    Problem,
    Receipt,
    Recipient,
    Refused,
    Rendition,
    ServiceUrl,
    Settings,
    Transport,
    Unreached,
    Version,
    hookimpl,
    make_folder,
    plain_text,
    text_problems,
    write_whole,
)

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
TITLE_LIMIT = Limit(160, "characters", "the target that CAP names for a headline: some displays show nothing else")
BODY_LIMIT = Limit(4_000, "characters", "three pages, which can still be shown whole; CAP itself names no limit")
FEED_LENGTH = 100
"""Newest alerts in the feed: some 60 kB, where Google's requirements for CAP feeds ask for about 100 or less."""
SIZE_LIMIT = 900_000
"""Bytes of a file that is read again: the most that the same requirements let a feed have."""
LOCK_TIMEOUT = 30.0
"""Seconds to wait while another program writes to the folder: many times what writing two files takes."""

Category = Literal[
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"
]
Response = Literal["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"]


def _shaped(pattern: str, says: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(says)
        return text

    return AfterValidator(check)


def _writing(text: str) -> str:
    for problem in _text_problems(text, "text"):
        raise ValueError(str(problem))
    return text.strip()


Words = Annotated[str, AfterValidator(_writing)]
FolderPath = Annotated[
    str, _shaped(r"\w[\w.-]*(/\w[\w.-]*)*", "a path from the campaign file's folder, with no .. in it")
]
Identity = Annotated[str, _shaped(r"((?![,<&])[!-~])+", "visible ASCII without spaces, commas, < and &, as CAP asks")]
DeliveryKey = Annotated[str, _shaped(r"[\w.-]+(/[\w.-]+){2}/[\dT:-]+", "a key as kohoctl plan shows it")]


class CapFeedSettings(Settings):
    """What a channel of this kind may set."""

    folder: FolderPath = Field(
        description="The alerts' folder, inside the campaign file's folder; made where it is missing."
    )
    url: ServiceUrl = Field(description="The address at which the folder is served.")
    title: Words = Field(description="The feed's title.")
    sender: Identity = Field(
        description="What the world knows the sender by: a mail address or a URN.", examples=["koho@mhlw.example"]
    )
    sender_name: Words | None = Field(None, description="The sender's name; the channel's owner if left out.")
    language: str = Field("ja", pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="As in BCP 47, such as ja.")
    web: ServiceUrl | None = Field(None, description="A page that says more.")


class Reference(BaseModel, extra="forbid", frozen=True):
    """An earlier alert of this channel."""

    key: DeliveryKey = Field(description="Its delivery's key.")
    sent: datetime = Field(description="When it was due.")


class Geocode(BaseModel, extra="forbid", frozen=True):
    """An area by its code."""

    name: Words = Field(serialization_alias="valueName", description="The list of codes, such as ISO 3166-2.")
    value: Words = Field(description="The code, such as JP-13.")


class Area(BaseModel, extra="forbid", frozen=True):
    """Where an alert holds."""

    description: Words = Field(serialization_alias="areaDesc", description="In words, such as 全国.")
    geocodes: tuple[Geocode, ...] = Field((), serialization_alias="geocode", description="In codes.")


class CapFeedVersion(Version):
    """What a message may say for the feed. Its title is the alert's headline, its body the description."""

    status: Literal["Actual", "Exercise", "System", "Test", "Draft"] = Field(
        "Actual", description="Whom it is for: Actual is for everybody, and on Test nobody acts."
    )
    msg_type: Literal["Alert", "Update", "Cancel"] = Field("Alert", description="Whether it is about earlier alerts.")
    references: tuple[Reference, ...] = Field((), description="The earlier alerts that it updates or cancels.")
    category: tuple[Category, ...] = Field(min_length=1, description="What kinds of event it is about.")
    event: Words = Field(description="What it is about, such as 特殊詐欺.")
    response_type: tuple[Response, ...] = Field((), description="What kinds of action it asks for.")
    urgency: Literal["Immediate", "Expected", "Future", "Past", "Unknown"] = Field(description="How soon to act.")
    severity: Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"] = Field(description="How grave it is.")
    certainty: Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"] = Field(description="How sure it is.")
    effective: datetime | None = Field(None, description="From when it holds; from when it is sent if left out.")
    onset: datetime | None = Field(None, description="When the event is expected to begin.")
    expires: datetime | None = Field(None, description="Until when it holds.")
    headline: Words | None = Field(None, max_length=TITLE_LIMIT.most, description="Instead of the title.")
    instruction: Words | None = Field(None, max_length=BODY_LIMIT.most, description="What people should do.")
    areas: tuple[Area, ...] = Field(min_length=1, description="Where it holds.")


class CapFeed(Channel):
    """Alerts in a folder, and the feed that lists them."""

    kind = "cap-feed"
    settings: CapFeedSettings
    settings_model = CapFeedSettings
    version_model = CapFeedVersion
    limits: ClassVar = {"title": TITLE_LIMIT, "body": BODY_LIMIT}

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        settings, version = self.settings, message.version(CapFeedVersion)
        zone = message.due.tzinfo if message.due else None
        alert = {
            "sender": settings.sender,
            "sent": _written(message.due, zone),
            "status": version.status,
            "msgType": version.msg_type,
            "scope": "Public",
            "references": " ".join(
                f"{settings.sender},{identifier(one.key)},{_written(one.sent, zone)}" for one in version.references
            ),
            "info": self._info(message, version, zone),
        }
        destination = {"folder": settings.folder, "url": settings.url, "title": settings.title}
        problems = (*_problems(message, version, recipient), *_time_problems(message, version))
        return Rendition({"alert": alert}, destination, problems=problems)

    def _info(self, message: Message, version: CapFeedVersion, zone: tzinfo | None) -> dict[str, Any]:
        """What the alert says, in the standard's words and order."""
        return {
            "language": self.settings.language,
            "category": list(version.category),
            "event": version.event,
            "responseType": list(version.response_type),
            "urgency": version.urgency,
            "severity": version.severity,
            "certainty": version.certainty,
            "effective": _written(version.effective, zone),
            "onset": _written(version.onset, zone),
            "expires": _written(version.expires, zone),
            "senderName": self.settings.sender_name or self.owner,
            "headline": version.headline or message.title.strip(),
            "description": message.body.strip(),
            "instruction": version.instruction,
            "web": self.settings.web,
            "area": [area.model_dump(by_alias=True) for area in version.areas],
        }

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        folder, alert = transport.folder / rendition.destination["folder"], alert_xml(rendition, key)
        path, url = folder / f"{identifier(key)}.xml", _url(rendition, key)
        try:
            make_folder(transport.folder, rendition.destination["folder"])
            with FileLock(folder / ".kohoctl.lock", timeout=LOCK_TIMEOUT):  # another channel may share the folder
                feed = _feed(rendition, url, _listed(folder))
                _make_sure_of(rendition.content["alert"]["references"].split(), folder)
                there = _content(path, len(alert))
                if there is None:
                    write_whole(path, alert)
                elif there != alert:
                    raise Refused(f"{path.name} is there already and says something else: send an Update of it")
                write_whole(folder / "feed.xml", feed)
        except OSError as error:  # a lock that was not given up is one too; whatever was written stays the same
            raise Unreached(f"the alert could not be written: {error.strerror or plain_text(str(error))}") from error
        return Receipt.published(identifier(key), url)

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        folder, alert = transport.folder / rendition.destination["folder"], alert_xml(rendition, key)
        url = _url(rendition, key)
        is_there = _content(folder / f"{identifier(key)}.xml", len(alert)) == alert
        is_out = is_there and url in {entry.url for entry in _listed(folder)}
        return Receipt.published(identifier(key), url) if is_out else None

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        return {"alert.xml": alert_xml(rendition, key)}


def identifier(key: str) -> str:
    """What a delivery's alert is called, and its file: no part of a key has a ~ of its own."""
    return key.replace("/", "~")


def _url(rendition: Rendition, key: str) -> str:
    return f"{rendition.destination['url']}/{identifier(key)}.xml"


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    """In the campaign's timezone, which a time without an offset is in."""
    return moment.astimezone(zone) if moment.tzinfo and zone else moment.replace(tzinfo=moment.tzinfo or zone)


def _written(moment: datetime | None, zone: tzinfo | None) -> str | None:
    """As CAP writes a time: to the second, with an offset in numbers, which for UTC is -00:00."""
    text = _local(moment, zone).isoformat(timespec="seconds") if moment else None
    return f"{text[:-6]}-00:00" if text and text.endswith("+00:00") else text


def _text_problems(text: str, field: str, limit: Limit | None = None) -> Iterator[Problem]:
    yield from text_problems(text, field, limit)
    if "\ufffe" in text or "\uffff" in text:
        yield Problem("the {field} holds U+FFFE or U+FFFF, which XML does not take", {"field": field}, field)


def _problems(message: Message, version: CapFeedVersion, recipient: Recipient | None) -> Iterator[Problem]:
    if version.headline is None:
        yield from _text_problems(message.title, "title", TITLE_LIMIT)
    yield from _text_problems(message.body, "body", BODY_LIMIT)
    if recipient is not None:
        yield Problem("an alert is for everybody, and this channel has recipients", field="recipients")
    if version.msg_type == "Alert" and version.references:
        yield Problem("an Alert is about no earlier alert", field="references", hint="msg_type: Update, or Cancel")
    if version.msg_type != "Alert" and not version.references:
        hint = "references: [{key: …, sent: …}], as kohoctl plan shows them"
        yield Problem("the {type} does not say of which alert", {"type": version.msg_type}, "references", hint)


def _time_problems(message: Message, version: CapFeedVersion) -> Iterator[Problem]:
    if message.due is None:
        yield Problem("an alert says when it was sent, so it needs a time of its own", field="when")
        return
    zone = message.due.tzinfo
    for reference in version.references:
        if _local(reference.sent, zone) >= message.due:
            yield Problem("{key} is not earlier than this alert", {"key": reference.key}, "references")
    for name, begins in {"sent": message.due, "effective": version.effective, "onset": version.onset}.items():
        if version.expires and begins and _local(begins, zone) >= _local(version.expires, zone):
            values = {"expires": _written(version.expires, zone), "name": name, "begins": _written(begins, zone)}
            yield Problem("it expires at {expires}, which is not after {name}: {begins}", values, "expires")


class Entry(NamedTuple):
    """An alert as the feed lists it; the newest is the greatest."""

    sent: datetime
    url: str
    title: str


def alert_xml(rendition: Rendition, key: str) -> bytes:
    """The alert's file: the same bytes for the same rendition and key."""
    root = Xml.Element("alert", {"xmlns": CAP[1:-1]})
    _add_all(root, {"identifier": identifier(key), **rendition.content["alert"]})
    return _xml(root)


def _feed(rendition: Rendition, url: str, listed: Iterable[Entry]) -> bytes:
    """The Atom feed (RFC 4287) of the newest among ``listed`` and the alert at ``url``."""
    site, alert, info = rendition.destination, rendition.content["alert"], rendition.content["alert"]["info"]
    entry = Entry(datetime.fromisoformat(alert["sent"]), url, info["headline"])
    newest = sorted([entry, *(one for one in listed if one.url != url)], reverse=True)[:FEED_LENGTH]
    head = {"id": f"{site['url']}/", "title": site["title"], "updated": newest[0].sent.isoformat()}
    root = Xml.Element("feed", {"xmlns": ATOM[1:-1], "xml:lang": info["language"]})
    _add_all(root, {**head, "author": {"name": info["senderName"]}})
    Xml.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{site['url']}/feed.xml"})
    for one in newest:
        child = Xml.SubElement(root, "entry")
        _add_all(child, {"id": one.url, "title": one.title, "updated": one.sent.isoformat()})
        Xml.SubElement(child, "link", {"rel": "alternate", "type": "application/cap+xml", "href": one.url})
    return _xml(root)


def _add_all(parent: Xml.Element, parts: Mapping[str, Any]) -> None:
    """An element for each text or mapping, one for each of a list, and none where there is nothing to say."""
    for name, value in parts.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, Mapping):
                _add_all(Xml.SubElement(parent, name), one)
            elif one:
                Xml.SubElement(parent, name).text = one


def _xml(root: Xml.Element) -> bytes:
    Xml.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode").encode() + b"\n"


def _listed(folder: Path) -> list[Entry]:
    """What the feed lists so far. Raises `Refused` where it is no feed as it is written here."""
    root = _read(folder / "feed.xml", f"{ATOM}feed")
    found = root.iterfind(f"{ATOM}entry") if root is not None else ()
    texts = [[one.findtext(f"{ATOM}{name}", "") for name in ("updated", "id", "title")] for one in found]
    try:
        return [Entry(datetime.strptime(sent, "%Y-%m-%dT%H:%M:%S%z"), url, title) for sent, url, title in texts]
    except ValueError as error:
        raise Refused(
            f"feed.xml has an entry without its time: mend it or remove it ({plain_text(str(error))})"
        ) from error


def _make_sure_of(references: Iterable[str], folder: Path) -> None:
    """Raises `Unreached` where an earlier alert is not there yet, and `Refused` where it says that it is another."""
    for reference in references:
        name = reference.split(",")[1]
        earlier = _read(folder / f"{name}.xml", f"{CAP}alert")
        if earlier is None:
            raise Unreached(f"{name} is not out yet, and this alert is about it")
        said = ",".join(earlier.findtext(f"{CAP}{part}", "") for part in ("sender", "identifier", "sent"))
        if said != reference:
            raise Refused(f"references say {reference}, and that alert is {plain_text(said)}")


def _read(path: Path, tag: str) -> Xml.Element | None:
    """An XML file's root, None where there is no file. Raises `Refused` for a large, broken, unsafe or other one."""
    content = _content(path, SIZE_LIMIT)
    if content is None:
        return None
    try:
        if len(content) > SIZE_LIMIT or "<!DOCTYPE" in (text := content.decode()):
            raise ValueError("it is too large, or has a DOCTYPE, which may define a text that grows without end")
        root = Xml.fromstring(text)  # noqa: S314 -- bounded, and without such a text
        if root.tag != tag:
            raise ValueError(f"it is no {tag}")
    except (ValueError, Xml.ParseError) as error:
        raise Refused(f"{path.name} cannot be used: mend it or remove it ({plain_text(str(error))})") from error
    return root


def _content(path: Path, limit: int) -> bytes | None:
    """A file's first bytes, one more than ``limit`` where there are more; None where there is no file."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        return None


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [CapFeed]
