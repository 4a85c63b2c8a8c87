"""What each kind of channel takes: its settings, and a message's own version for it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from inspect import cleandoc

from kohoctl.campaign.shape import ChannelShape
from kohoctl.channel import Channel
from kohoctl.foreign import foreign
from kohoctl.problem import Problem
from kohoctl.redaction import failure
from kohoctl.schema.language import IN_JAPANESE, Language
from kohoctl.schema.values import Json, of_model, one_of
from kohoctl.stand_ins import StandIn, unusable

_OWN_NAME = re.compile(r"^(The kind )?`+[\w-]+`+: ")
"""How a module that is one kind begins: with its name, which stands in the campaign file already."""
_OWN_VERSION = "What this channel says instead of the message, or beside it."


def channel_schema(kinds: Mapping[str, type[Channel]], language: Language) -> Json:
    """A channel: what all have, and by its kind the settings, each under ``settings-KIND`` in the definitions."""
    ours = of_model(ChannelShape, language)
    meanings = [language.line(*_goes_out(kind)) for kind in kinds.values()]
    described = {"description": ours["properties"]["kind"]["description"]}
    ours["properties"]["kind"] = one_of(kinds, meanings, **described)
    return ours | {
        "allOf": [{"if": _is_of(name), "then": {"$ref": f"#/definitions/settings-{name}"}} for name in kinds]
    }


def usable_kinds(kinds: Mapping[str, type[Channel]]) -> tuple[dict[str, type[Channel]], list[Problem]]:
    """The kinds, each looked up, and the problems of those that cannot say what they take: stand-ins, which take
    anything, are in the place of these."""
    usable: dict[str, type[Channel]] = {}
    problems: list[Problem] = []
    for name, kind in kinds.items():
        try:
            with foreign(f"the kind {name}"):
                json.dumps([of_model(model, Language()) for model in (kind.settings_model, kind.version_model)])
            usable[name] = kind
        except Exception as error:  # noqa: BLE001 -- a plugin's own code: it costs only what it would have said
            text = "the kind {kind} cannot say what may be set: {error}"
            problem = Problem(text, {"kind": name, "error": failure(error)}, hint="the schema lets anything be set")
            problems.append(problem)
            usable[name] = unusable(name, problem)
    return usable, problems


def settings_schema(kind: type[Channel], language: Language) -> Json:
    """A channel of one kind."""
    own = of_model(kind.settings_model, language)
    properties = dict.fromkeys(ChannelShape.model_fields, True) | own.get("properties", {})
    return own | {"properties": properties, "description": kind_words(kind, language)}


def version_schema(kind: type[Channel], language: Language) -> Json:
    """A message's own version for one kind, or nothing."""
    own = of_model(kind.version_model, language, facts=True)
    return own | {"type": ["object", "null"], "description": language.paragraphs(_OWN_VERSION)}


def any_version(versions: Iterable[Json], language: Language) -> Json:
    """A message's own version for a channel whose kind cannot be told: each key that any kind has, as that has it."""
    versions = list(versions)
    found: dict[str, list[Json]] = {}
    for version in versions:
        for key, schema in version.get("properties", {}).items():
            if schema not in (known := found.setdefault(key, [])):
                known.append(schema)
    return {
        "type": ["object", "null"],
        "properties": {key: _any_of(forms) for key, forms in found.items()},
        "additionalProperties": any(version.get("additionalProperties") is not False for version in versions),
        "description": language.paragraphs(_OWN_VERSION),
    }


def kind_words(kind: type[Channel], language: Language) -> str:
    """What goes out by the kind, and who its recipients are."""
    said = {_recipients(kind): None, **dict([_goes_out(kind)])}
    return "\n\n".join(
        language.paragraphs(english, japanese) for english, japanese in reversed(said.items()) if english
    )


def _any_of(forms: list[Json]) -> Json:
    if len(forms) == 1:
        return forms[0]
    words = dict.fromkeys(form.get("description", "") for form in forms)
    plain = [{key: value for key, value in form.items() if key != "description"} for form in forms]
    return {"anyOf": plain, "description": "\n\n".join(word for word in words if word)}


def _is_of(name: str) -> Json:
    # No const: an editor takes half a word for a whole one while it completes, and "flyer" begins "flyer-request".
    return {"required": ["kind"], "properties": {"kind": {"type": "string", "pattern": f"^{re.escape(name)}$"}}}


def _goes_out(kind: type[Channel]) -> tuple[str, object]:
    """What goes out, in English, from the head of the kind's module, and in Japanese where a plugin says it."""
    if issubclass(kind, StandIn):
        return str(kind.reason), None
    module = sys.modules.get(kind.__module__)
    line = _first(module.__doc__ if module else None) or _first(kind.__doc__)
    plain = _plain(_OWN_NAME.sub("", line))
    extra = kind.settings_model.model_config.get("json_schema_extra")
    return plain[:1].upper() + plain[1:], extra.get(IN_JAPANESE) if isinstance(extra, dict) else None


def _recipients(kind: type[Channel]) -> str:
    return "" if issubclass(kind, StandIn) else _plain(_first(kind.__doc__))


def _first(docstring: str | None) -> str:
    return " ".join(cleandoc(docstring or "").partition("\n\n")[0].split())


def _plain(words: str) -> str:
    return words.replace("`", "")
