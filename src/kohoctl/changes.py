"""What one version of a campaign file says otherwise than another: pure, delivery by delivery.

Both versions have made-up people in the place of a private list's, so that nobody's name is in what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from enum import StrEnum

from kohoctl.campaign.file import CampaignFile
from kohoctl.earlier import Earlier
from kohoctl.model import Rendition
from kohoctl.plan import slots
from kohoctl.states import Delivery
from kohoctl.wording import EDITION, Slot, Wording

AROUND = 1
"""Lines that a difference shows around what differs."""
_END_OF_SENTENCE = re.compile(r"(?<=[。！？])(?=[^\n」』）])")


class Kind(StrEnum):
    """What became of a delivery from the old version to the new one."""

    NEW = "new"
    CHANGED = "changed"
    """It says something else, goes somewhere else, or at another time."""
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Saying:
    """One delivery as one version of the file has it: what goes out when, and exactly what it would send."""

    slot: Slot
    rendition: Rendition = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One delivery in both versions. There is no ``old`` of what is new, and no ``new`` of what is gone."""

    key: str
    kind: Kind
    old: Saying | None
    new: Saying | None

    @property
    def latest(self) -> Saying:
        """The delivery as it is now, or as it was where it is gone."""
        found = self.new or self.old
        assert found is not None, "a change is of one version or the other"  # noqa: S101 -- see compare
        return found


SlotsOf = Callable[[CampaignFile], Iterable[Slot]]
Clean = Callable[[str], str]
"""Takes out of a text what nobody is to read: what is shown is divided and escaped, and nobody could find it there."""
Changes = Mapping[str, Change]
"""By the delivery's key; in the new version's order, and then what is gone in the old one's."""


def compare(old: CampaignFile | None, new: CampaignFile, slots_of: SlotsOf = slots) -> Changes:
    """What became of every delivery of ``old``, and which are new; all of them where there was no file. With
    ``slots_of``, only of those that it gives of each version."""
    before = dict(_sayings(old, slots_of)) if old else {}
    now = dict(_sayings(new, slots_of))
    changes = {key: _change(key, before.get(key), saying) for key, saying in now.items()}
    return changes | {key: _change(key, saying, None) for key, saying in before.items() if key not in now}


def change_of(changes: Changes, file: CampaignFile, delivery: Delivery) -> Change | None:
    """The change of a delivery of ``file``, in whichever edition; of a private list's, that of a made-up person."""
    *way, last = delivery.key.split("/")
    if file.is_private(delivery.channel):
        way[-1] = file.people[delivery.channel].made_up()[0].id
    return changes.get("/".join([*way, last.partition(EDITION)[0]]))


def texts(saying: Saying, clean: Clean = str) -> dict[str, str]:
    """A delivery as texts to read and to compare, each ``clean`` and under its name: when it goes out, what it says,
    and where it goes; of a file, what it is made of. What is empty is left out."""
    slot, rendition = saying.slot, saying.rendition
    found = {"when": _when(slot), "grace": str(slot.message.grace), **_texts(rendition.content)}
    found |= _texts(rendition.destination, "destination")
    for file in rendition.files:
        found |= _texts({name: value for name, value in file.identity().items() if name != "name"}, file.name)
    return {name: clean(text) for name, text in found.items()}


TIMING = frozenset({"when", "grace"})
"""The texts of a delivery that say when it goes out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one text of a delivery differs: lines that begin with ``-`` where they are old, ``+`` where they are new, and
    a blank where they are around them."""

    name: str
    lines: tuple[str, ...]


def differences(change: Change, clean: Clean = str) -> tuple[Difference, ...]:
    """The texts that differ. They are divided into sentences, since one in Japanese may be a line of any length."""
    old = texts(change.old, clean) if change.old else {}
    new = texts(change.new, clean) if change.new else {}
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        _difference(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)
    )


def _difference(name: str, old: str, new: str) -> Difference:
    compared = unified_diff(_sentences(old), _sentences(new), n=AROUND, lineterm="")
    return Difference(name, tuple(line for line in list(compared)[2:] if not line.startswith("@@")))


def _sentences(text: str) -> list[str]:
    return _END_OF_SENTENCE.sub("\n", text).splitlines()


def _sayings(file: CampaignFile, slots_of: SlotsOf) -> Iterator[tuple[str, Saying]]:
    wording = Wording(file)
    return ((slot.key, Saying(slot, wording.render(slot))) for slot in slots_of(file))


def _change(key: str, old: Saying | None, new: Saying | None) -> Change:
    if old is None or new is None:
        return Change(key, Kind.GONE if new is None else Kind.NEW, old, new)
    is_same = old.rendition.digest == new.rendition.digest and _timing(old.slot) == _timing(new.slot)
    return Change(key, Kind.SAME if is_same else Kind.CHANGED, old, new)


def _timing(slot: Slot) -> tuple[object, ...]:
    return slot.occurrence.due, slot.occurrence.after, slot.message.grace


def _when(slot: Slot) -> str:
    due, after = slot.occurrence.due, slot.occurrence.after
    if after is None:
        return f"{due:%Y-%m-%d %H:%M %Z}" if due else ""
    said = {"after": after.message, "channel": after.channel, "delay": after.delay}  # in the file's own keys
    return ", ".join(f"{key}: {value}" for key, value in said.items() if value)


def _texts(value: object, name: str = "") -> dict[str, str]:
    """What is in ``value``, at any depth, by its name: ``messages.1.text``."""
    if isinstance(value, Mapping):
        inside = [(f"{name}.{key}" if name else str(key), item) for key, item in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inside = [(f"{name}.{number}", item) for number, item in enumerate(value, 1)]
    elif isinstance(value, Earlier):
        return {name: f"{value.key} ({value.part})"}
    else:
        return {} if value is None or value == "" else {name: _word(value)}
    return {below: text for inner, item in inside for below, text in _texts(item, inner).items()}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
