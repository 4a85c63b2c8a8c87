"""``flyer``: a flyer that regional bureaus pass on to municipalities, with the 事務連絡 that asks them to.

The flyer is what the message attaches: so the site that it goes out by too offers the very same file. Where it attaches
none, one is made of the message's headline, points, hotline and hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from kohoctl import Channel, Document, DocumentChannel, Message, Problem, Recipient, hookimpl, text_problems
from kohoctl.channels._advertisement import LIMITS, AdvertisementVersion, advertisement_problems, words_of

FLYER = "チラシ.pdf"


class FlyerVersion(AdvertisementVersion):
    """What a message may say for its flyer and for those who pass it on."""

    items: tuple[str, ...] = Field((), description="What stands under 記 after the bodies, a point each.")


class Flyer(DocumentChannel):
    """Bureaus are the recipients: ``name``, ``email``, and ``facilities``, whom each passes it on to (with ``|``)."""

    kind = "flyer"
    version_model = FlyerVersion
    document = "事務連絡"
    template = "letter"

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        data = super().data(message, recipient)
        bodies = [*self.task(message, recipient).places]
        flyers = [file.name for file in (*message.attachments, *message.images)]
        items = [
            *([{"text": "配布をお願いする市区町村、関係団体等", "below": bodies}] if bodies else []),
            *data["items"],
            {"text": "添付資料", "below": flyers or [FLYER]},
        ]
        return {**data, "form": "事務連絡", "number": "", "sealed": False, "items": items}

    def documents(self, data: Mapping[str, Any], message: Message, recipient: Recipient | None) -> Iterable[Document]:
        yield from super().documents(data, message, recipient)
        version = message.version(FlyerVersion)
        if not message.attachments and not message.images and version.headline:
            yield Document(FLYER, "flyer", words_of(version, None, self.owner))

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        version = message.version(FlyerVersion)
        attached = bool(message.attachments or message.images)
        if attached and version.headline:
            text = "the flyer is attached already, and a headline would make another one"
            yield Problem(text, field="headline", hint="leave out either of them")
        elif not attached and not version.headline:
            hint = "attachments: [flyer.typ], or headline:, points: and hotline: to have one made"
            yield Problem("there is no flyer to pass on", field="attachments", hint=hint)
        elif not attached:
            yield from advertisement_problems(version)
            yield from () if version.issuer else text_problems(self.owner, "issuer", LIMITS["issuer"])
            if not version.points:
                yield Problem("the flyer has no points", field="points", hint="points: [a sentence, another]")


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Flyer]
