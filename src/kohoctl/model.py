"""The values that travel through kohoctl: frozen, plain, and the same for every channel."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar, runtime_checkable

from kohoctl.earlier import Earlier, earlier_in, filled
from kohoctl.errors import Refused
from kohoctl.problem import Place, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

SHORTEST_ASCII = 4
"""Characters of a private text in Latin letters or digits: fewer stand in ids and dates by chance."""
SHORTEST_OTHER = 2
"""Characters of any other private text: a family name in kanji has two."""
_SEPARATORS = re.compile(r"[\s()+\-‐‑‒–—―−ー]")
"""What stands between the digits of a telephone number, a postcode or an account."""

Form = Literal["published", "requested"]
"""*Published* where the public can see it, *requested* where a person now carries it out."""

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can hold. (Contents of renditions, receipts and ledger events are of this type.)"""

M = TypeVar("M", bound="BaseModel")


def canonical_json(value: object) -> str:
    """``value`` as JSON that is the same for equal values: keys sorted, no spaces, no escapes for Japanese.

    Raises ValueError or TypeError for what JSON cannot hold.
    """
    try:
        return _CANONICAL.encode(value)
    except ValueError:
        raise ValueError("a number that is none (NaN), an infinite one and what holds itself are no JSON") from None


def _as_json(value: object) -> object:
    if isinstance(value, Earlier):
        return {"receipt": value.key, "part": value.part}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a rendition: give text, numbers, lists and mappings")


_CANONICAL = json.JSONEncoder(
    allow_nan=False, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_json
)


class File(Protocol):
    """Something that goes out beside the text: a picture, or a document made when it is needed."""

    @property
    def name(self) -> str:
        """The file's name as the recipient sees it."""

    @property
    def media_type(self) -> str:
        """Such as ``image/png``."""

    def identity(self) -> Mapping[str, Json]:
        """What tells this file's bytes from any other's, without making them; a part of the rendition's digest."""

    def read(self) -> bytes:
        """The bytes: the same each time."""


@runtime_checkable
class SpeaksOfEarlier(Protocol):
    """A file whose identity may name parts of earlier receipts."""

    def with_parts(self, part_of: Callable[[Earlier], str]) -> Self:
        """The same file with each of them in its place."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that stands beside the campaign file, as it was when the campaign file was read.

    ``size`` is in bytes, ``sha256`` in hexadecimal; ``alt`` is the text for those who cannot see a picture.
    """

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str
    alt: str | None = None

    def identity(self) -> Mapping[str, Json]:
        return {"name": self.name, "type": self.media_type, "sha256": self.sha256, "alt": self.alt}

    def read(self) -> bytes:
        """The bytes that were there when the file was read. Raises `Refused` where they have changed since."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise Refused(f"{self.name} cannot be read any more: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise Refused(f"{self.name} has changed since the campaign file was read; run again to send the new one")
        return content


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of a channel's recipients. Its ``fields`` may be personal data, so only the ``id`` is ever shown.

    A person of a private list also has ``problems``, what is wrong with the row; ``places``, where its fields stand;
    and ``salt``, which nobody else knows and which is a part of what is digested, so that no digest can be guessed.
    """

    id: str
    fields: Mapping[str, str] = field(repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
    salt: str = field(default="", repr=False)

    def __getitem__(self, name: str) -> str:
        """The text in the column ``name``, empty where there is no such column."""
        return self.fields.get(name, "")

    @property
    def private_values(self) -> tuple[str, ...]:
        """Its texts, their parts and other ways to write them, as they are looked for in what is to be written down.

        Shorter ones are left out: they are ordinary words, and a record without these would say nothing.
        """
        values = [value for value in self.fields.values() if value != self.id]
        parts = {part for value in values for part in _ways_to_write(value)}
        return tuple(part for part in parts if len(part) >= (SHORTEST_ASCII if part.isascii() else SHORTEST_OTHER))


def _ways_to_write(text: str) -> Iterator[str]:
    """``text``, its parts, both in their usual width; without spaces; and a number's digits, also as they stand behind
    a country's code."""
    usual = unicodedata.normalize("NFKC", text)
    for written in {text, usual}:
        yield from (written, *re.split(r"[\s|]+", written), "".join(written.split()))
    digits = _SEPARATORS.sub("", usual)
    if digits.isdecimal():
        yield from (digits, digits.removeprefix("0"))


@dataclass(frozen=True, slots=True)
class Message:
    """What one delivery has to say, its facts filled in and the channel's own version chosen.

    ``due`` is when it goes out, in the campaign file's timezone; None while it waits for another message.
    ``attachments`` are files that stand beside the campaign file, and documents that are made from its facts.
    ``repost`` stands where the message passes on another message's post.
    """

    campaign: str
    campaign_title: str
    owner: str
    id: str
    title: str
    body: str
    due: datetime | None
    images: tuple[Asset, ...] = ()
    attachments: tuple[File, ...] = ()
    repost: Earlier | None = None
    own: BaseModel | None = field(default=None, repr=False)

    def version(self, model: type[M]) -> M:
        """The channel's own fields of this message, as the kind's ``Version`` model read them."""
        if not isinstance(self.own, model):
            name = model.__name__
            raise TypeError(f"this message has no {name}; in a test, give it: message(…, own={name}(…))")
        return self.own


@dataclass(frozen=True, slots=True)
class Task:
    """What a person is asked to carry out.

    ``places`` are counted one by one, a ministry's facilities, say; a task without them has one place that needs no
    name. ``days`` are those on which it is to be seen or heard; ``onwards`` where it goes on after the last of them.
    ``reply_by`` is the day by which the person says what became of it.
    """

    places: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    reply_by: date | None = None
    onwards: bool = False


@dataclass(frozen=True)
class Rendition:
    """Exactly what one delivery would send, and to whom.

    ``content`` and ``destination`` hold text, numbers, lists and mappings; nothing secret. ``problems`` are what a
    person has to mend before this can go out: a rendition that has any is never sent. ``task`` is what a person then
    carries out, where one does: it is said in the content too, so that the digest does not cover it. ``salt`` is that
    of a private list's people.
    """

    content: Mapping[str, Any] = field(repr=False)
    destination: Mapping[str, Any] = field(default_factory=dict, repr=False)
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()
    task: Task | None = None
    salt: str = field(default="", repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over content, destination and files, in hexadecimal."""
        whole = {
            "content": self.content,
            "destination": self.destination,
            "files": [file.identity() for file in self.files],
            **({"salt": self.salt} if self.salt else {}),
        }
        return hashlib.sha256(canonical_json(whole).encode()).hexdigest()

    @property
    def is_unchanged(self) -> bool:
        """Whether it still is what its digest was made of: a kind may have kept hold of the content."""
        return replace(self).digest == self.digest

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The keys of the earlier deliveries whose receipts this one speaks of."""
        said = [self.content, *(file.identity() for file in self.files if isinstance(file, SpeaksOfEarlier))]
        return tuple(sorted({earlier.key for earlier in earlier_in(said)}))

    def with_receipts(self, receipts: Mapping[str, Receipt]) -> Rendition:
        """This rendition with the parts of earlier receipts in their places. Raises `Refused` where one is lacking."""
        if not self.needs:
            return self

        def part_of(earlier: Earlier) -> str:
            return receipts[earlier.key].part(earlier.part)

        files = tuple(file.with_parts(part_of) if isinstance(file, SpeaksOfEarlier) else file for file in self.files)
        return replace(self, content=filled(self.content, part_of), files=files)


@dataclass(frozen=True, slots=True)
class Batch:
    """Files with personal data that a channel has made for several deliveries at once, so that they can be removed.

    ``keys`` are those of the deliveries; there are none where it was never finished, which nobody may use.
    """

    name: str
    files: tuple[Path, ...]
    keys: tuple[str, ...]
    made: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a delivery was made.

    ``form`` is *published* where the public can see it now, *requested* where a person now carries it out.
    ``answer`` keeps what the service said that one may need later: request ids, the name of a file.
    """

    form: Form
    id: str | None = None
    url: str | None = None
    answer: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def published(cls, id: str | None = None, url: str | None = None, **answer: Json) -> Receipt:
        """A receipt for something that the public can now see."""
        return cls("published", id, url, answer)

    @classmethod
    def requested(cls, id: str | None = None, url: str | None = None, **answer: Json) -> Receipt:
        """A receipt for a request that a person will now carry out."""
        return cls("requested", id, url, answer)

    def part(self, name: str) -> str:
        """``id``, ``url`` or a named part of the answer, as text. Raises `Refused` where the receipt lacks it."""
        found = {"id": self.id, "url": self.url, **self.answer}.get(name)
        if found is None:
            raise Refused(f"the earlier delivery's receipt has no {name}")
        return str(found)

    def as_json(self) -> dict[str, Json]:
        """The receipt as it stands in the ledger."""
        return {"form": self.form, "id": self.id, "url": self.url, "answer": dict(self.answer)}
