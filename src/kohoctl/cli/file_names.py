"""The names in a campaign file for completing them: read from its YAML alone, so that it takes no time."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from kohoctl.campaign.problems import Problems
from kohoctl.campaign.tree import Items, Node, build

ROWS = 5000
"""Recipients of a list that are read for their ids."""
DAYS = 366
"""Days of a span that are counted out."""

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "月", "火", "水", "木", "金", "土", "日"]


@dataclass(frozen=True)
class FileNames:
    """A campaign file's tree and folder; the messages are those of ``campaign`` alone where one is given."""

    tree: Node
    folder: Path
    campaign: str | None

    @classmethod
    def read(cls, path: Path, campaign: str | None = None) -> FileNames:
        """The file at ``path``. Raises OSError or `BadFile` where it cannot be read."""
        tree = build(path.read_text(encoding="utf-8-sig"), Problems(""))
        return cls(tree if isinstance(tree, Node) else Node(), path.parent, campaign)

    def campaigns(self) -> Iterator[str]:
        """The ids of the campaigns."""
        return iter(_mapping(self.tree, "campaigns"))

    def channels(self) -> Iterator[str]:
        """The names of the channels."""
        return iter(_mapping(self.tree, "channels"))

    def owners(self) -> Iterator[str]:
        """Who answers for the channels."""
        return (owner for one in _mapping(self.tree, "channels").values() if (owner := _text(one, "owner")))

    def messages(self) -> Iterator[str]:
        """The ids of the messages."""
        return (id for _, id, _ in self._messages())

    def recipients(self) -> Iterator[str]:
        """The ids of the recipients of all lists but the private ones."""
        for listed in _mapping(self.tree, "recipients"):
            yield from self._ids(listed) or ()

    def print_runs(self) -> Iterator[str]:
        """The print runs of letters that are there."""
        for channel in _mapping(self.tree, "channels").values():
            if _text(channel, "kind") == "letter":
                places = (self.folder / (_text(channel, "folder") or "print")).glob("[!.]*.csv")
                yield from sorted(place.stem for place in places if place.with_suffix(".pdf").exists())

    def keys(self) -> Iterator[str]:
        """The deliveries' keys, as far as they can be told without working out a calendar: to the last ``/`` then."""
        for campaign, id, message in self._messages():
            labels = list(_labels(message.get("when"))) or [""]
            for channel in _ways(message):
                listed = _text(_mapping(self.tree, "channels").get(channel), "recipients")
                ids = self._ids(listed) if listed else [None]
                if ids is None:
                    yield f"{campaign}/{id}/{channel}/"
                    continue
                for one in ids:
                    who = f"{one}/" if one else ""
                    yield from (f"{campaign}/{id}/{channel}/{who}{label}" for label in labels)

    def _messages(self) -> Iterator[tuple[str, str, Node]]:
        for name, campaign in _mapping(self.tree, "campaigns").items():
            if self.campaign in (None, name):
                for id, message in _mapping(campaign, "messages").items():
                    if isinstance(message, Node):
                        yield name, id, message

    def _ids(self, listed: str) -> list[str] | None:
        """The ids of a list, None where they are nobody's to know, or cannot be read."""
        found = _mapping(self.tree, "recipients").get(listed)
        if isinstance(found, Items):
            return [id for row in found if (id := _text(row, "id"))]
        name = _text(found, "file")
        if name is None or (isinstance(found, Node) and "key" in found):
            return None
        for encoding in ("utf-8-sig", "cp932"):
            try:
                with (self.folder / name).open(encoding=encoding, newline="") as file:
                    return [row["id"] for row in islice(csv.DictReader(file), ROWS)]
            except (OSError, KeyError, UnicodeDecodeError):
                continue
        return None


def _mapping(tree: Any, key: str) -> Node:
    found = tree.get(key) if isinstance(tree, Node) else None
    return found if isinstance(found, Node) else Node()


def _text(tree: Any, key: str) -> str | None:
    found = tree.get(key) if isinstance(tree, Node) else None
    return found if isinstance(found, str) else None


def _ways(message: Node) -> list[str]:
    ways = message.get("channels")
    return [way for way in ways if isinstance(way, str)] if isinstance(ways, Items | Node) else []


def _labels(when: Any) -> Iterator[str]:
    """The last parts of the keys of a message; none where only a calendar tells them."""
    if isinstance(when, Node) and (after := _text(when, "after")):
        yield f"after-{after}"
        return
    moments = list(_moments(when))
    on_day = Counter(day for day, _ in moments)
    yield from (day if on_day[day] == 1 else f"{day}T{at}" for day, at in moments)


def _moments(when: Any) -> Iterator[tuple[str, str]]:
    """Days and times, as they are written."""
    if isinstance(when, Node):
        times = when.get("at")
        for day in _days(when):
            for at in times if isinstance(times, Items) else [times]:
                yield day, str(at).zfill(5)
        return
    for typed in when if isinstance(when, Items) else [when]:
        if isinstance(typed, str) and (found := _MOMENT.match(typed)):
            yield found[1], found[2]


def _days(when: Node) -> Iterator[str]:
    """The days of a ``when`` that neither an offset nor a calendar moves."""
    if "offset" in when or "calendar" in when:
        return
    if isinstance(listed := when.get("days"), Items):
        yield from (day for day in listed if isinstance(day, str) and _DAY.fullmatch(day))
        return
    first, last = date.fromisoformat(when["from"]), date.fromisoformat(when["to"])
    weekdays = when.get("weekdays")
    wanted = {_WEEKDAYS.index(day) % 7 for day in weekdays} if isinstance(weekdays, Items) else set(range(7))
    left_out = when.get("except") or ()
    for count in range(min((last - first).days + 1, DAYS)):
        day = first + timedelta(days=count)
        if day.weekday() in wanted and day.isoformat() not in left_out:
            yield day.isoformat()
