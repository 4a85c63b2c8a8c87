"""Facts in text: ``{{ hotline }}``, and a recipient's own words: ``{{ recipient.name }}``.

Jinja2's sandbox reads and evaluates what stands in the braces, each distinct one compiled once, however many texts it
stands in. A name is all that may stand there: so a text can be checked completely before anything goes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kohoctl.model import Recipient

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

NAME = re.compile(r"[^\W\d]\w*")
"""A fact's name: letters, digits and _, in any script, such as ``hotline`` or ``電話番号``."""
RECIPIENT = "recipient"
"""The word before a recipient's columns; no fact has this name."""

_BRACES = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}|(?P<other>\{[{%#])")
_EXPRESSIONS_KEPT = 4096


class Reference(NamedTuple):
    """A spot in a text that a fact or a recipient's column fills.

    ``name`` is None where the spot says anything else, which is not allowed; ``start`` is where its braces stand.
    """

    name: str | None
    of_recipient: bool
    start: int


def references(text: str) -> list[Reference]:
    """What the spots in ``text`` refer to, in order."""
    if "{" not in text:
        return []
    return [Reference(*_meaning(braces["inside"]), braces.start()) for braces in _BRACES.finditer(text)]


@lru_cache(maxsize=_EXPRESSIONS_KEPT)
def _meaning(inside: str | None) -> tuple[str | None, bool]:
    """The name between two braces, and whether it is a recipient's column's; no name for anything else."""
    from jinja2 import TemplateSyntaxError, nodes

    if inside is None or inside[:1] in ("-", "+") or inside[-1:] in ("-", "+"):  # these would eat the text around them
        return None, False
    try:
        body = _sandbox().parse("{{" + inside + "}}").body
    except TemplateSyntaxError:
        return None, False
    match body:
        case [nodes.Output(nodes=[nodes.Name(name=name)])] if name != RECIPIENT and NAME.fullmatch(name):
            return name, False
        case [nodes.Output(nodes=[nodes.Getattr(node=nodes.Name(name="recipient"), attr=column)])]:
            return column, True
    return None, False


@cache
def _sandbox() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@lru_cache(maxsize=_EXPRESSIONS_KEPT)
def _expression(inside: str) -> Callable[[Mapping[str, Any]], object]:
    return _sandbox().compile_expression(inside.strip(), undefined_to_none=False)


@lru_cache(maxsize=_EXPRESSIONS_KEPT)
def _fact(inside: str, name: str, typed: str) -> str:
    """What ``inside`` says where the fact ``name`` is ``typed``: worked out once, in however many texts it stands."""
    return str(_expression(inside)({name: typed}))


class _Columns:
    """A recipient's words as the sandbox sees them: columns, and no attribute of ours."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def __getitem__(self, column: str) -> str:
        return self._fields[column]


def speaks_of_recipient(text: str) -> bool:
    """Whether ``text`` holds a ``{{ recipient.column }}``."""
    return any(reference.of_recipient for reference in references(text))


def fill(text: str, facts: Mapping[str, str], recipient: Recipient | None = None) -> str:
    """``text`` with its facts and its recipient's words in their places, exactly as they were typed.

    Raises ValueError for a name that there is not, and for anything else in braces: loading a campaign file finds
    these first.
    """
    if "{" not in text:
        return text

    def word(braces: re.Match[str]) -> str:
        inside = braces["inside"]
        name, of_recipient = _meaning(inside)
        if name is not None and of_recipient and recipient is not None and name in recipient.fields:
            return str(_expression(inside)({RECIPIENT: _Columns(recipient.fields)}))
        if name is not None and not of_recipient and name in facts:
            return _fact(inside, name, facts[name])
        raise ValueError(f"{braces[0]} cannot be filled in")

    return _BRACES.sub(word, text)


def fill_all(value: Any, facts: Mapping[str, str], recipient: Recipient | None = None) -> Any:
    """``value`` with every text in it filled, in mappings and lists too."""
    if isinstance(value, str):
        return fill(value, facts, recipient)
    if isinstance(value, dict):
        return {name: fill_all(item, facts, recipient) for name, item in value.items()}
    if isinstance(value, list):
        return [fill_all(item, facts, recipient) for item in value]
    return value
