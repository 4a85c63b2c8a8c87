"""YAML text as plain mappings, lists and text that know where they stand in the file.

PyYAML's C parser gives the events. The mappings and lists made of them here keep their positions, and every scalar
stays the text that was typed (``8:30``, ``0120``, ``NO``): only the model that reads it decides what it means.
"""

from __future__ import annotations

import gc
import re
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from yaml import (
    AliasEvent,
    CBaseLoader,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    YAMLError,
)

from kohoctl.campaign.problems import COLUMN_BITS, Problems, unpack
from kohoctl.errors import BadFile

DEPTH = 50
"""Levels of mappings and lists in each other. A campaign file needs about ten, and code that walks it may recurse."""
REPEATED = 16 * 1024 * 1024
"""Characters that aliases (``*name``) may add: as many as a whole file may have. More is an alias bomb."""
ITEM_COST = 16
"""Characters that a repeated item counts for beside its text, as it costs time without having any."""
FEW = 100
"""Keys that are gone through to find one; of a mapping with more it is kept where each stands."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""Characters that no announcement holds. With the line breaks among them YAML would count lines as no editor does."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2 core schema
_TEXT_TAG = "tag:yaml.org,2002:str"

SYNTAX_HINTS = {
    "found character that cannot start any token": "put text that begins with @ ` or % in quotes; indent with spaces",
    "mapping values are not allowed in this context": (
        "put text with a colon in quotes, or see that the line is indented like its neighbours"
    ),
    "could not find expected ':'": "write key: value, and indent the lines of a longer text",
    "did not find expected key": (
        "close the quotes where the text ends, and see that the line is indented like its neighbours"
    ),
    "did not find expected '-' indicator": "a list holds only lines that begin with a dash",
    "did not find expected ',' or ']'": "close the list with ]",
    "did not find expected ',' or '}'": "close the mapping with }, and put text with commas or braces in quotes",
    "found unexpected end of stream": "close the quotes",
    "block sequence entries are not allowed in this context": "begin the list on a line of its own",
}


class Node(dict[str, Any]):
    """A mapping from the file. ``marks`` holds its own mark, then the mark of each key and of its value, in order."""

    __slots__ = ("_order", "marks")
    marks: array[int]
    _order: dict[str, int]

    def key_mark(self, key: str) -> int:
        """Where ``key`` stands; the mapping's own mark where it has no such key."""
        return self.marks[1 + 2 * self._index(key)] if key in self else self.marks[0]

    def entries(self) -> Iterator[tuple[str, Any, int, int]]:
        """Each key, its value, and the marks of both."""
        marks = iter(self.marks)
        next(marks)  # the mapping's own
        return zip(self, self.values(), marks, marks, strict=True)

    def value_mark(self, key: str) -> int:
        """Where the value of ``key`` stands; the mapping's own mark where it has no such key."""
        return self.marks[2 + 2 * self._index(key)] if key in self else self.marks[0]

    def _index(self, key: str) -> int:
        """Which of the keys it is, counted from 0."""
        if len(self) <= FEW:
            return list(self).index(key)
        if not hasattr(self, "_order"):
            self._order = {key: number for number, key in enumerate(self)}
        return self._order[key]


class Items(list[Any]):
    """A list from the file. ``marks`` holds its own mark, then that of each item."""

    __slots__ = ("marks",)
    marks: array[int]


def build(text: str, problems: Problems) -> Any:
    """The document in ``text``: `Node`, `Items`, text or None. Problems are added to ``problems``.

    Raises `BadFile` where the rest of the text cannot be read.
    """
    builder = _Builder(text, problems)
    try:
        with collector_paused():
            return builder.document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or "it cannot be read"
        problems.add(_packed(mark) if mark else 0, "this is no YAML: {what}", SYNTAX_HINTS.get(what), what=what)
    except YAMLError as error:
        problems.add(0, "this is no YAML: {what}", what=str(error))
    raise BadFile(problems.in_order())


class _Builder:
    """Turns one parser's events into values. (Events are `Any`: their published types leave the marks out.)"""

    def __init__(self, text: str, problems: Problems) -> None:
        self._next: Any = CBaseLoader(text).get_event
        self._problems = problems
        self._anchors: dict[str, Any] = {}
        self._open: set[str] = set()
        self._sizes: dict[int, tuple[int, int]] = {}
        self._repeated = 0
        self._words: dict[str, str] = {}
        self._depth = 0

    def document(self) -> Any:
        self._next()  # the stream's start
        start = self._next()
        if not isinstance(start, DocumentStartEvent):
            self._stop(0, "the file is empty", "begin with version: 1")
        value = self._value(self._next())
        self._next()  # the document's end
        after = self._next()
        if not isinstance(after, StreamEndEvent):
            self._stop(_packed(after.start_mark), "a second document begins here", "keep one document in a file")
        return value

    def _value(self, event: Any) -> Any:
        kind = type(event)
        value: Any
        if kind is ScalarEvent:
            value = self._scalar(event)
        elif kind is AliasEvent:
            return self._alias(event)
        else:
            value = self._collection(event)
        if event.anchor is not None:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = value
        return value

    def _scalar(self, event: Any) -> str | None:
        value: str = event.value
        style = event.style
        if event.tag is None:
            if style == "":
                return None if value in _NULLS else value
        elif event.tag != _TEXT_TAG:
            self._refuse_tag(event)
        if style == '"' and CONTROL.search(value):
            self._problems.add(_packed(event.start_mark), "this text holds a control character", "leave the escape out")
        return value

    def _collection(self, event: Any) -> Node | Items:
        if event.tag is not None:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._open.add(event.anchor)
        self._depth += 1
        if self._depth > DEPTH:
            self._too_deep(event)
        value = self._mapping(event) if type(event) is MappingStartEvent else self._list(event)
        self._depth -= 1
        return value

    def _mapping(self, event: Any) -> Node:
        node = Node()
        marks = [_packed(event.start_mark)]
        following, words = self._next, self._words
        while True:
            key_event = following()
            if type(key_event) is MappingEndEvent:
                break
            key = self._key(key_event)
            value_event = following()
            value = self._value(value_event)
            if key is None:
                continue
            if key in node:
                self._duplicate(key, key_event, marks[1 + 2 * list(node).index(key)])
                continue
            node[words.setdefault(key, key)] = value
            mark, place = key_event.start_mark, value_event.start_mark
            marks.append(mark.line << COLUMN_BITS | mark.column)
            marks.append(place.line << COLUMN_BITS | place.column)
        node.marks = array("Q", marks)
        return node

    def _list(self, event: Any) -> Items:
        items = Items()
        marks = [_packed(event.start_mark)]
        while True:
            item = self._next()
            if type(item) is SequenceEndEvent:
                break
            items.append(self._value(item))
            marks.append(_packed(item.start_mark))
        items.marks = array("Q", marks)
        return items

    def _key(self, event: Any) -> str | None:
        """The key as text, None where it is none: a problem then."""
        if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
            key: str = event.value
            if key == "<<" and event.style == "":
                self._problems.add(_packed(event.start_mark), "YAML 1.2 has no merge key <<", "repeat the keys here")
                return None
            if key and (event.style == "" or not CONTROL.search(key)):
                return key
        self._value(event)
        hint = "put text that begins with {{ in quotes" if type(event) is MappingStartEvent else None
        self._problems.add(_packed(event.start_mark), "a key is plain text, such as title:", hint)
        return None

    def _alias(self, event: Any) -> Any:
        name = event.anchor
        if name in self._open:
            self._stop(_packed(event.start_mark), "*{name} stands inside what it repeats", name=name)
        if name not in self._anchors:
            self._stop(_packed(event.start_mark), "*{name} repeats nothing: there is no &{name} before it", name=name)
        value = self._anchors[name]
        cost, levels = self._size(value)
        self._repeated += cost
        if self._repeated > REPEATED:
            self._stop(_packed(event.start_mark), "aliases repeat more than {limit} characters", limit=REPEATED)
        if self._depth + levels > DEPTH:
            self._too_deep(event)
        return value

    def _size(self, value: Any) -> tuple[int, int]:
        """What repeating ``value`` costs, and its levels; each mapping and list is looked at once."""
        if not isinstance(value, (Node, Items)):
            return ITEM_COST + len(value or ""), 0
        if id(value) not in self._sizes:
            parts = [self._size(part) for part in (value.values() if isinstance(value, Node) else value)]
            cost, levels = sum(cost for cost, _ in parts), max((levels for _, levels in parts), default=0)
            self._sizes[id(value)] = ITEM_COST + cost, levels + 1
        return self._sizes[id(value)]

    def _too_deep(self, event: Any) -> NoReturn:
        text = "this is nested too deep: {depth} levels are allowed"
        self._stop(_packed(event.start_mark), text, depth=DEPTH)

    def _refuse_tag(self, event: Any) -> None:
        hint = "leave it out: every value is read as text"
        self._problems.add(_packed(event.start_mark), "the tag {tag} is not allowed", hint, tag=event.tag)

    def _duplicate(self, key: str, event: Any, first: int) -> None:
        line = unpack(first)[0] + 1
        self._problems.add(
            _packed(event.start_mark), "the key {key} stands here twice, first in line {line}", key=key, line=line
        )

    def _stop(self, mark: int, text: str, hint: str | None = None, **values: object) -> NoReturn:
        self._problems.add(mark, text, hint, **values)
        raise BadFile(self._problems.in_order())


def _packed(mark: Any) -> int:
    line: int = mark.line
    column: int = mark.column
    return line << COLUMN_BITS | column


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without cyclic garbage collection: reading and rules make many values, no cycles, and each pass looks at all."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
