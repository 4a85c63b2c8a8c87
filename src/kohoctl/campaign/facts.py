"""Facts in text: ``{{ hotline }}``, a recipient's own words: ``{{ recipient.name }}``, filters on both, and the receipt
of the message that this one comes after: ``{{ earlier.url }}``.

A name is all that may stand in the braces, and behind it the filters that plugins bring: so a text can be checked
completely before anything goes out. Whatever is more than a plain name is read by Jinja2's sandbox, each distinct one
once, however many texts it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from kohoctl.extensions import Filter, Part
from kohoctl.foreign import foreign
from kohoctl.language import Sentence
from kohoctl.model import Recipient
from kohoctl.redaction import failure, words

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

NAME = re.compile(r"[^\W\d]\w*")
"""A fact's name: letters, digits and _, in any script, such as ``hotline`` or ``電話番号``."""
RECIPIENT = "recipient"
"""The word before a recipient's columns; no fact has this name."""
EARLIER = "earlier"
"""The word before a part of the earlier message's receipt; no fact has this name."""
RESERVED = (RECIPIENT, EARLIER)
_WORDS_OF_JINJA = frozenset({"true", "True", "false", "False", "none", "None", "not"})
"""What reads like a name and is none."""

_BRACES = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}|(?P<other>\{[{%#])")
_EXPRESSIONS_KEPT = 4096
_INSIDE_LIMIT = 1000
"""Characters between two braces: no name with its filters is longer, and Jinja2 takes its time for each of them."""
_FAILED = "the filter {name} of the plugin {origin} failed: {error}"
_NO_TEXT = "the filter {name} of the plugin {origin} gave {type} and no text"
Of = Literal["fact", "recipient", "earlier"]
"""What a name in braces is of."""
_NOTHING: tuple[None, Of, tuple[str, ...]] = (None, "fact", ())

Filters: TypeAlias = Mapping[str, Part[Filter]]
"""The filters that plugins bring, by name."""
_NO_FILTERS: Filters = MappingProxyType({})
_NO_PARTS: Mapping[str, str] = MappingProxyType({})


class Reference(NamedTuple):
    """A spot in a text that a fact, a recipient's column or a part of an earlier receipt fills.

    ``name`` is None where the spot says anything else, which is not allowed; ``filters`` are those behind it, in
    order; ``start`` is where its braces stand.
    """

    name: str | None
    of: Of
    filters: tuple[str, ...]
    start: int


def references(text: str) -> list[Reference]:
    """What the spots in ``text`` refer to, in order."""
    if "{" not in text:
        return []
    return [Reference(*_meaning(braces["inside"]), braces.start()) for braces in _BRACES.finditer(text)]


@lru_cache(maxsize=_EXPRESSIONS_KEPT)
def _meaning(inside: str | None) -> tuple[str | None, Of, tuple[str, ...]]:
    """The name between two braces, what it is of, and its filters; no name for anything else."""
    if inside is None or len(inside) > _INSIDE_LIMIT:
        return _NOTHING
    if _is_plain_name(name := inside.strip()):
        return name, "fact", ()
    from jinja2 import TemplateSyntaxError, nodes

    if inside[:1] in ("-", "+") or inside[-1:] in ("-", "+"):  # these would eat the text around them
        return _NOTHING
    try:
        body = _sandbox().parse("{{" + inside + "}}").body
    except (TemplateSyntaxError, RecursionError):
        return _NOTHING
    match body:
        case [nodes.Output(nodes=[found])]:
            expression: nodes.Node | None = found
            filters: list[str] = []
            while isinstance(expression, nodes.Filter) and _takes_nothing(expression):
                filters.insert(0, expression.name)
                expression = expression.node
            return _named(expression, tuple(filters))
    return _NOTHING


def _is_plain_name(word: str) -> bool:
    """Whether Jinja2 would find a fact's name and nothing else there: most braces hold that, and need no Jinja2."""
    is_name = NAME.fullmatch(word) is not None and word.isidentifier()
    return is_name and word not in RESERVED and word not in _WORDS_OF_JINJA


def _takes_nothing(call: nodes.Filter) -> bool:
    return not (call.args or call.kwargs or call.dyn_args or call.dyn_kwargs)


def _named(expression: nodes.Node | None, filters: tuple[str, ...]) -> tuple[str | None, Of, tuple[str, ...]]:
    from jinja2 import nodes

    match expression:
        case nodes.Name(name=name) if name not in RESERVED and NAME.fullmatch(name):
            return name, "fact", filters
        case nodes.Getattr(node=nodes.Name(name="recipient"), attr=column):
            return column, "recipient", filters
        case nodes.Getattr(node=nodes.Name(name="earlier"), attr=part) if not filters:
            return part, "earlier", filters
    return _NOTHING


@cache
def _sandbox() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@lru_cache(maxsize=_EXPRESSIONS_KEPT)
def _expression(inside: str) -> Callable[[Mapping[str, Any]], object]:
    return _sandbox().compile_expression(inside.partition("|")[0].strip(), undefined_to_none=False)


@lru_cache(maxsize=_EXPRESSIONS_KEPT)
def filtered(text: str, name: str, part: Part[Filter]) -> str:
    """What the filter ``name`` makes of ``text``, worked out once. Raises ValueError with what is wrong with it."""
    try:
        with foreign(part.origin):
            made: object = part.it(text)
    except ValueError as error:
        raise ValueError(
            Sentence("the filter {name} cannot take this: {error}", name=name, error=words(error))
        ) from None
    except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs what uses its filter
        raise ValueError(Sentence(_FAILED, name=name, origin=part.origin, error=failure(error))) from None
    if not isinstance(made, str):
        raise ValueError(Sentence(_NO_TEXT, name=name, origin=part.origin, type=type(made).__name__))
    return made


class _Columns:
    """A recipient's words as the sandbox sees them: columns, and no attribute of ours."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def __getitem__(self, column: str) -> str:
        return self._fields[column]


def speaks_of_recipient(text: str) -> bool:
    """Whether ``text`` holds a ``{{ recipient.column }}``."""
    return any(reference.of == "recipient" for reference in references(text))


def speaks_of_earlier(text: str) -> bool:
    """Whether ``text`` holds an ``{{ earlier.part }}``."""
    return EARLIER in text and any(reference.of == "earlier" for reference in references(text))


def texts_of(value: object) -> Iterator[str]:
    """Every text in ``value``, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from texts_of(item)


def fill(
    text: str,
    facts: Mapping[str, str],
    recipient: Recipient | None = None,
    filters: Filters = _NO_FILTERS,
    earlier: Mapping[str, str] = _NO_PARTS,
) -> str:
    """``text`` with its facts and its recipient's words in their places, exactly as they were typed, or filtered.

    ``earlier`` is what stands for each part of the earlier receipt. Raises ValueError for a name that there is not, for
    what a filter does not take, and for anything else in braces: of facts, loading a campaign file finds these first.
    """
    if "{" not in text:
        return text

    def word(braces: re.Match[str]) -> str:
        inside = braces["inside"]
        name, of, through = _meaning(inside)
        if through and not filters.keys() >= set(through):
            raise ValueError(Sentence("{braces} cannot be filled in", braces=braces[0]))
        if name is not None and of == "recipient" and recipient is not None and name in recipient.fields:
            found = str(_expression(inside)({RECIPIENT: _Columns(recipient.fields)}))
        elif name is not None and of == "fact" and name in facts:
            found = facts[name]
        elif name is not None and of == "earlier" and name in earlier:
            found = earlier[name]
        else:
            raise ValueError(Sentence("{braces} cannot be filled in", braces=braces[0]))
        for one in through:
            found = filtered(found, one, filters[one])
        return found

    return _BRACES.sub(word, text)


def fill_all(
    value: Any,
    facts: Mapping[str, str],
    recipient: Recipient | None = None,
    filters: Filters = _NO_FILTERS,
    earlier: Mapping[str, str] = _NO_PARTS,
) -> Any:
    """``value`` with every text in it filled, in mappings and lists too."""
    if isinstance(value, str):
        return fill(value, facts, recipient, filters, earlier)
    if isinstance(value, dict):
        return {name: fill_all(item, facts, recipient, filters, earlier) for name, item in value.items()}
    if isinstance(value, list):
        return [fill_all(item, facts, recipient, filters, earlier) for item in value]
    return value
