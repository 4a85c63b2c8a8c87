"""Mastodon: a post by an account on any instance, with pictures and their descriptions.

A message's title is left out: a post has none. Mastodon knows a post's key for an hour, so that kohoctl may ask again
after an answer that was lost.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar, Literal

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
    Unreached,
    hookimpl,
    raise_for_ending,
    text_problems,
)

IMAGE_LIMIT = Limit(4, "images", "Mastodon's user documentation, Posting to your profile")
IMAGE_SIZE_LIMIT = 16 * 10**6
"""Bytes of a picture: the 16 MB of the same page, in the smaller reading."""
ALT_LIMIT = 1500
"""Characters of a picture's description (Mastodon, app/models/media_attachment.rb)."""
URL_LENGTH = 23
"""What every address counts, however long it is (the same page, Links)."""
LOOKS = 30
"""How often to look whether a picture is prepared. Still pictures mostly are at once, since Mastodon 4.0."""
PAUSE = 1.0
"""Seconds between two looks."""

_URL = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?(?:[/?#](?:[!-~]*[a-z0-9_/#=&-])?)?", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s()<>\x80-\U0010ffff]+")
"""An address as far as it is ASCII. Mastodon goes on to a space or a bracket, through Japanese (twitter_regex.rb)."""
_MENTION = re.compile(r"(@\w+)@[\w.-]+\w", re.ASCII)


class MastodonSettings(Settings):
    """What a channel of this kind may set."""

    url: ServiceUrl = Field(description="The instance's address.")
    token: Secret = Field(description="The account's access token; its scopes are write:statuses and write:media.")
    visibility: Literal["public", "unlisted", "private"] = Field(
        "public", description="unlisted: not in the public timelines; private: for followers only."
    )
    language: str = Field("ja", pattern="^[a-z]{2,3}$", description="The posts' language, as in ISO 639.")
    characters: int = Field(
        500, ge=1, description="How long the instance lets a post be: max_characters at its /api/v2/instance."
    )


class Mastodon(Channel):
    """An account on a Mastodon instance."""

    kind = "mastodon"
    settings: MastodonSettings
    settings_model = MastodonSettings
    rate = "300/5 minutes"  # of all requests of an account (Mastodon's API documentation, Rate limits)
    resend_safe_for = timedelta(minutes=45)  # of the hour that it keeps a key; the rest is for uploading once more
    limits: ClassVar = {
        "body": Limit(500, "characters", "Mastodon's default; an instance may have another, see characters"),
        "images": IMAGE_LIMIT,
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        text = message.body.rstrip()
        limit = Limit(self.settings.characters, "characters", "what the instance takes")
        post = {"status": text, "visibility": self.settings.visibility, "language": self.settings.language}
        content = {"post": post, "descriptions": [image.alt or "" for image in message.images]}
        problems = (
            *text_problems(_counted(text), "body", limit),
            *_link_problems(text),
            *_image_problems(message.images),
        )
        return Rendition(content, {"url": self.settings.url}, message.images, problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        url, content = rendition.destination["url"], rendition.content
        headers = {"Authorization": f"Bearer {transport.secret(self.settings.token)}"}
        with transport.preparation():
            images = zip(rendition.files, content["descriptions"], strict=True)
            media_ids = [_upload(file, alt, url, headers, transport) for file, alt in images]
        answer = transport.http.post(
            f"{url}/api/v1/statuses",
            json={**content["post"], "media_ids": media_ids},
            headers={**headers, "Idempotency-Key": key},
        )
        raise_for_ending(answer)
        post = answer.json()
        return Receipt.published(str(post["id"]), post["url"])


def _upload(file: File, alt: str, url: str, headers: Mapping[str, str], transport: Transport) -> str:
    """The id of a picture that a post may show, once the instance has prepared it."""
    picture = {"file": (file.name, file.read(), file.media_type)}
    answer = transport.http.post(f"{url}/api/v2/media", files=picture, data={"description": alt}, headers=headers)
    raise_for_ending(answer)
    media_id = str(answer.json()["id"])
    if answer.status_code != 202:
        return media_id
    for _ in range(LOOKS):
        answer = transport.http.get(f"{url}/api/v1/media/{media_id}", headers=headers)
        raise_for_ending(answer)
        if answer.status_code != 206:
            return media_id
        time.sleep(PAUSE)
    raise Unreached(f"Mastodon was still preparing {file.name} after {LOOKS * PAUSE:g} seconds, so nothing was posted")


def _counted(text: str) -> str:
    """As many characters as Mastodon counts, or a few more: it takes an emoji of several code points for one."""
    return _MENTION.sub(r"\1", _URL.sub(URL_LENGTH * "x", text))


def _link_problems(text: str) -> Iterable[Problem]:
    for link in _LINK.finditer(text):
        behind = text[link.end() : link.end() + 1]
        if behind and not behind.isascii() and not behind.isspace():
            hint = "put a space or the end of the line behind it"
            says = "Mastodon would take what follows {url} for a part of the address"
            yield Problem(says, {"url": link[0]}, "body", hint)


def _image_problems(images: tuple[Asset, ...]) -> Iterable[Problem]:
    if len(images) > IMAGE_LIMIT.most:
        values = {"limit": IMAGE_LIMIT.most, "count": len(images)}
        yield Problem("a post takes {limit} pictures, not {count}", values, "images")
    for image in images:
        yield from _problems_of_one(image)


def _problems_of_one(image: Asset) -> Iterable[Problem]:
    alt = (image.alt or "").strip()
    values = {"image": image.name, "over": len(alt) - ALT_LIMIT, "limit": ALT_LIMIT, "size": IMAGE_SIZE_LIMIT // 10**6}
    if not alt:
        hint = "write alt: what the picture shows and says"
        yield Problem("{image} has no description for those who cannot see it", values, "images", hint)
    if len(alt) > ALT_LIMIT:
        yield Problem("the description of {image} is over the limit of {limit} characters by {over}", values, "images")
    if image.size > IMAGE_SIZE_LIMIT:
        yield Problem("{image} has more than the {size} MB that Mastodon takes", values, "images")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Mastodon]
