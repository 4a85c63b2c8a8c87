"""A campaign file as an editor sees it: YAML 1.2, in which ``0120`` is a number, and the schema's word on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from kohoctl.campaign.problems import Problems
from kohoctl.campaign.tree import Node, build
from kohoctl.channel import Channel
from kohoctl.errors import BadFile
from kohoctl.schema import Language, Names, campaign_file_schema, names_in

_CORE = (
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda word: int(word, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda word: int(word, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda _: float("inf")),
    (re.compile(r"\.(nan|NaN|NAN)"), lambda _: float("nan")),
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
)
"""YAML 1.2.2, 10.3.2: what plain scalars are."""


class _Loader(yaml.CSafeLoader):
    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if isinstance(node, yaml.ScalarNode):
            if not node.style:
                found = (make(node.value) for pattern, make in _CORE if pattern.fullmatch(node.value))
                return next(found, node.value)
            return node.value
        return super().construct_object(node, deep=True)


def seen(text: str) -> Any:
    """The file's content, as an editor's YAML reads it."""
    return _with_text_keys(yaml.load(text, _Loader))


def mistakes(text: str, kinds: Mapping[str, type[Channel]], *, with_names: bool = True) -> list[str]:
    """What the schema has against a file: each mistake as the path that it stands at."""
    names = _names(text) if with_names else Names()
    validator = (
        Draft7Validator(campaign_file_schema(kinds, names, Language()))
        if with_names
        else _nameless(tuple(kinds.items()))
    )
    return sorted({"/".join(map(str, error.absolute_path)) for error in _leaves(validator.iter_errors(seen(text)))})


def _names(text: str) -> Names:
    try:
        tree = build(text, Problems(""))
    except BadFile:
        return Names()
    return names_in(tree) if isinstance(tree, Node) else Names()


@cache
def _nameless(kinds: tuple[tuple[str, type[Channel]], ...]) -> Draft7Validator:
    return Draft7Validator(campaign_file_schema(dict(kinds), Names(), Language()))


def _leaves(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    """The mistakes themselves, of a choice those of the form that is meant."""
    for error in errors:
        context = list(error.context or ())
        deep = [one for one in context if len(one.absolute_path) > len(error.absolute_path)]
        yield from _leaves(iter(deep)) if deep else [error]


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _with_text_keys(item) for key, item in value.items()}
    return [_with_text_keys(item) for item in value] if isinstance(value, list) else value
