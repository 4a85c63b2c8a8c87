"""Kinds of channel for the tests, as a ministry would write them, for the board in `servers.board`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from pydantic import Field

from kohoctl import (
    Channel,
    Message,
    Problem,
    Receipt,
    Recipient,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Task,
    Transport,
    Version,
    hookimpl,
    raise_for_ending,
)

LONGEST = 200
REPLY_BY = date(2015, 6, 10)


class BoardSettings(Settings):
    url: ServiceUrl = Field(description="The board's address.")
    token: Secret | None = Field(None, description="What the board knows this sender by.")


class BoardVersion(Version):
    pinned: bool = Field(False, description="Whether the notice stays at the top.")


class Board(Channel):
    """A board that keeps whatever arrives: a second delivery of one key would be a second notice."""

    kind = "board"
    settings: BoardSettings
    settings_model = BoardSettings
    version_model = BoardVersion
    reposts = True

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        content = {
            "title": message.title,
            "body": message.body,
            "pinned": message.version(BoardVersion).pinned,
            "passes_on": message.repost,
        }
        problems = []
        if len(message.body) > LONGEST:
            over = {"over": len(message.body) - LONGEST}
            problems.append(Problem("the text is {over} characters too long", over, field="body"))
        to = {"url": self.settings.url, "desk": recipient["desk"] if recipient else None}
        return Rendition(content, to, problems=tuple(problems))

    def headers(self, key: str, transport: Transport) -> dict[str, str]:
        token = {"Authorization": transport.secret(self.settings.token)} if self.settings.token else {}
        return {"Idempotency-Key": key, **token}

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        answer = transport.http.post(
            self.settings.url,
            json={**rendition.content, **rendition.destination},
            headers=self.headers(key, transport),
            timeout=1.0,
        )
        if answer.status_code != 409:
            raise_for_ending(answer)
        number = answer.json()["id"]
        return Receipt.published(number, f"{self.settings.url}/{number}")


class GuardedBoard(Board):
    """A board that tells a second delivery of one key from the first."""

    kind = "guarded-board"
    resend_safe_for = timedelta(hours=24)
    concurrency = 4

    def headers(self, key: str, transport: Transport) -> dict[str, str]:
        return {**super().headers(key, transport), "Guarded": "yes"}


class SearchableBoard(Board):
    """A board in which one can look whether a key is there."""

    kind = "searchable-board"

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        found = transport.http.get(self.settings.url, params={"key": key}).json()["found"]
        return Receipt.published(found[0]) if found else None


class ReissuedBoard(Board):
    """A board for operators, who are sent a new edition whenever the text has changed."""

    kind = "reissued-board"
    reissued = True


class BriefBoard(ReissuedBoard):
    """A board that asks somebody to work by what it says, and to answer in time."""

    kind = "brief-board"
    form = "requested"

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        return replace(super().render(message, recipient), task=Task(reply_by=REPLY_BY))

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        return Receipt.requested(super().deliver(rendition, key, transport).id)


class CarelessBoard(Board):
    """Posts, and then tells a second service that is not there, as an author in a hurry would write it."""

    kind = "careless-board"

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        receipt = super().deliver(rendition, key, transport)
        transport.http.post("http://127.0.0.1:9/tell", json={"receipt": receipt.id})
        return receipt


class CarefulBoard(Board):
    """Uploads first, which nobody sees, and says so."""

    kind = "careful-board"

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        with transport.preparation():
            transport.http.put(self.settings.url, data=b"a picture")
        return super().deliver(rendition, key, transport)


@hookimpl
def kohoctl_channels() -> Iterable[type[Channel]]:
    return [Board, GuardedBoard, SearchableBoard, ReissuedBoard, BriefBoard, CarelessBoard, CarefulBoard]
