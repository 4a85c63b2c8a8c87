"""Bluesky: a post by an account on any server of the AT Protocol, with links, tags, and pictures with descriptions.

A message's title is left out: a post has none. The post's place in the account's repository is made from its moment and
its key, and written only where nothing else stands there: the same post sent again is the same post still.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from kohoctl import (
    Asset,
    Channel,
    File,
    Limit,
    Message,
    Problem,
    Receipt,
    Recipient,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Transport,
    answer_text,
    hookimpl,
    raise_for_ending,
    text_problems,
)

if TYPE_CHECKING:
    from requests import Response

POST = "app.bsky.feed.post"
TEXT_LIMIT = Limit(300, "characters", f"the lexicon {POST}, maxGraphemes")
TEXT_BYTES = 3000
"""Bytes of a post's text in UTF-8 (the same lexicon, maxLength)."""
IMAGE_LIMIT = Limit(4, "images", "the lexicon app.bsky.embed.images, maxLength")
IMAGE_BYTES = 1_000_000
"""Bytes of a picture that every server takes; Bluesky's own take twice as many since April 2026."""
TAG_LIMIT = 64
"""Characters of a tag (the lexicon app.bsky.richtext.facet, maxGraphemes); a longer one stays plain text."""

_LINK = re.compile(r"https?://[a-z0-9](?:[!-~]*[a-z0-9/#=_&~-])?", re.IGNORECASE)
_TAG = re.compile(r"(?<!\S)[#＃](\w*[^\W\d]\w*)")
_JOINING = frozenset("\u200c\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""What is one character with the letter before, beside marks: joiners, and the five colours of skin."""
_NOT_THERE = re.compile("RecordNotFound|Could not locate record")  # the newer servers' words, and the older ones'
_TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
"""The digits of a record key, the lowest first (atproto.com/specs/tid)."""


class BlueskySettings(Settings):
    """What a channel of this kind may set."""

    handle: str = Field(
        pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", description="The account's handle.", examples=["npa.bsky.example"]
    )
    password: Secret = Field(description="An app password of the account, not the one that its owner logs in with.")
    url: ServiceUrl = Field("https://bsky.social", description="The server that the account is on.")
    language: str = Field("ja", pattern="^[a-z]{2,3}$", description="The posts' language, as in ISO 639.")


class Bluesky(Channel):
    """An account on Bluesky."""

    kind = "bluesky"
    settings: BlueskySettings
    settings_model = BlueskySettings
    rate = "30/5 minutes"  # of an account's logins, one for each post (docs.bsky.app, Rate Limits)
    limits: ClassVar = {"body": TEXT_LIMIT, "images": IMAGE_LIMIT}

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        text = message.body.rstrip()
        record = {
            "$type": POST,
            "text": text,
            "facets": _facets(text) if len(text) <= TEXT_BYTES else [],
            "langs": [self.settings.language],
            "createdAt": message.due.isoformat() if message.due else None,
        }
        content = {"record": record, "descriptions": [image.alt or "" for image in message.images]}
        destination = {"url": self.settings.url, "handle": self.settings.handle}
        problems = (*_text_problems(text), *_image_problems(message.images))
        return Rendition(content, destination, message.images, problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        with transport.preparation():
            account = self._login(rendition, transport)
            images = [account.upload(file) for file in rendition.files]
        answer = account.put(record_key(rendition, key), _record(rendition, images))
        if answer.status_code == 400 and "InvalidSwap" in answer_text(answer):  # something stands there already
            receipt = self._look(account, rendition, key)
            if receipt is not None:
                return receipt
        raise_for_ending(answer)
        return self._receipt(answer.json(), rendition, key)

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        return self._look(self._login(rendition, transport), rendition, key)

    def _login(self, rendition: Rendition, transport: Transport) -> Account:
        """Raises `Refused` where the server does not know the handle with this password."""
        url, handle = rendition.destination["url"], rendition.destination["handle"]
        login = {"identifier": handle, "password": transport.secret(self.settings.password)}
        answer = transport.http.post(f"{url}/xrpc/com.atproto.server.createSession", json=login)
        raise_for_ending(answer)
        session = answer.json()
        transport.redactor.add(session["accessJwt"])
        return Account(url, session["did"], session["accessJwt"], transport)

    def _look(self, account: Account, rendition: Rendition, key: str) -> Receipt | None:
        answer = account.get(record_key(rendition, key))
        if answer.status_code in (400, 404) and _NOT_THERE.search(answer_text(answer)):
            return None
        raise_for_ending(answer)
        found = answer.json()
        if found["value"]["text"] != rendition.content["record"]["text"]:
            raise RuntimeError("another post stands in this one's place: look at the account, and say which it is")
        return self._receipt(found, rendition, key)

    def _receipt(self, answer: dict[str, Any], rendition: Rendition, key: str) -> Receipt:
        url = f"https://bsky.app/profile/{rendition.destination['handle']}/post/{record_key(rendition, key)}"
        return Receipt.published(answer["uri"], url, cid=answer["cid"])


@dataclass(frozen=True)
class Account:
    """An account whose server has let us in for an hour or so with ``token``."""

    url: str
    did: str
    token: str
    transport: Transport

    def upload(self, file: File) -> Any:
        """What stands for the picture in a post. Raises as `raise_for_ending` does."""
        answer = self._ask("POST", "uploadBlob", data=file.read(), headers={"Content-Type": file.media_type})
        raise_for_ending(answer)
        return answer.json()["blob"]

    def put(self, record_key: str, record: dict[str, Any]) -> Response:
        """Write the record, unless another one stands there: the server then answers InvalidSwap."""
        place = {"repo": self.did, "collection": POST, "rkey": record_key}
        return self._ask("POST", "putRecord", json={**place, "record": record, "swapRecord": None})

    def get(self, record_key: str) -> Response:
        """Read the record."""
        return self._ask("GET", "getRecord", params={"repo": self.did, "collection": POST, "rkey": record_key})

    def _ask(self, method: str, what: str, headers: dict[str, str] | None = None, **parts: Any) -> Response:
        url = f"{self.url}/xrpc/com.atproto.repo.{what}"
        authorized = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.transport.http.request(method, url, headers=authorized, **parts)


def record_key(rendition: Rendition, key: str) -> str:
    """Where the post stands: a TID, as the lexicon asks for, of the moment when it is due.

    What is less than a second in it, and its clock id, come of the key, so that two posts of one second are apart.
    """
    second = int(datetime.fromisoformat(rendition.content["record"]["createdAt"]).timestamp())
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest())
    clock, microsecond = divmod(seed % (1024 * 10**6), 10**6)
    number = (second * 10**6 + microsecond) << 10 | clock
    return "".join(_TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def _record(rendition: Rendition, images: list[Any]) -> dict[str, Any]:
    if not images:
        return dict(rendition.content["record"])
    described = zip(images, rendition.content["descriptions"], strict=True)
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": image, "alt": alt} for image, alt in described]}
    return {**rendition.content["record"], "embed": embed}


def _facets(text: str) -> list[dict[str, Any]]:
    """What a reader can follow: addresses and tags, with their places in bytes of UTF-8."""
    links = [_facet(match, "link", {"uri": match[0]}) for match in _LINK.finditer(text)]
    tags = [_facet(match, "tag", {"tag": match[1]}) for match in _TAG.finditer(text) if len(match[1]) <= TAG_LIMIT]
    return sorted([*links, *tags], key=lambda facet: facet["index"]["byteStart"])


def _facet(match: re.Match[str], kind: str, said: dict[str, str]) -> dict[str, Any]:
    start = _bytes(match.string[: match.start()])
    index = {"byteStart": start, "byteEnd": start + _bytes(match[0])}
    return {"index": index, "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **said}]}


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _counted(text: str) -> str:
    """``text`` with as many characters as Bluesky counts in it, or a few more.

    Bluesky counts grapheme clusters (Unicode Annex 29), for which Python has no means. What always belongs to the
    letter before is left out here: marks, variation selectors, joiners, skin colours. A flag, or several people in one
    emoji, count for more than they have to, so that no text passes that Bluesky refuses. Japanese text counts the same.
    """
    return "".join(letter for before, letter in pairwise(f"\n{text}") if not (_joins(letter) and before.isprintable()))


def _joins(letter: str) -> bool:
    return not letter.isascii() and (letter in _JOINING or unicodedata.category(letter) in ("Mn", "Me"))


def _text_problems(text: str) -> Iterator[Problem]:
    yield from text_problems(_counted(text), "body", TEXT_LIMIT)
    if (length := _bytes(text)) > TEXT_BYTES:
        values = {"over": length - TEXT_BYTES, "limit": TEXT_BYTES}
        yield Problem("the body is over the limit of {limit} bytes by {over}", values, "body")


def _image_problems(images: tuple[Asset, ...]) -> Iterable[Problem]:
    if len(images) > IMAGE_LIMIT.most:
        values = {"limit": IMAGE_LIMIT.most, "count": len(images)}
        yield Problem("a post takes {limit} pictures, not {count}", values, "images")
    for image in images:
        if not (image.alt or "").strip():
            hint = "write alt: what the picture shows and says"
            text = "{image} has no description for those who cannot see it"
            yield Problem(text, {"image": image.name}, "images", hint)
        if image.size > IMAGE_BYTES:
            sizes = {"image": image.name, "size": f"{image.size:,}", "limit": f"{IMAGE_BYTES:,}"}
            yield Problem("{image} has {size} bytes; Bluesky takes up to {limit}", sizes, "images")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Bluesky]
