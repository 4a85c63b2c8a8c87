"""The kind city-board: a notice posted as JSON to a service's own interface.

It works as it is. What to change is marked with "Change": what the service takes, and how it is asked.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from kohoctl import (
    Channel,
    Limit,
    Message,
    Receipt,
    Recipient,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Transport,
    hookimpl,
    raise_for_ending,
    text_problems,
)

KOHOCTL_INTERFACE = 1  # the version of kohoctl's plugin interface that this is written for


class CityBoardSettings(Settings):
    """What a channel of this kind may set in the campaign file."""

    # Change: what tells one channel of this kind from another. A description is needed; people read it.
    url: ServiceUrl = Field(description="The service's address.")
    token: Secret = Field(description="What the service knows the sender by.")


class CityBoard(Channel):
    """A notice in the service."""

    kind = "city-board"
    settings: CityBoardSettings
    settings_model = CityBoardSettings
    # Change: how much the service takes of each text, and who says so.
    limits: ClassVar = {
        "title": Limit(100, "characters", "the service's interface, title"),
        "body": Limit(5000, "characters", "the service's interface, text"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        """What would go out. It only thinks: no request, no file, no clock."""
        problems = (
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
        )
        # Change: the fields of the request as the service calls them. All that is sent stands here, but for secrets.
        content = {"title": message.title, "text": message.body}
        return Rendition(content, {"url": self.settings.url}, problems=problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        """Send it once. Whatever this raises is sorted into refused, unreached and unknown."""
        # Change: the path and the headers. The key lets the service tell a second notice from a first.
        answer = transport.http.post(
            f"{rendition.destination['url']}/notices",
            json=dict(rendition.content),
            headers={"Idempotency-Key": key, "Authorization": f"Bearer {transport.secret(self.settings.token)}"},
        )
        raise_for_ending(answer)
        # Change: where the answer says what became of it.
        notice = answer.json()
        return Receipt.published(str(notice["id"]), notice.get("url"))


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [CityBoard]
