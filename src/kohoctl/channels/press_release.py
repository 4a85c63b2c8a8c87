"""``press-release``: 報道発表資料, what an office tells the press, mailed to press clubs and papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from kohoctl import Channel, DocumentChannel, DocumentVersion, Message, Problem, Recipient, hookimpl
from kohoctl.channels._moments import in_its_timezone, too_early, written


class PressReleaseVersion(DocumentVersion):
    """What a message may say for a press release."""

    subtitle: str | None = Field(None, description="What stands under the title, in smaller print.")
    embargo: datetime | None = Field(
        None, description="解禁日時: the moment before which nothing is published, 2015-06-01T17:00."
    )
    conference: str | None = Field(None, description="What there is to say of a press conference: 本日17時から….")


class PressRelease(DocumentChannel):
    """The press are the recipients: ``name``, ``email``. The message's attachments are listed as its 添付資料."""

    kind = "press-release"
    version_model = PressReleaseVersion
    document = "報道発表資料"
    template = "press-release"
    addressee = "報道関係者各位"

    def data(self, message: Message, recipient: Recipient | None) -> dict[str, Any]:
        embargo = self._embargo(message)
        return {**super().data(message, recipient), "embargo": embargo.isoformat() if embargo else None}

    def problems(self, message: Message, recipient: Recipient | None) -> Iterable[Problem]:
        embargo = self._embargo(message)
        if embargo and too_early(embargo, message):
            text = "the embargo ends at {embargo}, and the release goes out at {due}"
            values = {"embargo": f"{embargo:%Y-%m-%dT%H:%M}", "due": f"{message.due:%Y-%m-%dT%H:%M}"}
            yield Problem(text, values, field="embargo", hint="name a later moment, or leave it out")

    def cover(self, message: Message, recipient: Recipient | None) -> str:
        embargo = self._embargo(message)
        asked = f"\n【解禁日時】{written(embargo)}まで、報道なさらないよう、お願いいたします。" if embargo else ""
        return f"標記について、添付のとおり発表いたします。{asked}"

    def _embargo(self, message: Message) -> datetime | None:
        embargo = message.version(PressReleaseVersion).embargo
        return in_its_timezone(embargo, message) if embargo else None


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [PressRelease]
