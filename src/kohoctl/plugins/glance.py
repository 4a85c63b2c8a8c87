"""What a plugin's text shows of what it brings, without running any of it.

Lines are looked for and nothing is parsed: parsing thirty plugins would take as long as starting kohoctl. What a line
in a docstring seems to show, and what no line shows, comes to light when the plugin is imported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOOKS = re.compile(r"^def (kohoctl_\w+)\(", re.MULTILINE)
_KINDS = re.compile(r"""^[ \t]+kind\b[^=\n]*=[ \t]*["']([\w-]+)["']""", re.MULTILINE)
_INTERFACE = re.compile(r"^KOHOCTL_INTERFACE\b[^=\n]*=[ \t]*(\d{1,9})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Glance:
    """The kinds that classes in the text name, its hooks, and the version of the interface that it is written for."""

    kinds: tuple[str, ...]
    hooks: frozenset[str]
    interface: int | None

    @property
    def brings_only_kinds(self) -> bool:
        """Whether it can wait until one of its kinds is asked for."""
        return self.hooks == {"kohoctl_channels"} and bool(self.kinds)


def glance(text: str) -> Glance:
    """What ``text`` shows, be it Python or not."""
    interface = _INTERFACE.search(text)
    return Glance(
        tuple(dict.fromkeys(_KINDS.findall(text))),
        frozenset(_HOOKS.findall(text)),
        int(interface[1]) if interface else None,
    )
