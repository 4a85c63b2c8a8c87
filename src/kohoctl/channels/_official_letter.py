"""An official letter from one office to others: 依頼文書, with its number, or 事務連絡, without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from kohoctl import DocumentChannel, DocumentSettings, DocumentVersion, Message, Problem, Recipient


class OfficialLetterSettings(DocumentSettings):
    """What a channel of official letters may set."""

    form: Literal["依頼文書", "事務連絡"] = Field(
        "依頼文書", description="依頼文書 bears a number and the office's seal or （公印省略）, 事務連絡 neither."
    )
    sealed: bool = Field(False, description="Whether the office's seal is put on it; （公印省略） stands there if not.")


class OfficialLetterVersion(DocumentVersion):
    """What a message may say for an official letter."""

    number: str | None = Field(None, description="文書番号: 年管企発0605第1号. An 依頼文書 needs one.")
    items: tuple[str, ...] = Field((), description="What stands under 記, a point each.")


class OfficialLetter(DocumentChannel):
    """A letter by the template ``letter``. A kind that derives from this says what else stands under 記."""

    settings: OfficialLetterSettings
    settings_model: ClassVar[type[OfficialLetterSettings]] = OfficialLetterSettings
    version_model: ClassVar[type[OfficialLetterVersion]] = OfficialLetterVersion
    template = "letter"

    @property
    def called(self) -> str:
        return self.settings.form

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        data = super().data(message, recipient)
        enclosed = [{"text": "添付資料", "below": data["attachments"]}] if data["attachments"] else []
        return {
            **data,
            "form": self.settings.form,
            "sealed": self.settings.sealed,
            "number": data["number"] or "",
            "items": [*self.points(recipient), *data["items"], *enclosed],
        }

    def points(self, recipient: Recipient | None) -> Iterable[Mapping[str, Any]]:
        """The points that stand under 記 before those of the message."""
        return ()

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        if self.settings.form == "依頼文書" and not message.version(OfficialLetterVersion).number:
            text, hint = "an 依頼文書 bears a number, and this one has none", "number: 年管企発0605第1号"
            yield Problem(text, field="number", hint=hint)

    def cover(self, message: Message, recipient: Recipient | None) -> str:
        return f"標記について、添付の{self.called}のとおり、お願いいたします。"
