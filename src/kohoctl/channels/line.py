"""LINE: messages of an official account to all its friends (broadcast), to a list of them, or to one.

One delivery is one request of the Messaging API. Its retry key is made from the delivery's key, so that LINE itself
tells a second request from a first: an outcome that is unknown may be sent again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from kohoctl import (
    Channel,
    ChatView,
    Limit,
    Measure,
    Message,
    Problem,
    Receipt,
    Recipient,
    Refused,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    TextView,
    Unreached,
    Version,
    View,
    hookimpl,
    plain_text,
    text_problems,
)

if TYPE_CHECKING:
    from requests import Response

    from kohoctl import Transport

MESSAGE_LIMIT = 5
"""Messages in one request, pictures included (Messaging API, ``messages``). With the limits below, a request stays far
under the 2 MB that the service takes."""
TEXT_LIMIT = 5000
"""UTF-16 code units of one text (Messaging API, text message); a letter outside the basic plane, as 😀, has two."""
MULTICAST_LIMIT = 500
"""User ids of one multicast (Messaging API, ``to``)."""
URL_LIMIT = 2000
"""Characters of a picture's address (Messaging API, image message)."""
RATES = {"broadcast": "60/hour", "multicast": "200/second", "push": "2000/second"}
"""What the Messaging API allows one channel; above it, it answers 429."""
QUOTA_PAUSE = timedelta(hours=1)
"""Until the next try where the month's messages are used up. LINE also says so while another delivery has them
reserved, and a plan can be raised at any time, so that it is no refusal for good."""
RETRY_KEY_NAMESPACE = UUID("6f1c4f0e-4f0b-5c0b-9a7e-3b8d2f6a1c55")
"""Sets kohoctl's retry keys apart from any others. Never change it: a resend under another key would be a second
message."""
USER_ID = r"U[0-9a-f]{32}"
"""What a ``userId`` from LINE's webhooks looks like; the name that a user chose for searching is none."""
CHAT_ID = r"[UCR][0-9a-f]{32}"
"""A user, a group chat or a room: what a push may go to."""

Send = Literal["broadcast", "multicast", "push"]


class LineImage(BaseModel):
    """A picture that LINE fetches. It shows no alternative text, so what a picture says belongs into the text too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="The picture's https address: JPEG or PNG, 10 MB at most.")
    preview: str | None = Field(None, description="The https address of a smaller one, 1 MB at most; else the same.")


class LineSettings(Settings):
    """What a channel of the kind ``line`` may set."""

    token: Secret = Field(description="The account's channel access token.")
    api_url: ServiceUrl = Field("https://api.line.me", description="The Messaging API's address.")
    send: Send = Field(
        "broadcast",
        description="broadcast: to every friend of the account. push: to each recipient's line_id. multicast: to the"
        " up to 500 user ids in each recipient's line_ids, with spaces or | between them.",
    )
    notification_disabled: bool = Field(False, description="Whether it arrives without a sound or notification.")


class LineVersion(Version):
    """What a message may say for LINE beside its text."""

    texts: tuple[str, ...] = Field((), description="Further texts after the body, each a message of its own.")
    image_urls: tuple[LineImage, ...] = Field((), description="Pictures after the texts, by their addresses.")


class LineChannel(Channel):
    """An official account's way to its friends."""

    kind = "line"
    settings: LineSettings
    settings_model = LineSettings
    version_model = LineVersion
    concurrency = 8
    limits: ClassVar = {
        "body": Limit(TEXT_LIMIT, "UTF-16 units", "Messaging API, text message"),
        "image_urls": Limit(MESSAGE_LIMIT, "messages together with the texts", "Messaging API, messages"),
    }
    resend_safe_for = timedelta(hours=23)  # LINE knows a retry key for 24 hours; the rest is for clocks and the request

    def pace(self) -> str | None:
        return self.settings.rate or RATES[self.settings.send]

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        version = message.version(LineVersion)
        texts = [text.rstrip() for text in (message.body, *version.texts)]
        messages = [*map(_text_message, texts), *map(_image_message, version.image_urls)]
        to, wrong = _receivers(self.settings.send, recipient)
        return Rendition(
            content={"messages": messages, "notificationDisabled": self.settings.notification_disabled},
            destination={"api": self.settings.api_url, "send": self.settings.send, **to},
            problems=(
                *_text_problems(texts),
                *_image_problems(version.image_urls),
                *_message_problems(message, messages),
                *wrong,
            ),
        )

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        destination = rendition.destination
        retry = retry_key(key)
        headers = {"Authorization": f"Bearer {transport.secret(self.settings.token)}", "X-Line-Retry-Key": retry}
        url = f"{destination['api']}/v2/bot/message/{destination['send']}"
        answer = transport.http.post(url, json=request_body(rendition), headers=headers)
        request_id = _accepted_id(answer)
        if request_id is None:
            raise _ending(answer)
        return Receipt.published(id=request_id, retry_key=retry)

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        body = json.dumps(request_body(rendition), ensure_ascii=False, indent=2)
        return {"line.json": body.encode(), "line.txt": readable(rendition).encode()}

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        messages = rendition.content["messages"]
        texts = [message["text"] for message in messages if message["type"] == "text"]
        bubbles = (TextView(text, measure=Measure(utf16_units(text), TEXT_LIMIT, "utf16")) for text in texts)
        pictures = [message["originalContentUrl"] for message in messages if message["type"] == "image"]
        return [ChatView(tuple(bubbles), tuple(pictures))]


def utf16_units(text: str) -> int:
    """How long LINE takes a text to be."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def retry_key(key: str) -> str:
    """The retry key of a delivery: a UUID, always the same for the same delivery."""
    return str(uuid5(RETRY_KEY_NAMESPACE, key))


def request_body(rendition: Rendition) -> dict[str, Any]:
    """The JSON of the request: the content, and ``to`` where it does not go to everyone."""
    to = rendition.destination.get("to")
    return {**rendition.content} if to is None else {"to": to, **rendition.content}


def readable(rendition: Rendition) -> str:
    """The messages in the order in which their readers see them, without anybody's user id."""
    to = rendition.destination.get("to")
    count = 1 if isinstance(to, str) else len(to or ())
    silent = rendition.content["notificationDisabled"]
    messages = rendition.content["messages"]
    parts = [f"LINE 宛先: {'友だち全員' if to is None else f'{count} 件'}　通知: {'なし' if silent else 'あり'}"]
    for number, message in enumerate(messages, 1):
        shown = message["text"] if message["type"] == "text" else f"［画像］{message['originalContentUrl']}"
        parts.append(f"―― {number}／{len(messages)} ――\n{shown}")
    return "\n\n".join(parts) + "\n"


def _text_message(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def _image_message(image: LineImage) -> dict[str, str]:
    return {"type": "image", "originalContentUrl": image.url, "previewImageUrl": image.preview or image.url}


def _text_problems(texts: Iterable[str]) -> Iterable[Problem]:
    for number, text in enumerate(texts, 1):
        field = "body" if number == 1 else "texts"
        units = utf16_units(text)
        yield from text_problems(text, field)
        if units > TEXT_LIMIT:
            values = {"number": number, "units": units, "over": units - TEXT_LIMIT, "limit": TEXT_LIMIT}
            yield Problem(
                "text {number} has {units} UTF-16 units, {over} over the limit of {limit}",
                values,
                field=field,
                hint="put the rest into another of texts:, or behind a link",
                rule="too-long",
            )


def _image_problems(images: Iterable[LineImage]) -> Iterable[Problem]:
    for number, image in enumerate(images, 1):
        for url in (image.url, image.preview or image.url):
            if not _is_image_url(url):
                values = {"number": number, "limit": URL_LIMIT}
                yield Problem(
                    "LINE cannot fetch picture {number}: its address starts with https://, has no letters outside"
                    " ASCII and {limit} characters at most",
                    values,
                    field="image_urls",
                )
                break


def _is_image_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    return plain and parts.scheme == "https" and bool(parts.hostname) and len(url) <= URL_LIMIT


def _message_problems(message: Message, messages: list[dict[str, str]]) -> Iterable[Problem]:
    if len(messages) > MESSAGE_LIMIT:
        values = {"count": len(messages), "over": len(messages) - MESSAGE_LIMIT, "limit": MESSAGE_LIMIT}
        text = "texts and pictures together are {count} messages, {over} over the limit of {limit}"
        yield Problem(text, values, field="texts")
    if message.images and not any(each["type"] == "image" for each in messages):
        yield Problem(
            "LINE takes pictures by their address, not as files",
            field="images",
            hint="image_urls: [{url: https://www.mhlw.example/chirashi.png}]",
        )
    if message.attachments:
        yield Problem("LINE takes no attached files", field="attachments", hint="put a link into the text")


def _receivers(send: Send, recipient: Recipient | None) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """The destination's ``to``, and what is wrong with it. Problems never show a user id."""
    if send == "broadcast":
        text = "a broadcast goes to every friend of the account, so this channel can have no recipients"
        return {}, () if recipient is None else (Problem(text, field="recipients", hint="send: push"),)
    if recipient is None:
        values = {"send": send, "column": "line_id" if send == "push" else "line_ids"}
        return {}, (Problem("{send} needs recipients, with a column {column}", values, field="recipients"),)
    return _push_receiver(recipient) if send == "push" else _multicast_receivers(recipient)


def _push_receiver(recipient: Recipient) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    to = recipient["line_id"].strip()
    if re.fullmatch(CHAT_ID, to):
        return {"to": to}, ()
    text = "the recipient {recipient} has no user id in the column line_id"
    return {"to": to}, (Problem(text, {"recipient": recipient.id}, field="recipients", hint="U and 32 hex digits"),)


def _multicast_receivers(recipient: Recipient) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    to = list(dict.fromkeys(re.findall(r"[^\s|]+", recipient["line_ids"])))
    wrong = [number for number, id in enumerate(to, 1) if not re.fullmatch(USER_ID, id)]
    values = {"recipient": recipient.id, "count": len(to), "limit": MULTICAST_LIMIT, "over": len(to) - MULTICAST_LIMIT}
    problems = []
    if not to:
        problems.append(Problem("the recipient {recipient} has no user ids in the column line_ids", values))
    if len(to) > MULTICAST_LIMIT:
        problems.append(Problem("the recipient {recipient} has {count} user ids, {over} over {limit}", values))
    if wrong:
        text = "{wrong} of the recipient {recipient}'s {count} ids are no user ids, the first of them number {first}"
        problems.append(Problem(text, {**values, "wrong": len(wrong), "first": wrong[0]}, hint="U and 32 hex digits"))
    return {"to": to}, tuple(problems)


def _accepted_id(answer: Response) -> str | None:
    """The id of the request that LINE accepted, this one or an earlier one with the same retry key."""
    header = {200: "X-Line-Request-Id", 409: "X-Line-Accepted-Request-Id"}.get(answer.status_code, "")
    id = answer.headers.get(header, "")
    return id if re.fullmatch(r"[\w.:-]{1,100}", id, re.ASCII) else None


def _ending(answer: Response) -> Exception:
    """What an answer that proves no delivery means. Without LINE's own proof, even a 200 leaves it unknown."""
    status, said = answer.status_code, _said(answer)
    if status == 429:
        from kohoctl import retry_after  # brings requests, which check and plan do without

        return _too_many(said, retry_after(answer))
    if status == 401:
        return Refused(
            f"LINE did not accept the channel access token ({said}): issue a new one and keep it where token: says"
        )
    if 300 <= status < 400:
        return Refused(f"HTTP {status}: LINE is not at this address; mend the channel's api_url")
    if 400 <= status < 500 and status not in (408, 409):
        return Refused(f"LINE refused the message with HTTP {status}: {said}")
    return RuntimeError(f"HTTP {status}, without a request id that proves a delivery: {said}")


def _too_many(said: str, asked: timedelta | None) -> Unreached:
    """Which of the three causes of a 429 it is; LINE tells them apart by its words alone."""
    if "monthly limit" in said.lower():
        reason = (
            "the account's messages for this month are used up: raise its plan in the LINE Official Account Manager"
        )
        return Unreached(f"{reason} ({said})", retry_after=asked or QUOTA_PAUSE, hold_channel=True)
    if "concurrent" in said.lower():
        return Unreached(f"LINE has too much to do for this account at the same time: {said}", retry_after=asked)
    return Unreached(f"more requests than LINE allows the account: {said}", retry_after=asked, hold_channel=True)


def _said(answer: Response) -> str:
    """LINE's words and where in the request they belong, in one bounded line without user ids."""
    try:
        error = answer.json()
        parts = [
            error["message"],
            *(f"{each.get('property')}: {each.get('message')}" for each in error.get("details", ())),
        ]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return "an answer that is not LINE's"
    return re.sub(CHAT_ID, "[user id]", plain_text("; ".join(map(str, parts))))


@hookimpl
def kohoctl_channels() -> tuple[type[Channel], ...]:
    return (LineChannel,)
