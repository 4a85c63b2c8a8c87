"""``meeting``: 開催通知, what convenes a council, with its 開催要綱 where the message gives one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kohoctl import Channel, Document, DocumentSettings, Message, Problem, Recipient, hookimpl
from kohoctl.channels._event import EventChannel, EventVersion

CHARTER = "charter"


class CharterPart(BaseModel):
    """A part of a council's charter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str = Field(min_length=1, description="Its heading, without a number: 趣旨.")
    text: str = Field(min_length=1, description="What it says. May hold {{ facts }}.")


class MeetingSettings(DocumentSettings):
    """What a channel of meetings may set."""

    council: str = Field(description="What meets: 年金情報流出に関する広報対応連絡会議.")


class MeetingVersion(EventVersion):
    """What a message says of a meeting."""

    number: str | None = Field(None, description="文書番号: 年広発0624第1号; a notice without one is a 事務連絡.")
    agenda: tuple[str, ...] = Field(
        min_length=1, description="議題, a point each.", examples=[["チラシの設置及び配布について"]]
    )
    members: tuple[str, ...] = Field(
        (), description="構成員, by office and post: each recipient's name begins one of them."
    )
    charter: tuple[CharterPart, ...] = Field((), description="開催要綱, part by part: a second document.")


class Meeting(EventChannel):
    """Members are the recipients: ``name``, ``email``, and ``contact``, a post there."""

    kind = "meeting"
    settings: MeetingSettings
    settings_model = MeetingSettings
    version_model = MeetingVersion
    document = "開催通知"
    template = "meeting"
    addressee = "{name}{contact}　殿"

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        data = {**super().data(message, recipient), "council": self.settings.council}
        enclosed = ["開催要綱"] if data[CHARTER] else []
        return {**data, "attachments": [*enclosed, *data["attachments"]]}

    def documents(self, data: Mapping[str, Any], message: Message, recipient: Recipient | None) -> Iterable[Document]:
        yield from super().documents(data, message, recipient)
        if data[CHARTER]:
            yield Document("開催要綱.pdf", CHARTER, {name: data[name] for name in ("council", CHARTER)})

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        yield from super().problems(message, recipient)
        members = message.version(MeetingVersion).members
        if recipient and members and not any(member.startswith(recipient["name"]) for member in members):
            text = "the recipient is not among the members"
            yield Problem(text, field="members", hint="name each recipient of the notice, or leave the members out")

    def places(self, recipient: Recipient | None) -> tuple[str, ...]:
        return ()  # a member comes to one place, whatever facilities its ministry has

    def cover(self, message: Message, recipient: Recipient | None) -> str:
        return f"{self.settings.council}の開催について、添付のとおり、お知らせいたします。"


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Meeting]
