"""Kinds that blab out whatever they know, in every way that there is. It is copied beside a campaign file."""

from __future__ import annotations

import atexit
import base64
import html
import json
import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import structlog
from pydantic import Field

from kohoctl import (
    Channel,
    MailChannel,
    Message,
    Problem,
    Receipt,
    Recipient,
    Refused,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Transport,
    Unreached,
    hookimpl,
    raise_for_ending,
)
from kohoctl.mail import mail_rendition


def _halves(text: str, between: str) -> str:
    return text[: len(text) // 2] + between + text[len(text) // 2 :]


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda text: json.dumps(text)[1:-1],
    "url": lambda text: quote(text, safe=""),
    "lower-url": lambda text: re.sub("%..", lambda escape: escape[0].lower(), quote(text, safe="")),
    "form": quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "basic": lambda text: base64.b64encode(f"koho:{text}".encode()).decode(),
    "python": repr,
    "html": html.escape,
    "broken": lambda text: _halves(text, "\n"),
    "split": lambda text: _halves(text, '", "'),
}


class LeakySettings(Settings):
    """Secrets of every kind."""

    url: ServiceUrl = Field(description="A service that repeats what it is told.")
    token: Secret = Field(description="A token.")
    odd: Secret = Field(description="A token with odd letters.")
    hook: Secret = Field(description="An address that is a secret.")
    account: Secret = Field(description="A JSON object.")
    key: Secret = Field(description="A key of several lines.")


def _raise(way: str, said: str) -> None:
    """Fail in one of the ways in which code fails."""
    failures: dict[str, BaseException] = {
        "raised": RuntimeError(f"no such token: {said}"),
        "refused": Refused(f"no such token: {said}"),
        "unreached": Unreached(f"no such token: {said}"),
        "grouped": ExceptionGroup("several", [ValueError(said), ValueError(said)]),
        "exits": SystemExit(said),
        "noted": KeyError(said),
        "caused": RuntimeError("it failed"),
    }
    if way in failures:
        failures["noted"].add_note(said)
        raise failures[way] from ValueError(said)


def _print(said: str) -> None:
    print(said)
    print(said, file=sys.stderr)
    logging.getLogger("leaky").error("token %s", said)
    structlog.get_logger("leaky").warning("token", token=said, deep=[{"token": said}])
    warnings.warn(said, stacklevel=1)


class _Blabbing:
    """Blabs when it is deleted."""

    def __init__(self, said: str) -> None:
        self.said = said

    def __del__(self) -> None:
        raise RuntimeError(self.said)


_KEPT: list[_Blabbing] = []
"""Deleted when the process ends."""


def _blab_later(way: str, said: str) -> None:
    """Blab when nobody is at work any more."""

    def blab() -> None:
        print(said)
        raise RuntimeError(said)

    if way == "in-a-thread":
        threading.Timer(0.2, blab).start()
    elif way == "at-exit":
        atexit.register(blab)
    elif way == "when-deleted":
        _KEPT.append(_Blabbing(said))


def _say(way: str, said: str, transport: Transport, url: str) -> Receipt:
    _raise(way, said)
    _blab_later(way, said)
    if way == "printed":
        _print(said)
    elif way.startswith("answered-"):
        raise_for_ending(transport.http.post(url, json={"status": int(way[-3:]), "say": said}))
    elif way == "mangled":
        transport.http.post(f"{url}/{quote(said)}", json={"status": 0, "say": said})
    elif way == "reset":
        transport.http.post(f"http://127.0.0.1:9/{quote(said)}", json={})
    elif way == "receipt":
        return Receipt.published(said, f"https://x.example/{said}", said=said, deep={"list": [said, {said: 1}]})
    return Receipt.published("1")


class Leaky(Channel):
    """Blabs as its message's body says: ``way spelling``."""

    kind = "leaky"
    settings: LeakySettings
    settings_model = LeakySettings

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        way, spelling, _ = message.body.split()
        to = {"email": recipient["email"], "telephone": recipient["telephone"]} if recipient else {}
        key = (Path(__file__).parents[1] / "secrets" / "key.pem").read_text(encoding="utf-8")
        known = [os.environ.get("TORTURE_ODD", ""), *key.splitlines()]
        said = " ".join(SPELLINGS[spelling](one) for one in known)
        if way == "problem":
            problem = Problem(f"wrong: {said}", field="body", hint=f"not {said}")
            return Rendition({"say": message.body}, to, problems=(problem, Problem("wrong: {it}", {"it": said})))
        if way == "render-raises":
            raise ValueError(said)
        return Rendition({"say": message.body}, to)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        way, spelling, which = rendition.content["say"].split()
        known = {
            **{name: transport.secret(getattr(self.settings, name)) for name in ("token", "odd", "hook", "key")},
            "password": transport.secret_fields(self.settings.account)["password"],
            **rendition.destination,
        }
        return _say(way, SPELLINGS[spelling](known.get(which) or known["token"]), transport, self.settings.url)

    def find(self, rendition: Rendition, key: str, since: object, transport: Transport) -> Receipt | None:
        raise LookupError(transport.secret(self.settings.odd))


class LeakyMail(MailChannel):
    """A mail to the recipient."""

    kind = "leaky-mail"

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        to = recipient["email"] if recipient else "nobody@npa.example"
        return mail_rendition(self.settings, to, message.title, message.body)


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Leaky, LeakyMail]
