"""What a channel is: a kind's name, its settings, how it renders a message, and how it delivers one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from kohoctl.foreign import foreign
from kohoctl.model import Batch, Form, Message, Receipt, Recipient, Rendition, canonical_json
from kohoctl.settings import Settings, Version
from kohoctl.texts import Limit
from kohoctl.views import FileView, View

if TYPE_CHECKING:
    from kohoctl.transport import Transport


def at_work(channel: Channel) -> foreign:
    """Whatever happens within is the doing of the channel's kind, and is to end within the kind's time limit."""
    return foreign(f"the kind {channel.kind}", channel.time_limit.total_seconds())


def may_resend(channel: Channel, began: datetime, now: datetime) -> bool:
    """Whether the service tells a second delivery from the first, which began at ``began``: where the clock was set
    back since, nobody can tell how long ago that is."""
    return timedelta(0) <= now - began < channel.resend_safe_for


@dataclass(frozen=True)
class Channel:
    """A way out. A kind derives from this, says what it is in the class attributes, and writes the two methods.

    ``name`` and ``owner`` are the channel's own in the campaign file; ``settings`` is the kind's ``settings_model``.
    One object serves several threads at once, so it keeps no state of its own.
    """

    name: str
    owner: str
    settings: Settings

    kind: ClassVar[str]
    """The word after ``kind:`` in the campaign file."""
    settings_model: ClassVar[type[Settings]] = Settings
    """What may be set on a channel of this kind."""
    version_model: ClassVar[type[Version]] = Version
    """What a message may say for a channel of this kind beside its text."""
    concurrency: ClassVar[int] = 1
    """Deliveries at the same time, where the settings name no other number."""
    rate: ClassVar[str | None] = None
    """The service's own limit, such as ``60/hour``."""
    resend_safe_for: ClassVar[timedelta] = timedelta(0)
    """How long the service itself tells a second delivery of one key from a first, so that an unknown may be resent."""
    form: ClassVar[Form] = "published"
    """What a delivery comes to: *published*, or *requested* of a person who then carries it out."""
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)
    """How long ``deliver``, ``find`` or ``artifacts`` may take: an attempt beyond it is *unknown*, and the channel is
    given up for that run."""
    limits: ClassVar[Mapping[str, Limit]] = {}
    """The most that the service takes of each field of a message (``title``, ``body``, ``images``), with the reason."""
    reposts: ClassVar[bool] = False
    """Whether a message may say ``repost:`` on this kind."""

    reissued: ClassVar[bool] = False
    """Whether what went out and says something else now is sent anew, as its next edition: an operators' brief, say."""

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        """What would go out, and to whom. Pure: the same for the same message, and nothing is read or written.

        ``recipient`` is None for a channel without recipients. What a person has to mend first is in ``problems``.
        """
        raise NotImplementedError(f"{type(self).__name__} has no render method")

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        """Send it, through ``transport``, and return the proof.

        Raises `Refused` where the service said no for good and `Unreached` where certainly nothing was sent. Any other
        exception makes the delivery *unknown*: nobody sends it again until somebody made sure.
        """
        raise NotImplementedError(f"{type(self).__name__} has no deliver method")

    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        """Send several at once, each with its key, and return their receipts in the same order.

        Asked for where ``batch_size`` is more than 1. What it raises is the ending of them all, as for ``deliver``.
        """
        raise NotImplementedError(f"{type(self).__name__} has no deliver_batch method")

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        """Whether a delivery whose outcome is unknown did go out: its receipt, or None where it certainly did not.

        ``since`` is when the attempt began. Raise anything where it cannot be told yet: it then stays unknown.
        """
        raise NotImplementedError(f"{type(self).__name__} has no find method")

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        """What would leave, as files by name, for a rehearsal and for readers: no I/O but reading ``rendition.files``.

        ``at`` is the moment of the delivery. Unless a kind says otherwise: the content as JSON, and the files.
        """
        whole = {"destination": rendition.destination, "content": rendition.content}
        pages = {"content.json": canonical_json(whole).encode()}
        return pages | {file.name: file.read() for file in rendition.files}

    def views(self, rendition: Rendition, artifacts: Mapping[str, bytes]) -> Iterable[View]:
        """The delivery as its readers would see it, for the preview: values such as `PostView`, in their order. Pure.

        ``artifacts`` are those of this delivery, made once they are looked at; where a preview holds more than it can
        show, that ends the views. So a kind whose words are enough leaves them alone. Left out: each of them.
        """
        return [FileView(name, content) for name, content in artifacts.items()]

    def batch_size(self) -> int:
        """How many deliveries are made at once at the most; 1 unless a kind writes ``deliver_batch`` and says more."""
        return 1

    def batches(self, folder: Path) -> Iterable[Batch]:
        """The batches that stand below ``folder``, the campaign file's, with files that hold personal data."""
        return ()

    def pace(self) -> str | None:
        """How many deliveries in what time, ``60/hour``: the settings' word, else the kind's; None for no limit."""
        return self.settings.rate or self.rate

    @property
    def can_find(self) -> bool:
        """Whether the kind can look up what became of a delivery."""
        return type(self).find is not Channel.find
