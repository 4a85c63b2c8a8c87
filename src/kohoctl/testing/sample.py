"""What a kind is tried with where its author says nothing: settings, a message, and made-up secrets."""

from __future__ import annotations

import hashlib
import json
import struct
import types
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from annotated_types import Ge
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from kohoctl.campaign.assets import AssetReader
from kohoctl.model import Asset, Message
from kohoctl.settings import Secret, ServiceUrl, Version
from kohoctl.testing.broken import Broken

DUE = datetime(2015, 6, 4, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
OWNER = "厚生労働省"
TITLE = "不審な電話にご注意ください"
BODY = "日本年金機構の職員をかたる不審な電話にご注意ください。"
LONGEST_NAME_PART = 6
"""Characters of a text in a secret's JSON below which it is no secret of its own: a user name, say."""


def message(
    title: str = TITLE,
    body: str = BODY,
    *,
    due: datetime | None = DUE,
    images: Sequence[Asset] = (),
    attachments: Sequence[Asset] = (),
    own: Version | None = None,
) -> Message:
    """A message of a sample campaign, as a channel's ``render`` gets it. ``own`` is the kind's ``Version``."""
    return Message(
        campaign="sample",
        campaign_title="不審な電話への注意喚起",
        owner=OWNER,
        id="warning",
        title=title,
        body=body,
        due=due,
        images=tuple(images),
        attachments=tuple(attachments),
        own=own if own is not None else Version(),
    )


def picture(folder: Path, name: str = "picture.png", alt: str | None = "電話を切る人の絵") -> Asset:
    """A made-up file in ``folder``: a small PNG, or a PDF where ``name`` says so."""
    content = _PDF if name.endswith(".pdf") else _png(name)
    (folder / name).write_bytes(content)
    return AssetReader(folder).read(name, alt)


_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _png(name: str) -> bytes:
    """One point of a colour that comes of ``name``, so that two pictures differ."""
    colour = hashlib.sha256(name.encode()).digest()[:3]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" + colour))
        + chunk(b"IEND", b"")
    )


@dataclass(frozen=True)
class Place:
    """Where a kind is tried: the service's address, the folder that its secrets are kept in, and the texts of those
    whose form matters."""

    service: str
    folder: Path
    secrets: Mapping[str, str]

    def filled(self, value: Any) -> Any:
        """``value`` with ``{service}`` and ``{host}`` in its texts replaced by the service's address."""
        if isinstance(value, str):
            host = self.service.partition("//")[2]
            return value.replace("{service}", self.service).replace("{host}", host)
        if isinstance(value, Mapping):
            return {name: self.filled(item) for name, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [self.filled(item) for item in value]
        return value

    def keep(self, name: str) -> dict[str, str]:
        """Put the secret ``name`` into a file, and return how it is typed."""
        text = self.filled(self.secrets.get(name, canary(name)))
        (self.folder / f"secret-{name}").write_text(text, encoding="utf-8")
        return {"file": f"secret-{name}"}

    def canaries(self) -> list[str]:
        """What must not be found anywhere: the secrets that are kept, and the texts in those that are JSON objects."""
        kept = [file.read_text(encoding="utf-8") for file in sorted(self.folder.glob("secret-*"))]
        return [part for text in kept for part in (text, *_parts(text))]


def canary(name: str) -> str:
    """A made-up secret, always the same for the same ``name``."""
    return "canary" + hashlib.sha256(name.encode()).hexdigest()[:24]


def _parts(secret: str) -> list[str]:
    try:
        fields = json.loads(secret)
    except ValueError:
        return []
    texts = [value for value in fields.values() if isinstance(value, str)] if isinstance(fields, dict) else []
    return [text for text in texts if len(text) > LONGEST_NAME_PART]


def completed(
    model: type[BaseModel],
    said: Mapping[str, Any],
    place: Place,
    beside: type[BaseModel] | None = None,
    within: str = "",
) -> dict[str, Any]:
    """What would be typed for ``model``: what is ``said``, and what is worked out for its other fields.

    A field that ``beside`` has too is left out unless it is said. Raises `Broken` where nothing can be worked out.
    """
    typed: dict[str, Any] = {}
    for field_name, field in model.model_fields.items():
        key = field.alias or field_name
        name = f"{within}{key}"
        if key in said:
            inner = model_in(field.annotation)
            is_open = inner is not None and isinstance(said[key], Mapping)
            typed[key] = completed(inner, said[key], place, within=f"{name}.") if is_open and inner else said[key]
        elif beside is not None and field_name in beside.model_fields:
            continue
        elif field.examples:
            typed[key] = field.examples[0]
        elif field.is_required() or _is_service_url(field.annotation, field.metadata):
            typed[key] = _value(field.annotation, field.metadata, name, place)
    return {**typed, **{key: value for key, value in said.items() if key not in typed}}


def others(field: FieldInfo, value: Any, place: Place) -> Iterator[Any]:
    """Other values for a field than ``value``, as they would be typed; not every one need be right."""
    choices = [*map(place.filled, field.examples or ()), *_choices(field.annotation)]
    yield from (choice for choice in choices if choice != value)
    if _is_service_url(field.annotation, field.metadata):
        yield f"{value}/elsewhere"
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, 2 * value, value / 2)
    elif isinstance(value, str) and not choices:
        yield f"{value}2"


def _choices(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field's value is of, if it is of one; no `Secret`, which is always typed as it is."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return None if annotation is Secret else annotation
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        return next((model for part in get_args(annotation) if (model := model_in(part))), None)
    return None


def is_secret(field: FieldInfo) -> bool:
    """Whether a field holds a secret, and nothing else."""
    return Secret in (field.annotation, *get_args(field.annotation))


_IS_SERVICE_URL = next(one for one in get_args(ServiceUrl) if isinstance(one, AfterValidator))


def _is_service_url(annotation: Any, metadata: Sequence[Any]) -> bool:
    return _IS_SERVICE_URL in metadata or any(
        _is_service_url(part, getattr(part, "__metadata__", ())) for part in get_args(annotation)
    )


def _value(annotation: Any, metadata: Sequence[Any], name: str, place: Place) -> Any:
    """What may be typed for a value of this type. Raises `Broken` where that cannot be told."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(inner[0], inner[1:], name, place)
    if _IS_SERVICE_URL in metadata:
        return place.service
    if origin in (Union, types.UnionType):
        return _value(next(part for part in inner if part is not type(None)), (), name, place)
    if origin is Literal:
        return inner[0]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        keys = [known.removeprefix(f"{name}.") for known in place.secrets if known.startswith(f"{name}.")] or ["first"]
        return {key: _value(inner[1], (), f"{name}.{key}", place) for key in keys}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return [_value(inner[0], (), f"{name}.first", place)]
    if isinstance(annotation, type):
        return _simple(annotation, metadata, name, place)
    raise _cannot_work_out(name)


def _simple(annotation: type, metadata: Sequence[Any], name: str, place: Place) -> Any:
    if annotation is Secret:
        return place.keep(name)
    if issubclass(annotation, BaseModel):
        return completed(annotation, {}, place, within=f"{name}.")
    if issubclass(annotation, Enum):
        return next(iter(annotation)).value
    bounds: list[Any] = [part.ge for part in metadata if isinstance(part, Ge)]
    usual: dict[type, Any] = {bool: False, int: 1, float: 1.0, str: "sample", date: DUE.date(), datetime: DUE}
    usual |= {time: DUE.time(), Path: "sample"}
    if annotation not in usual:
        raise _cannot_work_out(name)
    return bounds[0] if bounds else usual[annotation]


def _cannot_work_out(name: str) -> Broken:
    return Broken(
        f"a value for the setting {name}, to try the kind with",
        "its type does not tell what may be typed",
        f'give the field an example, Field(examples=[…]), or say settings = {{"{name}": …}} in the Contract',
    )
