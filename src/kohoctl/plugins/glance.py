"""What a plugin's text says that it brings, without running any of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_HOOK = "kohoctl_"
_CHANNELS = "kohoctl_channels"
_KIND = re.compile(r"""^[ \t]+kind\b[^=\n]*=[ \t]*["']([\w-]+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Glance:
    """The kinds that classes in the text name, its hooks, and what it says of itself."""

    kinds: tuple[str, ...]
    hooks: frozenset[str]
    interface: int | None
    version: str | None

    @property
    def brings_only_kinds(self) -> bool:
        """Whether it can wait until one of its kinds is asked for."""
        return self.hooks == {_CHANNELS} and bool(self.kinds)


def glance(text: str) -> Glance:
    """Read ``text`` as Python. Raises SyntaxError where it is none."""
    module = ast.parse(text)
    constants = dict(_constants(module.body))
    interface, version = constants.get("KOHOCTL_INTERFACE"), constants.get("__version__")
    kinds = [value for name, value in _class_constants(module) if name == "kind" and isinstance(value, str)]
    return Glance(
        tuple(dict.fromkeys(kinds)),
        frozenset(one.name for one in module.body if isinstance(one, ast.FunctionDef) and one.name.startswith(_HOOK)),
        interface if isinstance(interface, int) else None,
        version if isinstance(version, str) else None,
    )


def kinds_in_broken(text: str) -> tuple[str, ...]:
    """The kinds that a text seems to name which is no Python."""
    return tuple(dict.fromkeys(_KIND.findall(text)))


def _class_constants(module: ast.Module) -> Iterator[tuple[str, object]]:
    for one in module.body:
        if isinstance(one, ast.ClassDef):
            yield from _constants(one.body)


def _constants(body: list[ast.stmt]) -> Iterator[tuple[str, object]]:
    """The names that are given a plain value: ``name = "value"``, with an annotation or without."""
    for one in body:
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        if isinstance(one, ast.Assign | ast.AnnAssign) and isinstance(one.value, ast.Constant):
            yield from ((target.id, one.value.value) for target in targets if isinstance(target, ast.Name))
