"""``partner-notice``: 連名のお知らせ, what an office says together with another body, in the name of both."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kohoctl import Channel, Contact, DocumentChannel, DocumentSettings, Message, Recipient, hookimpl


class Partner(BaseModel):
    """Another body that says the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    office: str = Field(description="The body, a line each: the office, then its head by title.")
    contact: Contact = Field(description="Whom readers ask there.")


class PartnerNoticeSettings(DocumentSettings):
    """What a channel of joint notices may set."""

    partners: tuple[Partner, ...] = Field(min_length=1, description="The other bodies, in the order of their names.")


class PartnerNotice(DocumentChannel):
    """Whoever is told is a recipient: ``name``, ``email``."""

    kind = "partner-notice"
    settings: PartnerNoticeSettings
    settings_model = PartnerNoticeSettings
    document = "連名のお知らせ"
    template = "partner-notice"

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        data, partners = super().data(message, recipient), self.settings.partners
        return {
            **data,
            "offices": [self.settings.office, *(partner.office for partner in partners)],
            "contacts": [data["contact"], *(partner.contact.model_dump() for partner in partners)],
        }

    def cover(self, message: Message, recipient: Recipient | None) -> str:
        names = "、".join(partner.office.strip().partition("\n")[0] for partner in self.settings.partners)
        return f"標記について、{names}との連名により、添付のとおりお知らせいたします。"


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [PartnerNotice]
