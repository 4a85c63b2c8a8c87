"""``flyer-request``: an official letter to each ministry, asking it to put up a flyer in its own facilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from kohoctl import Channel, Message, Problem, Recipient, hookimpl
from kohoctl.channels._official_letter import OfficialLetter, OfficialLetterSettings, OfficialLetterVersion


class FlyerRequestSettings(OfficialLetterSettings):
    """What a channel of requests may set."""


class FlyerRequestVersion(OfficialLetterVersion):
    """What a message may say for a request."""

    items: tuple[str, ...] = Field((), description="What stands under 記 after the facilities, a point each.")


class FlyerRequest(OfficialLetter):
    """Ministries are the recipients: ``name``, ``email``, ``facilities`` (with ``|``), ``contact`` (a post there)."""

    kind = "flyer-request"
    settings: FlyerRequestSettings
    settings_model = FlyerRequestSettings
    version_model = FlyerRequestVersion
    addressee = "{name}{contact}　殿"
    nobody = Problem(
        "a request is mailed to ministries, and this channel has none",
        field="recipients",
        hint="recipients: a list with the columns id, name, facilities, email",
    )

    def points(self, recipient: Recipient | None) -> Iterable[Mapping[str, Any]]:
        return [{"text": "設置をお願いする施設", "below": self.places(recipient)}]

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        yield from super().problems(message, recipient)
        if not self.places(recipient):
            yield Problem("the recipient has no facilities", field="recipients", hint="警察署|運転免許センター")
        if not (message.attachments or message.images):
            yield Problem("there is no flyer to put up", field="attachments", hint="attachments: [flyer.pdf]")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [FlyerRequest]
