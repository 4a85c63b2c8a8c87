"""Where plugins come from: those built in, those of installed packages, and the files that a campaign file names."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata
from importlib.abc import InspectLoader
from importlib.machinery import PathFinder
from importlib.util import decode_source, module_from_spec, spec_from_file_location
from itertools import accumulate
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.errors import KohoctlError
from kohoctl.hookspecs import PROJECT
from kohoctl.language import Sentence
from kohoctl.problem import Place, Problem

BUILT_IN = {
    "website": "website",
    "x": "x",
    "line": "line",
    "radio-spot": "radio_spot",
    "flyer-request": "flyer_request",
    "request-letter": "request_letter",
    "press-release": "press_release",
    "press-conference": "press_conference",
    "call-centre": "call_centre",
    "counter-guide": "counter_guide",
    "partner-notice": "partner_notice",
    "meeting": "meeting",
    "letter": "letter",
    "flyer": "flyer",
    "newspaper": "newspaper",
}
"""The built-in kinds, and the module of `kohoctl.channels` that each is in."""
PASSED_OVER = (".", "_", "test_", "conftest")
"""How the files in a folder begin that are no plugins of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One plugin: where it comes from, in words, and how it is loaded.

    ``text`` is its Python, None where that cannot be had without importing it; ``kinds`` are known beforehand of
    built-in ones alone; ``place`` is where the campaign file names it, and ``unread`` whether the file that it names
    is there and cannot be read.
    """

    origin: str
    load: Callable[[], object]
    text: str | None = None
    version: str | None = None
    kinds: tuple[str, ...] | None = None
    place: Place | None = None
    unread: bool = False

    def may_have(self, hook: str) -> bool:
        """Whether it has that hook, for all that can be known without loading it."""
        return self.unread or hook in (self.text or "")


def built_in() -> Iterator[Source]:
    """The kinds that come with kohoctl."""
    for kind, module in BUILT_IN.items():
        load = partial(import_module, f"kohoctl.channels.{module}")
        yield Source(f"kohoctl ({module})", load, kinds=(kind,))


def installed() -> Iterator[Source]:
    """The plugins of installed packages: their entry points in the group ``kohoctl``."""
    for entry_point in metadata.entry_points(group=PROJECT):
        package = entry_point.dist
        name = (package.name if package else None) or "an installed package"
        version = package.version if package else None
        yield Source(f"{name} ({entry_point.name})", entry_point.load, _text_of(entry_point), version)


def declared(folder: Path, entries: Iterable[DeclaredPlugin], problems: list[Problem]) -> Iterator[Source]:
    """The plugins that the campaign file in ``folder`` names, each once, however often it names them; what cannot be
    taken is added to ``problems``. A sum binds its file wherever in the list it stands."""
    home = folder.resolve()
    named: dict[Path, list[DeclaredPlugin]] = {}
    for entry in entries:
        for name in _files(home, entry, problems):
            if (path := _inside(home, name, entry, problems)) is not None:
                named.setdefault(path, []).append(entry)
    for path, namings in named.items():
        yield _file(path, home, namings)


def _files(home: Path, entry: DeclaredPlugin, problems: list[Problem]) -> list[str]:
    """The names of the files that an entry of the campaign file stands for: one, or those of a folder."""
    path = _inside(home, entry.path, entry, problems)
    if path is None:
        return []
    if not path.exists():
        problems.append(Problem("there is no plugin {path} beside the file", {"path": entry.path}, place=entry.place))
        return []
    if not path.is_dir():
        return [entry.path]
    if entry.sha256 is not None:
        text, hint = "{path} is a folder, which has no SHA-256", "name each of its files with its own"
        problems.append(Problem(text, {"path": entry.path}, hint=hint, place=entry.place))
        return []
    names = sorted(file.name for file in path.glob("*.py"))
    return [str(Path(entry.path, name)) for name in names if not name.startswith(PASSED_OVER)]


def _inside(home: Path, name: str, entry: DeclaredPlugin, problems: list[Problem]) -> Path | None:
    """Where the file or folder ``name`` is, links followed; None where that is outside the campaign file's folder."""
    path = (home / name).resolve()
    if path.is_relative_to(home):
        return path
    text, hint = "the plugin {path} lies outside the campaign file's folder", "put it beside the file"
    problems.append(Problem(text, {"path": name}, hint=hint, place=entry.place))
    return None


def _file(path: Path, home: Path, namings: Sequence[DeclaredPlugin]) -> Source:
    """The plugin in the file at ``path``: its bytes are read once, so that what was looked at is what is run."""
    origin, place = str(path.relative_to(home)), namings[0].place
    try:
        content = path.read_bytes()
    except OSError as error:
        return Source(origin, partial(_fail, error), place=place, unread=path.is_file())
    digest = hashlib.sha256(content).hexdigest()
    load: Callable[[], object] = partial(_import_file, path, content)
    if any(naming.sha256 is not None and naming.sha256.lower() != digest for naming in namings):
        load = partial(
            _fail, KohoctlError(Sentence("it is not the file that was allowed: its sha256 is {digest}", digest=digest))
        )
    return Source(origin, load, _text(content), f"sha256:{digest[:12]}", place=place)


def _text(content: bytes) -> str:
    """What there is to look at in a plugin's bytes, be they Python or not."""
    try:
        return decode_source(content)
    except (SyntaxError, UnicodeDecodeError):
        return content.decode("utf-8", "replace")


def _fail(error: Exception) -> NoReturn:
    raise error


def _import_file(path: Path, content: bytes) -> ModuleType:
    name = "kohoctl_plugin_" + hashlib.sha256(str(path).encode()).hexdigest()[:12]
    spec = spec_from_file_location(name, path)
    if spec is None:
        raise ImportError(f"{path.name} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module  # where pydantic looks up what a plugin's annotations mean
    exec(compile(content, str(path), "exec"), module.__dict__)  # noqa: S102 -- a plugin is code; this is its import
    return module


def _text_of(entry_point: metadata.EntryPoint) -> str | None:
    """The Python of an installed module, found as an import would find it, without importing it or its package."""
    loader, folders = None, None
    try:
        module = entry_point.module
        for name in accumulate(module.split("."), "{}.{}".format):
            spec = PathFinder.find_spec(name, folders)
            if spec is None:
                return None
            loader, folders = spec.loader, spec.submodule_search_locations
        return loader.get_source(module) if isinstance(loader, InspectLoader) else None
    except Exception:  # noqa: BLE001 -- whatever is wrong with a package comes to light when it is imported
        return None
