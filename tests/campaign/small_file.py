"""A small campaign file, and small kinds of channel to load it with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field, field_validator

from kohoctl import Channel, Secret, ServiceUrl, Settings, Version

TOP = """\
version: 1
facts: {hotline: 0120-818211, 受付時間: "8:30〜21:00"}
channels:
  page: {kind: page, owner: 厚生労働省}
  post: {kind: post, owner: 厚生労働省}
  post2: {kind: post, owner: 首相官邸}
  letters: {kind: page, owner: 厚生労働省, recipients: ministries}
recipients:
  ministries: [{id: npa, name: 警察庁}, {id: fsa, name: 金融庁}]
calendars:
  pension-payday: {months: [2, 4, 6, 8, 10, 12], day: 15, roll: back}
campaigns:
  nenkin:
    title: 広報
    owner: 厚生労働省年金局
    messages:
"""
"""The beginning of a file: messages follow, six spaces in."""

MESSAGE = "      warning: {title: 注意, body: 注意, when: 2015-06-04T10:00, channels: [page]}\n"


class PageSettings(Settings):
    seconds: int = Field(20, ge=1)
    loud: bool = False
    style: Literal["letter", "memo"] = "letter"
    api_url: ServiceUrl = "https://page.example"
    token: Secret | None = None


class PageVersion(Version):
    slug: str | None = Field(None, max_length=10)
    urgent: bool = False
    link: ServiceUrl | None = None


class Page(Channel):
    kind = "page"
    settings_model = PageSettings
    version_model = PageVersion


class Post(Channel):
    kind = "post"
    reposts = True


class OddSettings(Settings):
    word: str = ""

    @field_validator("word")
    @classmethod
    def _raises_something_odd(cls, value: str) -> str:
        raise KeyError(value)


class Odd(Channel):
    kind = "odd"
    settings_model = OddSettings


class EventVersion(Version):
    place: str
    day: date | None = None
    at: datetime | None = None


class Event(Channel):
    kind = "event"
    version_model = EventVersion


KINDS: dict[str, type[Channel]] = {"page": Page, "post": Post, "odd": Odd, "event": Event}
