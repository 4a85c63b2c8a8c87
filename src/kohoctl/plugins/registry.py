"""The plugins at hand: each looked at, and imported when what it brings is used."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import pluggy

from kohoctl import hookspecs
from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.channel import Channel
from kohoctl.errors import KohoctlError
from kohoctl.extensions import Extensions
from kohoctl.foreign import LOAD_LIMIT, foreign
from kohoctl.hookspecs import INTERFACE
from kohoctl.language import Sentence, both
from kohoctl.logs import ready_logs
from kohoctl.plugins.glance import Glance, glance
from kohoctl.plugins.hooks import calendars, checks, filters, kinds_of, observers, templates
from kohoctl.plugins.sources import BUILT_IN, Source, built_in, declared, installed
from kohoctl.problem import Problem
from kohoctl.redaction import failure
from kohoctl.stand_ins import left_out, unusable


def find_plugins(
    folder: Path, entries: Iterable[DeclaredPlugin] = (), *, only_built_in: bool = False, with_installed: bool = True
) -> Plugins:
    """The built-in plugins, the installed ones, and those that the campaign file in ``folder`` names.

    With ``only_built_in`` the others are left out: none of their code runs. Without ``with_installed`` the installed
    ones are passed over, for a plugin that is looked at by itself.
    """
    mistakes: list[Problem] = []
    others = list(declared(folder, entries, mistakes))
    if only_built_in:
        return Plugins(built_in(), mistakes, left_out=others)
    return Plugins([*built_in(), *(installed() if with_installed else ()), *others], mistakes)


class Plugins:
    """The plugins of ``sources``. One that only brings kinds is imported when one of them is asked for.

    ``mistakes`` are the campaign file's: a plugin that it names and that is not there. ``problems`` are those of the
    plugins themselves, as far as they are known by now; the kinds of a broken one are there, and cannot be used.
    """

    def __init__(self, sources: Iterable[Source], mistakes: Iterable[Problem] = (), left_out: Iterable[Source] = ()):
        self.mistakes = tuple(mistakes)
        self.problems: list[Problem] = []
        self.broken: dict[str, Problem] = {}
        """What is wrong with a plugin, by where it comes from."""
        self.sources: dict[str, Source] = {}
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._offers: dict[str, list[Source]] = defaultdict(list)
        self._brought: dict[str, dict[str, type[Channel]]] = defaultdict(dict)
        self._unusable: dict[str, type[Channel]] = {}
        self._loaded: set[str] = set()
        for source in sources:
            self._meet(source)
        for source in left_out:
            self._leave_out(source)
        for kind, offers in list(self._offers.items()):
            if len({source.origin for source in offers} | self._brought[kind].keys()) > 1:
                self.kind(kind)

    @cached_property
    def extensions(self) -> Extensions:
        """All that the plugins bring to a campaign file; what two of them bring under one name is a problem."""
        return Extensions(
            Kinds(self),
            checks(self._manager, [source for source in self.sources.values() if source.origin in self.broken]),
            observers(self._manager),
            calendars(self._manager, self.problems),
            filters(self._manager, self.problems),
            templates(self._manager, self.problems),
        )

    def kind(self, name: str) -> type[Channel] | None:
        """The kind of that name, imported if need be; a stand-in where it is there and cannot be used."""
        if name not in self._offers and name not in self._brought:
            self.load_all()  # a class may have a kind that its text does not show
        for source in list(self._offers.get(name, ())):
            self._load(source)
        brought = self._brought.get(name, {})
        if len(brought) > 1 and name not in self._unusable:
            self._contest(name, list(brought))
        return self._unusable.get(name) or next(iter(brought.values()), None)

    def names(self) -> list[str]:
        """The kinds at hand."""
        return sorted({*self._offers, *(name for name, brought in self._brought.items() if brought), *self._unusable})

    def origins(self, name: str) -> list[str]:
        """Where the kind of that name comes from: from several plugins where they contest it."""
        return list(dict.fromkeys([*self._brought.get(name, {}), *(one.origin for one in self._offers.get(name, ()))]))

    def hooks(self, origin: str) -> list[str]:
        """The hooks that a loaded plugin implements."""
        plugin = self._manager.get_plugin(origin)
        return sorted(caller.name for caller in self._manager.get_hookcallers(plugin) or ()) if plugin else []

    def load_all(self, *, built_in: bool = True) -> None:
        """Import whatever has not been imported yet, so that all problems are known; of what is built in, which has
        none, only where it is asked for."""
        for source in list(self.sources.values()):
            if built_in or source.kinds is None:
                self._load(source)

    def _meet(self, source: Source) -> None:
        """Look at a plugin, and load it where it is not plain that it can wait."""
        self.sources[source.origin] = source
        if source.kinds is not None:
            self._offer(source, source.kinds)
            return
        seen = glance(source.text or "")
        if seen.interface is not None and seen.interface > INTERFACE:
            self._break(source, _too_new(seen.interface), seen.kinds)
        elif seen.brings_only_kinds:
            self._offer(source, seen.kinds)
        else:
            self._load(source, seen)

    def _offer(self, source: Source, kinds: Iterable[str]) -> None:
        for kind in kinds:
            self._offers[kind].append(source)

    def _load(self, source: Source, seen: Glance | None = None) -> None:
        if source.origin in self._loaded or source.origin in self.broken:
            return
        self._loaded.add(source.origin)
        if source.kinds is None:
            ready_logs()  # as kohoctl wants them, whatever a plugin does to structlog
        try:
            with foreign(source.origin, LOAD_LIMIT), chdir("."):  # which goes back to where it was
                module = source.load()
                if self._manager.is_registered(module):
                    return  # a package with an entry point for each of its kinds
                self._manager.register(module, name=source.origin)
                self._check_hooks(source.origin)
                kinds = kinds_of(self._manager, source.origin)
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only its own kinds
            if self._manager.has_plugin(source.origin):
                self._manager.unregister(name=source.origin)
            self._break(source, error, seen.kinds if seen else self._offered_by(source))
            return
        for kind in self._offered_by(source):
            self._offers[kind].remove(source)
        for kind_class in kinds:
            self._brought[kind_class.kind][source.origin] = kind_class

    def _check_hooks(self, origin: str) -> None:
        """Raises `KohoctlError` where a plugin has a hook that would never be called: it is misspelt, or not marked."""
        marked = self.hooks(origin)
        for name, value in list(vars(self._manager.get_plugin(origin)).items()):
            if name.startswith(f"{hookspecs.PROJECT}_") and callable(value) and name not in marked:
                raise KohoctlError(Sentence("{name} would not be called: write @hookimpl above it", name=name))
        try:
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            known = [name for name in vars(hookspecs) if name.startswith(f"{hookspecs.PROJECT}_")]
            found = re.search(r"unknown hook '(\w+)'", str(error))
            if found is None:
                raise
            near = get_close_matches(found[1], known, 1)
            text = (
                "there is no hook {name}: did you mean {near}?"
                if near
                else "there is no hook {name}: the hooks are {known}"
            )
            hooks = ", ".join(sorted(known))
            raise KohoctlError(Sentence(text, name=found[1], near="".join(near), known=hooks)) from error

    def _offered_by(self, source: Source) -> tuple[str, ...]:
        return tuple(kind for kind, offers in self._offers.items() if source in offers)

    def _break(self, source: Source, error: Exception, kinds: Iterable[str]) -> None:
        """Name what is wrong with a plugin; its kinds are there, and cannot be used. No built-in one is its."""
        values = {"origin": source.origin, "error": failure(error)}
        text, hint = "the plugin {origin} did not load: {error}", "its kinds cannot be used; the rest works"
        problem = Problem(text, values, hint=hint, place=source.place)
        self.problems.append(problem)
        self.broken[source.origin] = problem
        for kind in kinds:
            if kind not in BUILT_IN or source.kinds is not None:
                self._unusable.setdefault(kind, unusable(kind, Problem(text, values)))

    def _contest(self, kind: str, origins: list[str]) -> None:
        text, values = "the plugins {origins} bring one kind, {kind}", {"origins": both(origins), "kind": kind}
        place = next((self.sources[origin].place for origin in reversed(origins) if origin in self.sources), None)
        hint = "neither can be used: remove one of them, or rename its kind"
        self.problems.append(Problem(text, values, hint=hint, place=place))
        self._unusable[kind] = unusable(kind, Problem(text, values))

    def _leave_out(self, source: Source) -> None:
        for kind in glance(source.text or "").kinds:
            if kind not in self._offers:
                self._unusable[kind] = left_out(kind, source.origin)


class Kinds(Mapping[str, type[Channel]]):
    """The kinds of some plugins by name, each imported when it is looked up."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins

    def __getitem__(self, name: str) -> type[Channel]:
        kind = self._plugins.kind(name)
        if kind is None:
            raise KeyError(name)
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(self._plugins.names())

    def __len__(self) -> int:
        return len(self._plugins.names())


def _too_new(interface: int) -> KohoctlError:
    return KohoctlError(
        Sentence(
            "it is written for version {theirs} of the plugins' interface, and this kohoctl has version {ours}: "
            "update kohoctl",
            theirs=interface,
            ours=INTERFACE,
        )
    )
