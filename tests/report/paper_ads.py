"""A kind that asks papers to print an advertisement, some of them a day later than the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kohoctl import Channel, Message, Recipient, Rendition, Settings, Task, Version, hookimpl


class PaperAdVersion(Version):
    printed_on: tuple[date, ...] = ()
    onwards: bool = False


class PaperAd(Channel):
    kind = "paper-ad"
    form = "requested"
    settings_model = Settings
    version_model = PaperAdVersion

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        version = message.version(PaperAdVersion)
        later = timedelta(days=int(recipient["later"] or 0) if recipient else 0)
        days = tuple(day + later for day in version.printed_on)
        content = {"title": message.title, "days": [day.isoformat() for day in days]}
        return Rendition(
            content, {"to": recipient["email"] if recipient else ""}, task=Task((), days, None, version.onwards)
        )


@hookimpl
def kohoctl_channels() -> Iterable[type[Channel]]:
    return [PaperAd]
