"""What a sheet's delivery looks like: the views that its kind gives, and the files that they need.

Whatever a kind's code raises costs its own sheet the rest of its views, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

from kohoctl.channel import Channel, at_work
from kohoctl.earlier import Earlier, stand_in
from kohoctl.model import Receipt, Rendition
from kohoctl.preview.files import Folder, Stored
from kohoctl.preview.gathering import Sheet
from kohoctl.redaction import failure
from kohoctl.states import Planned
from kohoctl.views import FileView, PostView, ScriptView, SpaceView, TextView, View, WebPageView, usable_view

MOST_VIEWS = 50
"""Views of one delivery: more than anybody looks at, and an end to those that have none."""
FRAME_LIMIT = 400_000
"""Characters of a web page in a frame, its pictures included; a longer one is shown as the text that it is."""
SPOKEN = "script.wav"
"""The artifact that a machine has to speak first, which takes longer than all else: only where it is asked for."""
SHORTEST_WORDS = 12
"""Characters of what is taken for words, where ids and names stand beside them."""


class LeftOut(Exception):
    """The artifacts of this delivery are not made: the preview holds more than it can show."""


@dataclass(frozen=True)
class Shown:
    """A view with its files as they lie beside the page, in the order in which the view names them."""

    view: View
    files: tuple[Stored, ...] = ()

    @property
    def form(self) -> str:
        """The name of the view, by which the page knows how to draw it."""
        return type(self.view).__name__


@dataclass(frozen=True)
class Drawn:
    """All that is seen of a sheet: ``failure`` says why there is no more, ``left_out`` that files were not made."""

    sample: Planned | None
    shown: tuple[Shown, ...] = ()
    failure: str = ""
    left_out: bool = False


class Artist:
    """Draws one sheet after another, and puts their files into ``folder``. Of the first ``made_at_most`` sheets that
    need files, these are made; the others are shown by their words alone. Where a script is not to be ``heard`` anew,
    it has the sound that an earlier preview left in the folder, if any."""

    def __init__(self, folder: Folder, now: datetime, made_at_most: int | None, *, heard: bool = False) -> None:
        self._folder = folder
        self._now = now
        self._left = made_at_most
        self._without = () if heard else (SPOKEN,)

    def draw(self, sheet: Sheet) -> Drawn:
        """What the first delivery of ``sheet`` looks like."""
        if not sheet.planned:
            return Drawn(None)
        sample = sheet.planned[0]
        shown: list[Shown] = []
        private = sample.recipient.private_values if sample.recipient else ()
        try:
            for view in self._views(sheet.channel, sample):
                shown.append(self._put_down(view))
        except LeftOut:
            return Drawn(sample, tuple(shown or _words(sample.rendition)), left_out=True)
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs this sheet's views and no others
            return Drawn(sample, tuple(shown or _words(sample.rendition)), failure(error, private))
        return Drawn(sample, tuple(shown))

    def _views(self, channel: Channel, sample: Planned) -> Iterator[View]:
        """The views, each of them usable; asked for bit by bit, so that what comes before a failure is kept."""
        artifacts = _Artifacts(lambda: self._made(channel, sample), self._without)
        with at_work(channel):
            given = iter(channel.views(sample.rendition, artifacts))
        for _ in range(MOST_VIEWS):
            with at_work(channel):
                view = next(given, None)
            if view is None:
                return
            yield usable_view(view, type(channel).__name__)

    def _made(self, channel: Channel, sample: Planned) -> Mapping[str, bytes]:
        if self._left == 0:
            raise LeftOut
        if self._left is not None:
            self._left -= 1
        rendition = sample.rendition
        receipts = {key: Receipt(channel.form, key, stand_in(Earlier(key, "url"))) for key in rendition.needs}
        at = sample.delivery.due or self._now
        return channel.artifacts(rendition.with_receipts(receipts), sample.delivery.key, at)

    def _put_down(self, view: View) -> Shown:
        match view:
            case FileView():
                return Shown(view, (self._folder.put(view.name, view.content, view.alt),))
            case PostView():
                return Shown(view, tuple(self._folder.put(one.name, one.content, one.alt) for one in view.pictures))
            case ScriptView():
                mark = repr((view.text, view.reading, view.measure))
                sound = self._folder.keep(SPOKEN, mark, view.sound)
                return Shown(view, (sound,) if sound else ())
            case WebPageView(html=html) if len(html) > FRAME_LIMIT:
                return self._put_down(FileView("page.html", html.encode("utf-8", "replace")))
            case SpaceView():
                return Shown(view, (self._folder.put(view.name, view.content),))
        return Shown(view)


class _Artifacts(Mapping[str, bytes]):
    """What a delivery would leave, made when it is first looked at, ``without`` the files of these names."""

    def __init__(self, make: Callable[[], Mapping[str, bytes]], without: Collection[str] = ()) -> None:
        self._make = make
        self._without = without

    @cached_property
    def _made(self) -> Mapping[str, bytes]:
        return self._make()

    def __getitem__(self, name: str) -> bytes:
        if name in self._without:
            raise KeyError(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._made if name not in self._without)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _words(rendition: Rendition) -> Iterator[Shown]:
    """The rendition's own words, where its kind gave no view of it: no ids and no markup, and nothing twice."""
    texts = list(dict.fromkeys(islice(_texts(rendition.content), MOST_VIEWS)))
    long = [text for text in texts if len(text) >= SHORTEST_WORDS and not text.lstrip().startswith("<")]
    told = [text for text in long if not any(text in other for other in long if text != other)]
    return (Shown(TextView(text)) for text in told or texts)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            yield from _texts(item)
