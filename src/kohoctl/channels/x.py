"""The kind `x`: posts and reposts of an account on X."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from kohoctl import (
    Asset,
    Channel,
    Earlier,
    FileView,
    Limit,
    Measure,
    Message,
    PostView,
    Problem,
    Receipt,
    Recipient,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    View,
    hookimpl,
)
from kohoctl.channels._x_text import WEIGHT_LIMIT, same_text, untakable_characters, weighted_length

if TYPE_CHECKING:
    from kohoctl import Transport
    from kohoctl.channels._x_api import Api

IMAGE_LIMIT = 4
"""Pictures in one post, by X's media documentation."""
IMAGE_SIZE_LIMIT = 5 * 10**6
"""Bytes of one picture: the 5 MB of X's media documentation, in the smaller reading."""
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What X takes as a still picture; an animated GIF stands alone and is prepared for minutes."""
ALT_LIMIT = 1000
"""Characters of a picture's description, by the API's description of /2/media/metadata."""
SETTLING = timedelta(minutes=3)
"""How long after an attempt's begin its post may still appear: a minute each for asking X whose the credentials are,
for the post's own answer, and for the timeline, which follows the posts with a delay."""
SETTLING_PER_IMAGE = timedelta(minutes=2)
"""What each picture adds to that: a minute each for its upload and its description."""


def _account_name(value: str) -> str:
    if not (value.isascii() and value.replace("_", "").isalnum() and len(value) <= 15):
        raise ValueError("not an account's name: up to 15 letters, digits and _, without the @")
    return value


class XSettings(Settings):
    """What a channel of the kind x may set."""

    account: Annotated[str, AfterValidator(_account_name)] = Field(description="The account's name, without the @.")
    credentials: Secret = Field(
        description="A JSON object. For OAuth 1.0a: consumer_key, consumer_secret, access_token, access_token_secret. "
        "For OAuth 2: client_id, client_secret where there is one, access_token, refresh_token; in a file, since "
        "kohoctl keeps renewed tokens there."
    )
    user_id: str | None = Field(
        None,
        pattern=r"^[0-9]{1,19}$",
        description="The account's id. Without it, kohoctl asks X before each delivery whose the credentials are, and "
        "refuses to post as another account.",
    )
    api_url: ServiceUrl = Field("https://api.x.com", description="Where X's API is.")


class X(Channel):
    """An account on X: posts with pictures, and reposts of other accounts' posts."""

    settings: XSettings
    settings_model = XSettings
    kind = "x"
    rate = "100/15 minutes"  # X's own limit for posts of one user
    reposts = True
    limits: ClassVar = {
        "body": Limit(WEIGHT_LIMIT, "units of weight", "X counts a kana or kanji as 2, a Latin letter as 1"),
        "images": Limit(IMAGE_LIMIT, "images", "X's media documentation"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        destination = {"api": self.settings.api_url, "account": self.settings.account}
        if message.repost is not None:
            return Rendition({"repost_of": message.repost}, destination, problems=tuple(_repost_problems(message)))
        text = message.body.rstrip()
        images = [{"name": image.name, "alt": image.alt} for image in message.images]
        problems = (*_text_problems(text), *_image_problems(message.images))
        return Rendition({"text": text, "images": images}, destination, message.images, problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        api = self._api(transport)
        user_id = self._user_id(api)
        if "repost_of" in rendition.content:
            api.repost(user_id, rendition.content["repost_of"])
            return self._receipt(rendition, "")
        images = zip(rendition.files, rendition.content["images"], strict=True)
        media_ids = [api.upload(file, image["alt"]) for file, image in images]
        return self._receipt(rendition, api.post(_post_body(rendition, media_ids)))

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        """Whether the account's timeline shows it. Raises LookupError while it might still come to show it."""
        api = self._api(transport)
        for post in api.timeline(self._user_id(api), since):
            if _came_of(post, rendition):
                return self._receipt(rendition, str(post["id"]))
        if transport.now() - since < SETTLING + SETTLING_PER_IMAGE * len(rendition.files):
            raise LookupError("too early to tell: the post is not in the account's timeline, but may still come")
        return None

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        """``post.json``, what X would be asked for; ``post.txt`` to be read, with its weight; and the pictures."""
        images = {f"{number}-{file.name}": file.read() for number, file in enumerate(rendition.files, 1)}
        if "repost_of" in rendition.content:
            body: dict[str, Any] = {"tweet_id": rendition.content["repost_of"]}
            text = f"@{self.settings.account} reposts {_as_text(rendition.content['repost_of'])}\n"
        else:
            body = _post_body(rendition, list(images))
            typed = rendition.content["text"]
            text = f"{typed}\n\n{weighted_length(typed)}/{WEIGHT_LIMIT}\n"
        page = json.dumps(body, ensure_ascii=False, indent=2, default=_as_text)
        return {"post.json": page.encode(), "post.txt": text.encode()} | images

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        passed_on = rendition.content.get("repost_of")
        if passed_on is not None:
            key = passed_on.key if isinstance(passed_on, Earlier) else str(passed_on)
            return [PostView(self.settings.account, "", passes_on=key)]
        text, images = rendition.content["text"], zip(rendition.files, rendition.content["images"], strict=True)
        pictures = tuple(FileView(file.name, file.read(), image["alt"] or "") for file, image in images)
        return [PostView(self.settings.account, text, Measure(weighted_length(text), WEIGHT_LIMIT, "weight"), pictures)]

    def _api(self, transport: Transport) -> Api:
        from kohoctl.channels._x_api import Api  # brings requests, which check and plan do without
        from kohoctl.channels._x_login import Login

        return Api(Login(self.settings.api_url, self.settings.credentials, transport))

    def _user_id(self, api: Api) -> str:
        return self.settings.user_id or api.user_id(self.settings.account)

    def _receipt(self, rendition: Rendition, post_id: str) -> Receipt:
        """A post's own id and address; for a repost, whose own id X does not tell, those of the post passed on."""
        repost_of = rendition.content.get("repost_of")
        if repost_of is not None:
            return Receipt.published(
                repost_of, f"https://x.com/i/status/{repost_of}", reposted_by=self.settings.account
            )
        return Receipt.published(post_id, f"https://x.com/{self.settings.account}/status/{post_id}")


def _post_body(rendition: Rendition, media_ids: list[str]) -> dict[str, Any]:
    body = {"text": rendition.content["text"]}
    return body | {"media": {"media_ids": media_ids}} if media_ids else body


def _came_of(post: Mapping[str, Any], rendition: Rendition) -> bool:
    """Whether ``post``, from the account's timeline, is what this rendition became."""
    references = post.get("referenced_posts") or post.get("referenced_tweets") or []  # X is renaming the field
    reposted = [reference.get("id") for reference in references if reference.get("type") == "retweeted"]
    if "repost_of" in rendition.content:
        return rendition.content["repost_of"] in reposted
    return not reposted and same_text(rendition.content["text"], post)


def _as_text(value: object) -> str:
    return f"the post of {value.key}" if isinstance(value, Earlier) else str(value)


def _repost_problems(message: Message) -> Iterable[Problem]:
    if message.body.strip():
        yield Problem("a repost has no text of its own", field="body", hint="leave body out")
    if message.images:
        yield Problem("a repost has no pictures of its own", field="images", hint="leave images out")


def _text_problems(text: str) -> Iterable[Problem]:
    if not text.strip():
        yield Problem("the post has no text", field="body")
        return
    characters = untakable_characters(text)
    if characters:
        yield Problem("X does not take these characters: {characters}", {"characters": ", ".join(characters)}, "body")
    weight = weighted_length(text)
    if weight > WEIGHT_LIMIT:
        values = {"weight": weight, "over": weight - WEIGHT_LIMIT, "limit": WEIGHT_LIMIT}
        hint = "a kana or kanji weighs 2, a Latin letter 1, an address 23"
        yield Problem(
            "the post weighs {weight}, {over} over the limit of {limit}", values, "body", hint, rule="too-long"
        )


def _image_problems(images: tuple[Asset, ...]) -> Iterable[Problem]:
    if len(images) > IMAGE_LIMIT:
        yield Problem(
            "a post takes {limit} pictures, not {count}", {"limit": IMAGE_LIMIT, "count": len(images)}, "images"
        )
    for image in images:
        yield from _problems_of_one(image)


def _problems_of_one(image: Asset) -> Iterable[Problem]:
    if image.media_type not in IMAGE_TYPES:
        values = {"image": image.name, "type": image.media_type}
        yield Problem("{image} is {type}, which X does not take as a picture", values, "images", "JPEG, PNG or WebP")
    if image.size > IMAGE_SIZE_LIMIT:
        values = {"image": image.name, "size": f"{image.size / 10**6:.1f}", "limit": str(IMAGE_SIZE_LIMIT // 10**6)}
        yield Problem("{image} has {size} MB; X takes up to {limit} MB", values, "images")
    alt = (image.alt or "").strip()
    if not alt:
        hint = "write alt: what the picture shows and says"
        text = "{image} has no description for those who cannot see it"
        yield Problem(text, {"image": image.name}, "images", hint, rule="missing-alt")
    if len(alt) > ALT_LIMIT:
        values = {"image": image.name, "length": str(len(alt)), "limit": str(ALT_LIMIT)}
        text = "the description of {image} has {length} characters; X takes {limit}"
        yield Problem(text, values, "images", rule="too-long")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [X]
