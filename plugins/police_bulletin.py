"""The police agency's bulletin: a notice posted as JSON to the bulletin's own interface.

An example of a channel as a ministry writes it. The bulletin tells a second notice of one key from the first for a day,
so kohoctl may send it again after an answer that was lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar

from pydantic import ConfigDict, Field

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
    TextView,
    Transport,
    View,
    hookimpl,
    raise_for_ending,
    text_problems,
)


class BulletinSettings(Settings):
    """What a channel of this kind may set. In an editor, each is explained in Japanese, too."""

    model_config = ConfigDict(json_schema_extra={"description_ja": "警察庁の掲示板への掲示。"})

    url: ServiceUrl = Field(
        description="The bulletin's address.", json_schema_extra={"description_ja": "掲示板のアドレス。"}
    )
    token: Secret = Field(
        description="What the bulletin knows the sender by.",
        json_schema_extra={"description_ja": "掲示板が送り手を見分けるための認証情報。"},
    )


class PoliceBulletin(Channel):
    """One notice in the bulletin."""

    kind = "police-bulletin"
    settings: BulletinSettings
    settings_model = BulletinSettings
    resend_safe_for = timedelta(hours=23)  # of the day for which it keeps a key; the rest is for the attempt itself
    limits: ClassVar = {
        "title": Limit(60, "characters", "what the bulletin's list shows on one line"),
        "body": Limit(20_000, "characters", "what the bulletin's interface takes"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        problems = (
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
        )
        content = {"title": message.title, "text": message.body}
        return Rendition(content, {"url": self.settings.url}, problems=problems)

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        answer = transport.http.post(
            f"{rendition.destination['url']}/notices",
            json=dict(rendition.content),
            headers={"Idempotency-Key": key, "Authorization": f"Bearer {transport.secret(self.settings.token)}"},
        )
        raise_for_ending(answer)
        notice = answer.json()
        if not notice["id"]:
            raise ValueError("the bulletin's answer names no notice")
        return Receipt.published(str(notice["id"]), notice.get("url"))

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        return [TextView(rendition.content["text"], name=rendition.content["title"])]


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [PoliceBulletin]
