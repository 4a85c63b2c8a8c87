"""A kind of channel for a service that cannot tell a second delivery from a first: each is committed by itself."""

from __future__ import annotations

from typing import Any

from kohoctl import (
    Channel,
    Message,
    Receipt,
    Recipient,
    Rendition,
    Secret,
    ServiceUrl,
    Settings,
    Transport,
    raise_for_ending,
)


class BoardSettings(Settings):
    """The settings of the kind ``line`` that are used here, so that one campaign file does for both."""

    token: Secret
    api_url: ServiceUrl
    send: str


class Board(Channel):
    """Sends what the kind ``line`` sends, to the same address."""

    kind = "board"
    settings: BoardSettings
    settings_model = BoardSettings

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        messages = [{"type": "text", "text": message.body.rstrip()}]
        to = recipient["line_id"] if recipient else None
        content = {"to": to, "messages": messages, "notificationDisabled": False}
        return Rendition(content, {"api": self.settings.api_url})

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        content: dict[str, Any] = dict(rendition.content)
        answer = transport.http.post(
            f"{rendition.destination['api']}/v2/bot/message/push",
            json=content,
            headers={"Authorization": f"Bearer {transport.secret(self.settings.token)}", "X-Line-Retry-Key": key},
        )
        raise_for_ending(answer)
        return Receipt.published(answer.json()["id"])
