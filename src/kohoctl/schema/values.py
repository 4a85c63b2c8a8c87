"""From pydantic's JSON Schema of a model to one that an editor can use for a campaign file.

kohoctl reads every value as the text that was typed, and an editor reads YAML: ``0120`` is text to the one and a number
to the other. So wherever text may stand, a number and a truth may too, and a number may stand in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from kohoctl.schema.language import Language

Json = dict[str, Any]

_WHOLE = "^[+-]?[0-9]+$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_TRUTH = "^(true|True|TRUE|false|False|FALSE)$"
_FACT = r"\{\{"
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_OFFSET = "([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
_FORMATS = {
    "date": (_DAY, "a day is a year, a month and a day: 2015-06-05"),
    "date-time": (
        rf"{_DAY[:-1]}([Tt ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]+)?)? ?{_OFFSET})?$",
        "a moment is a day and a time: 2015-06-04T10:00",
    ),
}
"""A pattern and a mistake in place of a ``format``, under which editors ask for more than kohoctl does."""
_NOT_JAVASCRIPT = re.compile(r"\\[wWbBAzZpP]|\(\?[^:=!<]|\(\?<[^=!]|&&|\[\[:")
"""What a pattern of Python's or Rust's may hold, and JavaScript reads otherwise or not at all."""
_PLAINLY: tuple[tuple[str, Callable[[str], object]], ...] = (
    (_TRUTH, lambda word: word.lower() == "true"),
    (_WHOLE, int),
    (_NUMBER, float),
)
"""How YAML 1.2 reads text without quotes."""
_IN_QUOTES = {
    "integer": ("^[+-]?[0-9]+(_[0-9]+)*$", "this is to be a whole number"),
    "number": (_NUMBER, "this is to be a number"),
    "boolean": (_TRUTH, "this is to be true or false"),
}
_NUMBERS = tuple(digit * count for digit in "19" for count in range(1, 65))
_TRUTHS = ("true", "false")
MODELS = 256
"""Models, and patterns in them, of which what was found out is kept: several times what all kinds have."""
UNLIKE = {"title": ""}
"""Tells one form from the others: of forms that are all alike, yaml-language-server shows titles that are not there."""
NOTHING: Json = {"not": {"type": ["string", "number", "boolean", "object", "array"]}, **UNLIKE}
"""By ruling out the other types: an editor proposes true, false and null where a list of types has them."""
_KEPT = {
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("required", "minProperties", "maxProperties", "dependencies"),
}


@dataclass(frozen=True, slots=True)
class _Around:
    """What a part of a model's JSON Schema is read with. ``facts`` is whether a ``{{ fact }}`` may stand for a value;
    ``inside`` are the names of the definitions that the part is in."""

    language: Language
    definitions: Mapping[str, Json]
    facts: bool
    inside: frozenset[str] = frozenset()


def of_model(model: type[BaseModel], language: Language, *, facts: bool = False) -> Json:
    """What a campaign file may say for ``model``; with ``facts``, a ``{{ fact }}`` for any value too.

    Raises whatever a plugin's model raises.
    """
    whole = _whole(model)
    return _read(whole, _Around(language, whole.get("$defs", {}), facts))


@lru_cache(MODELS)
def _whole(model: type[BaseModel]) -> Json:
    """The model's own JSON Schema. It is read and never changed."""
    return model.model_json_schema()


def text(pattern: str | None = None, **more: Any) -> Json:
    """Text, or what YAML takes for a number or a truth, where it may fit ``pattern``."""
    typed = {"type": "string", **({"pattern": pattern} if pattern else {}), **more}
    others = [
        *([] if _fits(pattern, _NUMBERS) else ["number"]),
        *([] if _fits(pattern, _TRUTHS) else ["boolean"]),
    ]
    if len(others) == len(("number", "boolean")):
        return typed
    return {"anyOf": [typed, {"not": {"type": ["string", "object", "array", "null", *others]}, **UNLIKE}]}


def one_of(words: Iterable[object], meanings: Iterable[str] = (), **more: Any) -> Json:
    """One of some words, each with its meaning where any has one."""
    listed, said = list(words), list(meanings)
    twins = [twin for word in listed if isinstance(word, str) and (twin := _plainly(word)) is not None]
    return {"enum": [*listed, *twins], **({"enumDescriptions": said} if any(said) else {}), **more}


def _read(schema: Json | bool, around: _Around) -> Json:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    schema, around = _looked_up(schema, around)
    said = around.language.description(schema)
    if "enum" in schema or "const" in schema:
        return _choice(schema, around) | said
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return _either(choices, around) | _proposed(schema) | said
    make = _MAKERS.get(schema.get("type", ""))
    made = make(schema, around) if make else {}
    rules = {key: _rule(schema[key], around) for key in ("if", "then", "else") if key in schema}
    return made | _proposed(schema) | _mistakes(schema, around) | rules | said


def _looked_up(schema: Json, around: _Around) -> tuple[Json, _Around]:
    """``schema`` with the definition that it refers to in place of the reference; nothing in place of one that it is
    inside of, or there would be no end."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        found = {} if name in around.inside else around.definitions.get(name, {})
        schema = found | {key: value for key, value in schema.items() if key != "$ref"}
        around = replace(around, inside=around.inside | {name})
    return schema, around


def _choice(schema: Json, around: _Around) -> Json:
    words = schema.get("enum") or [schema["const"]]
    chosen = one_of(words, schema.get("enumDescriptions", ())) | _mistakes(schema, around)
    quoted = "|".join([f"^{word}$" for word in words if type(word) is int] + [_FACT] * around.facts)
    return {"anyOf": [chosen, {"type": "string", "pattern": quoted}]} if quoted else chosen | _proposed(schema)


def _either(choices: list[Json], around: _Around) -> Json:
    """One of several forms. No value at all is no form of its own where another can have it."""
    empty = any(choice.get("type") == "null" for choice in choices)
    forms: list[Json] = []
    for choice in choices:
        form = _read(choice, around) if choice.get("type") != "null" else None
        for one in () if form is None else form["anyOf"] if set(form) == {"anyOf"} else [form]:
            if one not in forms:
                forms.append(one)
    if not empty:
        return forms[0] if len(forms) == 1 else {"anyOf": forms}
    return or_nothing(forms[0] if len(forms) == 1 else {"anyOf": forms})


def or_nothing(form: Json) -> Json:
    """The form, or no value at all."""
    if "type" in form and "enum" not in form:
        return form | {"type": [*([form["type"]] if isinstance(form["type"], str) else form["type"]), "null"]}
    return {"anyOf": [*(form["anyOf"] if set(form) == {"anyOf"} else [form]), NOTHING]}


def _text(schema: Json, around: _Around) -> Json:
    pattern: str | None = schema.get("pattern")
    more: Json = _mistakes(schema, around)
    if schema.get("format") in _FORMATS and not pattern:
        pattern, said = _FORMATS[schema["format"]]
        more = {"patternErrorMessage": around.language.line(said)}
    if pattern is not None and not _is_common(pattern):
        pattern = None
    limits = {key: schema[key] for key in _KEPT["string"] if key in schema}
    if around.facts and limits:
        more |= {"if": {"not": {"pattern": _FACT}}, "then": limits}
    elif not around.facts:
        more |= limits
    return text(f"{pattern}|{_FACT}" if around.facts and pattern else pattern, **more)


def _number(schema: Json, around: _Around) -> Json:
    limits = {key: schema[key] for key in _KEPT[schema["type"]] if key in schema}
    return _quoted(schema["type"], around) | limits


def _truth(schema: Json, around: _Around) -> Json:
    return _quoted("boolean", around)


def _quoted(kind: str, around: _Around) -> Json:
    """What is no text, or is it in quotes."""
    pattern, mistake = _IN_QUOTES[kind]
    return {
        "type": [kind, "string"],
        "pattern": f"{pattern}|{_FACT}" if around.facts else pattern,
        "patternErrorMessage": around.language.line(mistake),
    }


def _list(schema: Json, around: _Around) -> Json:
    made = {"type": "array"} | {key: schema[key] for key in _KEPT["array"] if key in schema}
    if "prefixItems" in schema:
        return made | {"items": [_read(item, around) for item in schema["prefixItems"]]}
    return made | ({"items": _read(schema["items"], around)} if "items" in schema else {})


def _mapping(schema: Json, around: _Around) -> Json:
    made = {"type": "object"} | {key: schema[key] for key in _KEPT["object"] if key in schema}
    if "properties" in schema:
        made["properties"] = {key: _read(value, around) for key, value in schema["properties"].items()}
    patterned = list(schema.get("patternProperties", {}).items())
    if len(patterned) == 1 and "properties" not in schema:
        names = {"pattern": patterned[0][0], "doNotSuggest": True}
        return made | {"propertyNames": names, "additionalProperties": _read(patterned[0][1], around)}
    if "additionalProperties" in schema and not patterned:
        others = schema["additionalProperties"]
        made["additionalProperties"] = others if isinstance(others, bool) else _read(others, around)
    return made


_MAKERS: Mapping[str, Callable[[Json, _Around], Json]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": _truth,
    "array": _list,
    "object": _mapping,
}


def _proposed(schema: Json) -> Json:
    """What an editor proposes: examples, and a word, number or truth that is no text of Python's own making."""
    found = {"examples": schema["examples"]} if "examples" in schema else {}
    usual = schema.get("default")
    pattern = schema.get("pattern")
    fits = isinstance(usual, str) and (pattern is None or (_is_common(pattern) and _fits(pattern, (usual,))))
    is_word = fits and usual != "" and "format" not in schema
    return found | ({"default": usual} if is_word or isinstance(usual, int | float) else {})


def _mistakes(schema: Json, around: _Around) -> Json:
    said = {key: schema[key] for key in ("errorMessage", "patternErrorMessage") if key in schema}
    return {key: around.language.line(english) for key, english in said.items()}


def _rule(rule: Any, around: _Around) -> Any:
    """A rule that a model gives in its own JSON Schema, as it stands there, its mistakes in the language."""
    if isinstance(rule, dict):
        return {key: _rule(value, around) for key, value in rule.items()} | _mistakes(rule, around)
    return rule


def _is_common(pattern: str) -> bool:
    """Whether Python, JavaScript and Rust read the pattern alike."""
    try:
        return _NOT_JAVASCRIPT.search(pattern) is None and re.compile(pattern) is not None
    except re.error:
        return False


@lru_cache(MODELS)
def _fits(pattern: str | None, words: tuple[str, ...]) -> bool:
    return pattern is None or any(re.search(pattern, word) for word in words)


def _plainly(word: str) -> object:
    """What YAML makes of a word without quotes, where that is no text; None where it is."""
    return next((make(word) for pattern, make in _PLAINLY if re.search(pattern, word)), None)
