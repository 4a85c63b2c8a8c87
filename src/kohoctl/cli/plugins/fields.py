"""What may be set, in words: the fields of a kind's settings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from kohoctl.settings import Secret

SECRET = ("secret", "mapping of secret", "list of secret")
"""The types that hold nothing but secrets."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One field. ``default`` is as it would be typed, None where the field is needed or has none."""

    name: str
    type: str
    needed: bool
    default: str | None
    secret: bool
    description: str


def settings_of(model: type[BaseModel], beside: type[BaseModel]) -> Iterator[Setting]:
    """The fields of ``model`` that ``beside`` does not have."""
    properties = model.model_json_schema().get("properties", {})
    for name, field in model.model_fields.items():
        if name in beside.model_fields:
            continue
        key = field.alias or name
        words = _words(properties[key])
        default = None if field.is_required() or field.default in (None, ()) else _typed(field.get_default())
        yield Setting(key, words, field.is_required(), default, words in SECRET, field.description or "")


def _typed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _words(schema: Mapping[str, Any]) -> str:
    """What a value may be, from its JSON Schema."""
    if "$ref" in schema:
        return "secret" if schema["$ref"].endswith(f"/{Secret.__name__}") else "mapping"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        words = [_words(choice) for choice in choices if choice.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum") or [schema["const"]]))
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_words(schema.get('items', {}))}"
    if kind == "object" and isinstance(within := schema.get("additionalProperties"), Mapping):
        return f"mapping of {_words(within)}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "mapping"}.get(
        kind, kind
    )
