"""Markdown of sections and entries, in no more characters than a comment may have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to read: its line, and what stands in its place where there is room for what is folded below it."""

    line: str
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading."""

    heading: str
    entries: tuple[Entry, ...]


def cut(head: str, sections: Sequence[Section], most: int, remark: Callable[[int, int], str]) -> str:
    """The whole in ``most`` characters: first the lines of all entries, in their order, then what is folded, each
    entirely or not at all. Where anything is left out, ``remark`` says above them all how many entries, and of how many
    more the text."""
    entries = [entry for section in sections for entry in section.entries]
    whole = _written(head, sections, {id(entry): entry.folded or entry.line for entry in entries})
    if len(whole) <= most:
        return whole
    room = most - len(_written(f"{head}\n{remark(len(entries), len(entries))}", sections, {}))
    shown: dict[int, str] = {}
    for entry in entries:
        if _cost(entry.line) <= room:
            shown[id(entry)] = entry.line
            room -= _cost(entry.line)
    for entry in entries:
        more = _cost(entry.folded) - _cost(entry.line)
        if entry.folded and id(entry) in shown and more <= room:
            shown[id(entry)] = entry.folded
            room -= more
    texts = sum(bool(entry.folded) and shown.get(id(entry)) == entry.line for entry in entries)
    return _written(f"{head}\n{remark(len(entries) - len(shown), texts)}", sections, shown)


def _written(head: str, sections: Sequence[Section], shown: dict[int, str]) -> str:
    parts = [head]
    for section in sections:
        there = [shown[id(entry)] for entry in section.entries if id(entry) in shown]
        parts += [f"\n### {section.heading} ({len(section.entries)})\n", *map(_set, there)]
    return "\n".join(parts)


def _set(block: str) -> str:
    """A block with a blank line around it where it is folded: else the line below would be taken for HTML too."""
    return f"{block}\n" if not block.startswith("- ") else block


def _cost(block: str) -> int:
    return len(_set(block)) + 1
