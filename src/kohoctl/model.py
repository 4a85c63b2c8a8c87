"""The values that travel through kohoctl: frozen, plain, and the same for every channel."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from kohoctl.errors import Refused
from kohoctl.problem import Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

SHORTEST_ASCII = 4
"""Characters of a private text in Latin letters or digits: fewer stand in ids and dates by chance."""
SHORTEST_OTHER = 2
"""Characters of any other private text: a family name in kanji has two."""

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
        return json.dumps(
            value, allow_nan=False, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_json
        )
    except ValueError:
        raise ValueError("a number that is none (NaN), an infinite one and what holds itself are no JSON") from None


def _as_json(value: object) -> object:
    if isinstance(value, Earlier):
        return {"receipt": value.key, "part": value.part}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a rendition: give text, numbers, lists and mappings")


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
class Earlier:
    """A part of an earlier delivery's receipt, filled in when it is there: the id of the post to repost, say."""

    key: str
    part: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of a channel's recipients. Its ``fields`` may be personal data, so only the ``id`` is ever shown."""

    id: str
    fields: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        """The text in the column ``name``, empty where there is no such column."""
        return self.fields.get(name, "")

    @property
    def private_values(self) -> tuple[str, ...]:
        """Its texts, and their parts, as they are looked for in what is to be written down.

        Shorter ones are left out: they are ordinary words, and a record without these would say nothing.
        """
        values = [value for name, value in self.fields.items() if name != "id"]
        parts = {part for value in values for part in (value, *re.split(r"[\s|]+", value))}
        return tuple(part for part in parts if len(part) >= (SHORTEST_ASCII if part.isascii() else SHORTEST_OTHER))


@dataclass(frozen=True, slots=True)
class Message:
    """What one delivery has to say, its facts filled in and the channel's own version chosen.

    ``due`` is when it goes out, in the campaign file's timezone; None while it waits for another message.
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
    attachments: tuple[Asset, ...] = ()
    repost: Earlier | None = None
    own: BaseModel | None = field(default=None, repr=False)

    def version(self, model: type[M]) -> M:
        """The channel's own fields of this message, as the kind's ``Version`` model read them."""
        if not isinstance(self.own, model):
            raise TypeError(f"this message carries {type(self.own).__name__}, not {model.__name__}")
        return self.own


@dataclass(frozen=True)
class Rendition:
    """Exactly what one delivery would send, and to whom.

    ``content`` and ``destination`` hold text, numbers, lists and mappings; nothing secret. ``problems`` are what a
    person has to mend before this can go out: a rendition that has any is never sent.
    """

    content: Mapping[str, Any] = field(repr=False)
    destination: Mapping[str, Any] = field(default_factory=dict, repr=False)
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over content, destination and files, in hexadecimal."""
        whole = {
            "content": self.content,
            "destination": self.destination,
            "files": [file.identity() for file in self.files],
        }
        return hashlib.sha256(canonical_json(whole).encode()).hexdigest()

    @property
    def is_unchanged(self) -> bool:
        """Whether it still is what its digest was made of: a kind may have kept hold of the content."""
        return replace(self).digest == self.digest

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The keys of the earlier deliveries whose receipts this one speaks of."""
        return tuple(sorted({earlier.key for earlier in _earlier_values(self.content)}))

    def with_receipts(self, receipts: Mapping[str, Receipt]) -> Rendition:
        """This rendition with each `Earlier` replaced by the value from its receipt."""
        if not self.needs:
            return self
        filled = _fill(self.content, receipts)
        return Rendition(filled, self.destination, self.files, self.problems)


def _earlier_values(value: object) -> list[Earlier]:
    if isinstance(value, Earlier):
        return [value]
    if isinstance(value, Mapping):
        return [earlier for item in value.values() for earlier in _earlier_values(item)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [earlier for item in value for earlier in _earlier_values(item)]
    return []


def _fill(value: Any, receipts: Mapping[str, Receipt]) -> Any:
    if isinstance(value, Earlier):
        return receipts[value.key].part(value.part)
    if isinstance(value, Mapping):
        return {name: _fill(item, receipts) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_fill(item, receipts) for item in value]
    return value


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
