"""A kind of channel that reaches nobody: what is left of a run is kohoctl's own work.

It says of itself that its service tells a second delivery of one key, so that intents are committed in groups.
"""

from __future__ import annotations

from datetime import timedelta

from kohoctl import Channel, Message, Receipt, Recipient, Rendition, Settings, Transport, hookimpl


class HollowSettings(Settings):
    """It has none of its own."""


class Hollow(Channel):
    """Delivers at once, and proves it by the key."""

    kind = "hollow"
    settings: HollowSettings
    settings_model = HollowSettings
    resend_safe_for = timedelta(days=1)

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        to = recipient["line_id"] if recipient else None
        return Rendition({"to": to, "title": message.title, "text": message.body}, {})

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        return Receipt.published(key)


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Hollow]
