"""What the plugins' hooks give, each checked, and each with the plugin that it comes from.

pluggy would call all implementations of a hook at once, and end with the first that raises; here each is called alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, cast, get_args

import pluggy

from kohoctl.channel import Channel
from kohoctl.errors import KohoctlError
from kohoctl.extensions import Check, DaysBetween, Filter, Observer, Part
from kohoctl.foreign import foreign
from kohoctl.language import Sentence
from kohoctl.model import Form
from kohoctl.plugins.sources import Source
from kohoctl.problem import Problem
from kohoctl.redaction import failure
from kohoctl.settings import Settings, Version
from kohoctl.texts import Limit

T = TypeVar("T")


def kinds_of(manager: pluggy.PluginManager, origin: str) -> list[type[Channel]]:
    """The kinds that one plugin brings. Raises TypeError for what is none, and whatever the plugin raises."""
    return [
        _kind(offer)
        for implementation in manager.hook.kohoctl_channels.get_hookimpls()
        if implementation.plugin_name == origin
        for offer in cast(Iterable[object], implementation.function())
    ]


def checks(manager: pluggy.PluginManager, broken: Iterable[Source]) -> tuple[Part[Check], ...]:
    """The offices' own rules. A broken plugin that seems to have one has a rule which cannot be kept."""
    found = [Part(one.plugin_name, _by_name(one)) for one in manager.hook.kohoctl_check.get_hookimpls()]
    lost = [Part(source.origin, _did_not_load) for source in broken if source.may_have("kohoctl_check")]
    return (*reversed(found), *lost)  # pluggy has the last first


def observers(manager: pluggy.PluginManager) -> tuple[Part[Observer], ...]:
    """Who is told of deliveries."""
    found = manager.hook.kohoctl_delivered.get_hookimpls()
    return tuple(Part(one.plugin_name, _by_name(one)) for one in reversed(found))


def calendars(manager: pluggy.PluginManager, problems: list[Problem]) -> Mapping[str, Part[DaysBetween]]:
    """The calendars by name; problems are added."""
    return _named(manager.hook.kohoctl_calendars, "calendar", problems)


def filters(manager: pluggy.PluginManager, problems: list[Problem]) -> Mapping[str, Part[Filter]]:
    """The filters by name; problems are added."""
    return _named(manager.hook.kohoctl_filters, "filter", problems)


def templates(manager: pluggy.PluginManager, problems: list[Problem]) -> Mapping[str, Path]:
    """The document templates by name; problems are added."""
    found: Mapping[str, Part[Path]] = _named(manager.hook.kohoctl_templates, "template", problems, _is_file)
    return {name: part.it for name, part in found.items()}


def _kind(offer: object) -> type[Channel]:
    if not (isinstance(offer, type) and issubclass(offer, Channel)):
        raise TypeError(f"{offer!r} is no class that derives from kohoctl.Channel")
    if not isinstance(getattr(offer, "kind", None), str):
        raise TypeError(f"{offer.__name__} does not say its kind")
    for name, (what, fits) in _ATTRIBUTES.items():
        if not fits(getattr(offer, name)):
            raise TypeError(f"{offer.__name__}.{name} is to be {what}")
    return offer


def _is_a(kind: type | UnionType) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


def _derives_from(model: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, type) and issubclass(value, model)


def _are_limits(value: object) -> bool:
    entries: Iterable[tuple[object, object]] = value.items() if isinstance(value, Mapping) else ((value, None),)
    return all(isinstance(field, str) and isinstance(limit, Limit) for field, limit in entries)


_ATTRIBUTES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "kind": ("a word of small letters, digits and -", lambda value: re.fullmatch("[a-z0-9-]+", value) is not None),
    "settings_model": ("a class that derives from kohoctl.Settings", _derives_from(Settings)),
    "version_model": ("a class that derives from kohoctl.Version", _derives_from(Version)),
    "concurrency": ("a number from 1", lambda value: isinstance(value, int) and value >= 1),
    "rate": ("text such as 60/hour, or None", _is_a(str | None)),
    "resend_safe_for": ("a timedelta", _is_a(timedelta)),
    "form": (" or ".join(get_args(Form)), lambda value: value in get_args(Form)),
    "time_limit": ("a timedelta", _is_a(timedelta)),
    "limits": ("a mapping from fields to kohoctl.Limit", _are_limits),
    "reposts": ("True or False", _is_a(bool)),
}
"""What a kind says of itself: the name, what it is to be, and whether a value is that."""


def _by_name(implementation: pluggy.HookImpl) -> Callable[..., Any]:
    """A hook's implementation, called with those of the arguments that it asks for."""
    wanted: Sequence[str] = implementation.argnames
    function = implementation.function

    def call(**given: object) -> Any:
        return function(*(given[name] for name in wanted))

    return call


def _did_not_load(**_: object) -> Iterable[Problem]:
    raise KohoctlError(Sentence("its plugin did not load"))


def _named(
    caller: pluggy.HookCaller,
    what: str,
    problems: list[Problem],
    fits: Callable[[object], bool] = callable,
) -> dict[str, Part[Any]]:
    """What all plugins bring under names; of two things with one name neither is taken."""
    found: dict[str, Part[Any]] = {}
    contested: set[str] = set()
    for origin, name, value in _offered(caller, what, problems, fits):
        if name in found:
            text, values = (
                "two plugins bring the {what} {name}: {one} and {other}",
                {"what": what, "name": name, "one": found[name].origin, "other": origin},
            )
            problems.append(Problem(text, values, hint="remove one of them, or rename it"))
            contested.add(name)
        found.setdefault(name, Part(origin, value))
    return {name: part for name, part in found.items() if name not in contested}


def _offered(
    caller: pluggy.HookCaller, what: str, problems: list[Problem], fits: Callable[[object], bool]
) -> Iterator[tuple[str, str, Any]]:
    for implementation in reversed(caller.get_hookimpls()):
        origin = implementation.plugin_name
        try:
            with foreign(origin):
                offers = dict(cast(Mapping[Any, object], implementation.function()))
                wrong = [name for name, value in offers.items() if not (isinstance(name, str) and fits(value))]
                if wrong:
                    raise TypeError(f"{wrong[0]} is no {what}")
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only what it brings
            values = {"origin": origin, "what": what, "error": failure(error)}
            problems.append(Problem("the plugin {origin} brings no {what} that can be used: {error}", values))
            continue
        yield from ((origin, name, value) for name, value in offers.items())


def _is_file(value: object) -> bool:
    return isinstance(value, Path) and value.is_file()
