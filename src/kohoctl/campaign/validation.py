"""Validating parts of the tree with pydantic, and saying what it finds in sentences with places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kohoctl.campaign.problems import COMPARED_LENGTH, Problems, Wrong, no_such
from kohoctl.campaign.tree import Items, Node
from kohoctl.language import either
from kohoctl.problem import Problem
from kohoctl.redaction import words
from kohoctl.settings import Hidden, Secret

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Location = tuple[str | int, ...]

_KEY = "[key]"  # how pydantic says that the key itself is meant
_TRUTHS = {"true", "True", "TRUE", "false", "False", "FALSE"}  # YAML 1.2 core schema
_DAY = "{key} is to be a day, such as 2015-06-05"
_MOMENT = "{key} is to be a day and a time, such as 2015-06-04T10:00"
_SENTENCES = {
    "missing": "{key} is missing",
    "string_type": "{key} is to be text",
    "string_too_short": "{key} is empty",
    "string_too_long": "{key} has more than {max_length} characters",
    "int_type": "{key} is to be a whole number",
    "int_parsing": "{key} is to be a whole number",
    "int_parsing_size": "{key} is to be a smaller number",
    "int_from_float": "{key} is to be a whole number",
    "float_type": "{key} is to be a number",
    "float_parsing": "{key} is to be a number",
    "bool_type": "{key} is to be true or false",
    "bool_parsing": "{key} is to be true or false",
    "list_type": "{key} is to be a list",
    "tuple_type": "{key} is to be a list",
    "set_type": "{key} is to be a list",
    "dict_type": "{key} is to be a mapping with keys",
    "mapping_type": "{key} is to be a mapping with keys",
    "model_type": "{key} is to be a mapping with keys",
    "model_attributes_type": "{key} is to be a mapping with keys",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "literal_error": "{key} is to be one of {expected}",
    "enum": "{key} is to be one of {expected}",
    "too_short": "{key} has fewer than {min_length} entries",
    "too_long": "{key} has more than {max_length} entries",
    "greater_than": "{key} is to be more than {gt}",
    "greater_than_equal": "{key} is to be {ge} or more",
    "less_than": "{key} is to be less than {lt}",
    "less_than_equal": "{key} is to be {le} or less",
    "string_pattern_mismatch": "{key} is not written as it should be: it does not match {pattern}",
}


class Spot(NamedTuple):
    """Where a value stands: what is there in the file (``tree``), its mark, and what it is called.

    ``keys`` are those that the mapping may have beside the model's.
    """

    problems: Problems
    tree: Any
    mark: int
    name: str
    keys: frozenset[str] = frozenset()


def validated(model: type[M], value: Any, spot: Spot, context: Any = None) -> M | None:
    """``value`` read as ``model``, or None, its problems added. ``context`` is for the model's own validators."""
    try:
        found = model.model_validate(value, context=context)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _add(details, spot, {model})
        return None
    if not _may_hold_truths(model):
        return found
    no_truths = [ErrorDetails(type="bool_parsing", loc=path, msg="", input="") for path in _no_truths(found, value)]
    for details in no_truths:
        _add(details, spot, {model})
    return None if no_truths else found


def validated_as(adapter: TypeAdapter[T], value: Any, spot: Spot) -> T | None:
    """``value`` read by ``adapter``, or None, its problems added."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _add(details, spot, set())
        return None


def mended(model: type[M], spot: Spot, stand_ins: Mapping[str, Any]) -> M:
    """What stands at ``spot``, read as ``model``.

    Where a field is wrong, its problem is added, and its stand-in or default takes its place, so that the rest is
    still looked at.
    """
    found = validated(model, spot.tree, spot)
    if found is not None:
        return found
    typed = spot.tree.items() if isinstance(spot.tree, Node) else ()
    usable = {key: value for key, value in typed if _is_usable(model, {**stand_ins, key: value})}
    return model.model_validate({**stand_ins, **usable})


def _is_usable(model: type[BaseModel], fields: Mapping[str, Any]) -> bool:
    return validated(model, fields, Spot(Problems(""), Node(), 0, "")) is not None


def locate(value: Any, mark: int, path: Location, at_key: bool = False) -> int:
    """The mark of the part of ``value`` that ``path`` leads to, or of the nearest part around it.

    ``at_key`` asks for a key's own mark instead of its value's. Parts of the path that are not in the file (pydantic
    names the forms of a value in it) are passed over.
    """
    at_key = at_key or _KEY in path
    for index, part in enumerate(path):
        if isinstance(value, Node) and isinstance(part, str) and part in value:
            is_last = index == len(path) - 1 or path[index + 1] == _KEY
            mark = value.key_mark(part) if value[part] is None or (at_key and is_last) else value.value_mark(part)
            value = value[part]
        elif isinstance(value, Items) and isinstance(part, int) and part < len(value):
            mark = value.marks[1 + part]
            value = value[part]
    return mark


def _add(details: ErrorDetails, spot: Spot, models: set[type[BaseModel]]) -> None:
    """Add what one of pydantic's errors says."""
    kind, path, context = details["type"], details["loc"], details.get("ctx", {})
    error = context.get("error")
    key = str(path[-1]) if kind in ("missing", "extra_forbidden") else _name(spot, path)
    mark = locate(spot.tree, spot.mark, path, kind == "extra_forbidden")
    if kind == "extra_forbidden":
        problem = no_such("key", key, _known_keys(models, path[:-1]) | spot.keys)
        spot.problems.put(mark, replace(problem, hides_line=_is_secret(models, path)))
    elif isinstance(error, Wrong):
        spot.problems.put(locate(spot.tree, spot.mark, (*path, *error.path)), error.problem)
    elif details["input"] is None and kind != "missing":
        spot.problems.add(mark, "nothing stands after {key}", key=key)
    elif kind in _SENTENCES:
        hidden, hint = _is_secret(models, path), _nearest(details)
        values = {**context, "key": key} | ({"expected": either(_choices(details))} if "expected" in context else {})
        problem = Problem(_SENTENCES[kind], values, hint=hint, hides_line=hidden)
        spot.problems.put(mark, problem)
    elif kind == "value_error":
        spot.problems.put(
            mark, Problem("{what}", {"what": words(context["error"])}, hides_line=isinstance(error, Hidden))
        )
    else:
        problem = Problem("{key} cannot be used: {what}", {"key": key, "what": details["msg"]})
        spot.problems.put(mark, replace(problem, hides_line=_is_secret(models, path)))


def _name(spot: Spot, path: Location) -> str:
    """What the part that ``path`` leads to is called: the last key on the way that is in the file."""
    name, value = spot.name, spot.tree
    for part in path:
        if isinstance(value, Node) and isinstance(part, str) and part in value:
            name, value = part, value[part]
        elif isinstance(value, Items) and isinstance(part, int) and part < len(value):
            value = value[part]
    return name


def _nearest(details: ErrorDetails) -> str | None:
    """Of a choice of words, the one that was probably meant."""
    typed, choices = details["input"], [choice.strip("'") for choice in _choices(details)]
    if not isinstance(typed, str) or len(typed) > COMPARED_LENGTH:
        return None
    return next(iter(difflib.get_close_matches(typed, choices, n=1)), None)


def _choices(details: ErrorDetails) -> list[str]:
    return re.findall("'[^']*'", str(details.get("ctx", {}).get("expected", "")))


def _known_keys(models: set[type[BaseModel]], path: Location) -> set[str]:
    """The keys of the model that ``path`` leads to; those of all models there, where there are several forms."""
    for part in path:
        fields = [field for model in models for key, field in _fields(model) if key == part]
        if fields:
            models = {model for field in fields for model in _models_in(field)}
    return {key for model in models for key, _ in _fields(model)}


def _is_secret(models: set[type[BaseModel]], path: Location) -> bool:
    """Whether a secret is to stand where ``path`` leads to, so that what does stand there may be one."""
    for part in path:
        annotations = [annotation for model in models for key, annotation in _fields(model) if key == part]
        models = {model for annotation in annotations for model in _models_in(annotation)} or models
    return Secret in models


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    return ((field.alias or name, field.annotation) for name, field in model.model_fields.items())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


@cache
def _may_hold_truths(model: type[BaseModel]) -> bool:
    return "'type': 'bool'" in repr(model.__pydantic_core_schema__)


def _no_truths(found: Any, typed: Any, path: Location = ()) -> Iterator[Location]:
    """Where ``found`` is true or false though another word was typed: ``NO`` and ``on`` are words."""
    if isinstance(found, bool):
        if isinstance(typed, str) and typed not in _TRUTHS:
            yield path
    elif isinstance(found, BaseModel) and isinstance(typed, Mapping):
        for name, field in type(found).model_fields.items():
            key = field.alias or name
            if key in typed:
                yield from _no_truths(getattr(found, name), typed[key], (*path, key))
    elif isinstance(found, (list, tuple)) and isinstance(typed, list):
        for index, (item, word) in enumerate(zip(found, typed, strict=False)):
            yield from _no_truths(item, word, (*path, index))
    elif isinstance(found, Mapping) and isinstance(typed, Mapping):
        for key in found.keys() & typed.keys():
            yield from _no_truths(found[key], typed[key], (*path, key))
