"""Finding the plugins and holding their kinds, so that a broken one costs nothing but its own."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import import_module, metadata
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import cast

import pluggy

from kohoctl import hookspecs
from kohoctl.channel import Channel
from kohoctl.problem import Problem

BUILT_IN = ("website", "x", "line", "radio_spot", "flyer_request")
"""The modules of `kohoctl.channels` that are plugins."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds at hand: each kind's class, where each comes from, and what did not load."""

    classes: Mapping[str, type[Channel]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def find_kinds(folder: Path, declared: Sequence[str]) -> Kinds:
    """The kinds of the built-in plugins, the installed ones, and those that the file in ``folder`` declares."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    problems: list[Problem] = []
    for source in (*_built_in(), *_installed(), *_declared(folder, declared, problems)):
        try:
            manager.register(source.load(), name=source.origin)
            manager.check_pending()
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- a plugin's own code: it costs only its own kinds
            if manager.has_plugin(source.origin):
                manager.unregister(name=source.origin)
            problems.append(_broken(source.origin, error))
    return _collect(manager, problems)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a plugin comes from, in words, and how it is loaded."""

    origin: str
    load: Callable[[], object]


def _built_in() -> Iterator[_Source]:
    for name in BUILT_IN:
        yield _Source(f"kohoctl ({name})", partial(import_module, f"kohoctl.channels.{name}"))


def _installed() -> Iterator[_Source]:
    for entry_point in metadata.entry_points(group=hookspecs.PROJECT):
        package = entry_point.dist.name if entry_point.dist else "an installed package"
        yield _Source(f"{package} ({entry_point.name})", entry_point.load)


def _declared(folder: Path, declared: Sequence[str], problems: list[Problem]) -> Iterator[_Source]:
    for name in declared:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            problems.append(Problem("the plugin {name} lies outside the campaign file's folder", {"name": name}))
        elif path.is_dir():
            files = sorted(file for file in path.glob("*.py") if not file.name.startswith(("_", "test_", "conftest")))
            yield from (_Source(str(file.relative_to(folder.resolve())), partial(_import_file, file)) for file in files)
        elif path.is_file():
            yield _Source(str(path.relative_to(folder.resolve())), partial(_import_file, path))
        else:
            problems.append(Problem("there is no plugin {name} in {folder}", {"name": name, "folder": str(folder)}))


def _import_file(path: Path) -> ModuleType:
    name = "kohoctl_plugin_" + hashlib.sha256(str(path).encode()).hexdigest()[:12]
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module  # where pydantic looks up what a plugin's annotations mean
    spec.loader.exec_module(module)
    return module


def _broken(origin: str, error: BaseException) -> Problem:
    line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
    return Problem(
        "the plugin {origin} did not load: {error}",
        {"origin": origin, "error": f"{type(error).__name__}: {error}{line}"},
        hint="its kinds are missing; the rest works",
    )


def _collect(manager: pluggy.PluginManager, problems: list[Problem]) -> Kinds:
    """The kinds of each plugin in the order of their registration; one that two plugins bring belongs to neither."""
    classes: dict[str, type[Channel]] = {}
    origins: dict[str, str] = {}
    contested: set[str] = set()
    for implementation in manager.hook.kohoctl_channels.get_hookimpls():
        try:
            offered = [_checked(offer) for offer in cast(Iterable[object], implementation.function())]
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- a plugin's own code
            problems.append(_broken(implementation.plugin_name, error))
            continue
        for kind in offered:
            if kind.kind in classes:
                contested.add(kind.kind)
                problems.append(_contest(kind.kind, origins[kind.kind], implementation.plugin_name))
            classes.setdefault(kind.kind, kind)
            origins.setdefault(kind.kind, implementation.plugin_name)
    for name in contested:
        del classes[name], origins[name]
    return Kinds(classes, origins, tuple(problems))


def _contest(kind: str, one: str, other: str) -> Problem:
    return Problem(
        "two plugins bring the kind {kind}: {one} and {other}",
        {"kind": kind, "one": one, "other": other},
        hint="remove one of them",
    )


def _checked(offer: object) -> type[Channel]:
    if not (isinstance(offer, type) and issubclass(offer, Channel)):
        raise TypeError(f"{offer!r} is no class that derives from kohoctl.Channel")
    if not isinstance(getattr(offer, "kind", None), str):
        raise TypeError(f"{offer.__name__} does not say its kind")
    concurrency: object = offer.concurrency
    resend_safe_for: object = offer.resend_safe_for
    if not isinstance(concurrency, int) or concurrency < 1:
        raise TypeError(f"{offer.__name__}.concurrency is a number from 1")
    if not isinstance(resend_safe_for, timedelta):
        raise TypeError(f"{offer.__name__}.resend_safe_for is a timedelta")
    return offer
