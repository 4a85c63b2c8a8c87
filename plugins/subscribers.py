"""Subscribers: an SMS or a mail to each, handed one by one to a provider's webhook, as towns send disaster mails.

The subscribers are a channel's recipients, with the columns ``id`` and ``phone`` or ``email``; who has left is taken
out of the list. Pictures and attachments are left out, and in an SMS the title.

The provider gets JSON, ``to`` and ``text`` and for a mail ``subject``, and answers 2xx with an ``id`` of its own. For
24 hours it keeps each Idempotency-Key: asked again, it sends nothing and answers with the first id, 2xx or 409, so that
kohoctl may ask again after an answer that was lost. A receipt says that it has taken a message, not that it was read.

A number or address goes to the provider alone. Rehearsals show it masked, problems not at all, and what the provider
repeats of it gets neither into a receipt nor into a reason.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

import requests
from pydantic import Field

from kohoctl import (
    Channel,
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

SMS_UNITS = 70
"""UTF-16 units of an SMS in one part: 140 bytes (3GPP TS 23.040)."""
PART_UNITS = 66
"""UTF-16 units of one part of several: up to seven bytes say which part it is (the same)."""
MOST_PARTS = 10
"""Parts of an SMS: docomo, au and SoftBank take 670 full-width characters, which are ten parts."""
SHORTEST_KEY = 24
"""Bytes of a signing secret (Standard Webhooks, Signature scheme)."""
PAUSE = timedelta(minutes=5)
"""Until the next try where a secret is wrong. No run waits so long: a person has to see to it."""

_OUTSIDE = re.compile("[\U00010000-\U0010ffff]")
"""A letter outside the basic plane, as 😀: two UTF-16 units."""
_GAP = r"[\s().\-‐‑–—―−－ー]"
"""What people write between a number's digits."""
_MOBILE = re.compile(r"(?:0|\+810?)([6-9]0[0-9]{8})")
"""060, 070, 080 or 090, and eight digits (電気通信番号計画, 令和元年総務省告示第6号; 060 since December 2024)."""
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+", re.I | re.A)
"""As browsers take it (HTML Standard, valid email address): dots in a row, too, as carriers once gave them out."""
_PERSONAL = re.compile(rf"[^\s\"'<>,:]{{1,64}}(?:[@＠]|%40)[^\s\"'<>,]+|\d(?:{_GAP}{{0,3}}\d){{6,}}")
"""What may be somebody's number or address in a provider's words."""
_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)


class SubscriberSettings(Settings):
    """What a channel of either kind may set."""

    url: ServiceUrl = Field(description="The provider's webhook.")
    token: Secret = Field(description="What the provider knows the sender by.")
    signing_secret: Secret | None = Field(
        None, description="What requests are signed with: whsec_ and base64, as Standard Webhooks has it."
    )


class SmsSettings(SubscriberSettings):
    """What a channel of SMS may set."""

    parts: int = Field(MOST_PARTS, ge=1, le=MOST_PARTS, description="The most parts of one SMS; each is paid for.")


class SubscriberChannel(Channel):
    """What both kinds are: one request for each subscriber."""

    settings: SubscriberSettings
    settings_model: ClassVar[type[SubscriberSettings]] = SubscriberSettings
    concurrency = 8
    rate = "50/second"  # a careful beginning: how many a provider takes, its contract says
    resend_safe_for = timedelta(hours=23)  # of the 24 for which the provider keeps a key; the rest is for clocks

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        url, to = rendition.destination["url"], rendition.destination["to"]
        body = json.dumps({"to": to, **rendition.content}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {transport.secret(self.settings.token)}",
            "Idempotency-Key": key,
        }
        if self.settings.signing_secret is not None:
            headers |= _signed(transport.secret(self.settings.signing_secret), key, transport.now(), body)
        answer = transport.http.post(url, data=body, headers=headers)
        if answer.status_code == requests.codes.unauthorized:
            raise _held("the provider does not accept the token: issue a new one and keep it where token: says")
        if answer.status_code != requests.codes.conflict:
            _raise_for_ending(answer)
        return Receipt.published(_own_id(answer, to))

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        lines = [f"宛先：{_masked(rendition.destination['to'])}"]
        if "subject" in rendition.content:
            lines.append(f"件名：{rendition.content['subject']}")
        return {"message.txt": "\n".join([*lines, "", rendition.content["text"], ""]).encode()}


class SubscriberSms(SubscriberChannel):
    """An SMS to each subscriber."""

    kind = "subscriber-sms"
    settings: SmsSettings
    settings_model: ClassVar[type[SmsSettings]] = SmsSettings
    limits: ClassVar = {"body": Limit(PART_UNITS * MOST_PARTS, "UTF-16 units", "what the carriers take of one SMS")}

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        text, to = message.body.rstrip(), mobile_number(recipient["phone"] if recipient else "")
        most = SMS_UNITS if self.settings.parts == 1 else PART_UNITS * self.settings.parts
        problems = (
            *text_problems(_OUTSIDE.sub("xx", text), "body", Limit(most, "UTF-16 units", "what the parts hold")),
            *_subscriber_problems(recipient, to, "phone", "a mobile number: 060, 070, 080 or 090, and eight digits"),
        )
        return Rendition({"text": text}, {"url": self.settings.url, "to": to}, problems=problems)


class SubscriberMail(SubscriberChannel):
    """A mail to each subscriber."""

    kind = "subscriber-mail"
    limits: ClassVar = {
        "title": Limit(100, "characters", "a subject that a telephone still shows whole"),
        "body": Limit(5_000, "characters", "some four pages; what is longer stands on a page that the mail leads to"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        to = mail_address(recipient["email"] if recipient else "")
        subject, text = " ".join(message.title.splitlines()).strip(), message.body.rstrip()
        problems = (
            *text_problems(subject, "title", self.limits["title"]),
            *text_problems(text, "body", self.limits["body"]),
            *_subscriber_problems(recipient, to, "email", "a mail address: name@city.example"),
        )
        return Rendition({"subject": subject, "text": text}, {"url": self.settings.url, "to": to}, problems=problems)


def mobile_number(typed: str) -> str:
    """A Japanese mobile number as E.164 has it, however it is typed; empty where it is none."""
    match = _MOBILE.fullmatch(re.sub(_GAP, "", unicodedata.normalize("NFKC", typed)))
    return f"+81{match[1]}" if match else ""


def mail_address(typed: str) -> str:
    """A mail address, also where it is typed in full width; empty where it is none."""
    address = unicodedata.normalize("NFKC", typed).strip()
    return address if _MAIL.fullmatch(address) else ""


def signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    """What Standard Webhooks puts into ``webhook-signature``. Raises `Unreached` where the secret cannot sign."""
    try:
        signing_key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        signing_key = b""
    if len(signing_key) < SHORTEST_KEY:
        raise _held(f"the signing secret is not whsec_ and the base64 of {SHORTEST_KEY} bytes or more")
    mac = hmac.digest(signing_key, f"{id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(mac).decode()}"


def _signed(secret: str, key: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a signature. A key may hold a full stop, and their id must not, so it is made from the key."""
    id, timestamp = f"msg_{hashlib.sha256(key.encode()).hexdigest()}", str(int(at.timestamp()))
    signing = signature(secret, id, timestamp, body)
    return {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signing}


def _held(reason: str) -> Unreached:
    """Certainly not sent, and nor would be any other: a wrong secret is no subscriber's refusal."""
    return Unreached(reason, retry_after=PAUSE, hold_channel=True)


def _raise_for_ending(answer: requests.Response) -> None:
    """Raises as `raise_for_ending` does, without anybody's number or address in the words."""
    try:
        raise_for_ending(answer)
    except Exception as error:  # whichever ending it is: only its words change
        error.args = (_PERSONAL.sub("…", str(error)),)
        raise


def _own_id(answer: requests.Response, to: str) -> str:
    """The provider's id of the message. Raises ValueError where it gives none, or the subscriber's number for one."""
    said = answer.json()
    id = str(said.get("id")) if isinstance(said, dict) and said.get("id") else ""
    if not _ID.fullmatch(id) or to[-10:] in re.sub("[^0-9]", "", id):
        raise ValueError(f"HTTP {answer.status_code}, without an id of the provider's own, which would prove it")
    return id


def _masked(to: str) -> str:
    return "********@********" if "@" in to else f"{to[:3]}********{to[-2:]}"


def _subscriber_problems(recipient: Recipient | None, to: str, column: str, hint: str) -> list[Problem]:
    """What keeps it from being sent to anybody. Never shows a number or an address."""
    if recipient is None:
        needs = f"recipients: a list with the columns id, {column}"
        return [Problem("it goes to subscribers, and this channel has none", field="recipients", hint=needs)]
    values = {"subscriber": recipient.id, "column": column}
    text = "the column {column} of the subscriber {subscriber} holds nothing that can be sent to"
    return [] if to else [Problem(text, values, "recipients", hint)]


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [SubscriberSms, SubscriberMail]
