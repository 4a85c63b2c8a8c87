"""Many deliveries of one list that stand the same, shown by the first few and a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from kohoctl.cli.words import indented
from kohoctl.language import translated as _

MOST = 20
"""Deliveries that stand the same and are all shown: more of them fill a screen, and a list may have a million."""
SHOWN = 3
"""How many are shown of more than that."""


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery's key, the lines that tell of it, and what in them is like no other's, beside the key."""

    key: str
    lines: Sequence[str]
    own: Sequence[str] = ()


all_option = click.option("--all", "everything", is_flag=True, help="Show each delivery, however many stand the same.")


def folded(deliveries: Iterable[Told], everything: bool) -> Iterator[str]:
    """The lines of ``deliveries``: of many that stand the same, unless ``everything`` is wanted, some of them and how
    many more there are, where the first of them stands."""
    if everything:
        for told in deliveries:
            yield from told.lines
        return
    counts, first = Counter[tuple[str, ...]](), dict[tuple[str, ...], list[Told]]()
    for told in deliveries:
        like = _like(told)
        counts[like] += 1
        if counts[like] <= MOST:
            first.setdefault(like, []).append(told)
    for like, alike in first.items():
        is_folded = counts[like] > MOST
        for told in alike[:SHOWN] if is_folded else alike:
            yield from told.lines
        if is_folded:
            text = "and {number} more of this list that stand the same: --all shows each"
            yield indented(_(text, number=counts[like] - SHOWN))


def _like(told: Told) -> tuple[str, ...]:
    """What is the same for deliveries of one list that stand the same."""
    campaign, message, channel, *recipient, label = told.key.split("/")
    of_list = (campaign, message, channel, label) if recipient else (told.key,)
    return *of_list, *(_without(line, (told.key, *told.own)) for line in told.lines)


def _without(line: str, own: Iterable[str]) -> str:
    for text in own:
        line = line.replace(text, "")
    return line
