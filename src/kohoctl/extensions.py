"""What plugins bring to a campaign file, as plain values: kinds of channel, rules, calendars, filters, templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from kohoctl.channel import Channel
from kohoctl.problem import Problem

T = TypeVar("T")

Check = Callable[..., Iterable[Problem]]
"""An office's own rule, called with the names of the arguments, by the hook ``kohoctl_check``."""
Observer = Callable[..., None]
"""Who is told of each delivery, called with the names of the arguments, by the hook ``kohoctl_delivered``."""
DaysBetween = Callable[[date, date], Iterable[date]]
"""A calendar: its days from a first to a last one, both included."""
Filter = Callable[[str], str]
"""What ``{{ fact | name }}`` makes of the fact."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Something that a plugin brings, and where that plugin comes from, in words."""

    origin: str
    it: T


@dataclass(frozen=True, slots=True)
class Extensions:
    """All that the plugins at hand bring. A kind that is looked up may only then be imported."""

    kinds: Mapping[str, type[Channel]] = field(default_factory=dict)
    checks: tuple[Part[Check], ...] = ()
    observers: tuple[Part[Observer], ...] = ()
    calendars: Mapping[str, Part[DaysBetween]] = field(default_factory=dict)
    filters: Mapping[str, Part[Filter]] = field(default_factory=dict)
    templates: Mapping[str, Path] = field(default_factory=dict)
