"""Where plugins come from: those built in, those of installed packages, and the files that a campaign file names."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata
from importlib.abc import InspectLoader
from importlib.machinery import PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from itertools import accumulate
from pathlib import Path
from types import ModuleType

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.errors import KohoctlError
from kohoctl.hookspecs import PROJECT
from kohoctl.problem import Place, Problem

BUILT_IN = {
    "website": "website",
    "x": "x",
    "line": "line",
    "radio-spot": "radio_spot",
    "flyer-request": "flyer_request",
}
"""The built-in kinds, and the module of `kohoctl.channels` that each is in."""
PASSED_OVER = ("_", "test_", "conftest")
"""How the files in a folder begin that are no plugins of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One plugin: where it comes from, in words, and how it is loaded.

    ``text`` is its Python, None where that cannot be had without importing it; ``kinds`` are known beforehand of
    built-in ones alone; ``place`` is where the campaign file names it.
    """

    origin: str
    load: Callable[[], object]
    text: str | None = None
    version: str | None = None
    kinds: tuple[str, ...] | None = None
    place: Place | None = None


def built_in() -> Iterator[Source]:
    """The kinds that come with kohoctl."""
    for kind, module in BUILT_IN.items():
        load = partial(import_module, f"kohoctl.channels.{module}")
        yield Source(f"kohoctl ({module})", load, kinds=(kind,))


def installed() -> Iterator[Source]:
    """The plugins of installed packages: their entry points in the group ``kohoctl``."""
    for entry_point in metadata.entry_points(group=PROJECT):
        package = entry_point.dist
        origin = f"{package.name if package else 'an installed package'} ({entry_point.name})"
        version = package.version if package else None
        yield Source(origin, entry_point.load, _text_of(entry_point.module), version)


def declared(folder: Path, entries: Iterable[DeclaredPlugin], problems: list[Problem]) -> Iterator[Source]:
    """The plugins that the campaign file in ``folder`` names; what cannot be taken is added to ``problems``."""
    home = folder.resolve()
    for entry in entries:
        path = (folder / entry.path).resolve()
        named = {"path": entry.path}
        if not path.is_relative_to(home):
            text, hint = "the plugin {path} lies outside the campaign file's folder", "put it beside the file"
            problems.append(Problem(text, named, hint=hint, place=entry.place))
        elif path.is_dir() and entry.sha256 is not None:
            text, hint = "{path} is a folder, which has no SHA-256", "name each of its files with its own"
            problems.append(Problem(text, named, hint=hint, place=entry.place))
        elif path.is_dir():
            for file in sorted(path.glob("*.py")):
                if not file.name.startswith(PASSED_OVER):
                    yield from _file(file, home, entry, problems)
        elif path.is_file():
            yield from _file(path, home, entry, problems)
        else:
            problems.append(Problem("there is no plugin {path} beside the file", named, place=entry.place))


def _file(path: Path, home: Path, entry: DeclaredPlugin, problems: list[Problem]) -> Iterator[Source]:
    """The plugin in the file at ``path``: its bytes are read once, so that what was looked at is what is run."""
    origin = str(path.relative_to(home))
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        values = {"origin": origin, "error": f"{type(error).__name__}: {error}"}
        problems.append(Problem("the plugin {origin} cannot be read: {error}", values, place=entry.place))
        return
    digest = hashlib.sha256(content).hexdigest()
    load = partial(_import_text, path, text)
    if entry.sha256 is not None and entry.sha256.lower() != digest:
        load = partial(_not_allowed, digest)
    yield Source(origin, load, text, f"sha256:{digest[:12]}", place=entry.place)


def _not_allowed(digest: str) -> ModuleType:
    raise KohoctlError(f"it is not the file that was allowed: its sha256 is {digest}")


def _import_text(path: Path, text: str) -> ModuleType:
    name = "kohoctl_plugin_" + hashlib.sha256(str(path).encode()).hexdigest()[:12]
    spec = spec_from_file_location(name, path)
    if spec is None:
        raise ImportError(f"{path.name} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module  # where pydantic looks up what a plugin's annotations mean
    exec(compile(text, str(path), "exec"), module.__dict__)  # noqa: S102 -- a plugin is code; this is its import
    return module


def _text_of(module: str) -> str | None:
    """The Python of an installed module, found as an import would find it, without importing it or its package."""
    loader, folders = None, None
    for name in accumulate(module.split("."), "{}.{}".format):
        spec = PathFinder.find_spec(name, folders)
        if spec is None:
            return None
        loader, folders = spec.loader, spec.submodule_search_locations
    try:
        return loader.get_source(module) if isinstance(loader, InspectLoader) else None
    except (ImportError, OSError):
        return None
