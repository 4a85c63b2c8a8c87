"""The whole campaign file, put together from its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from kohoctl.campaign.shape import CampaignShape, FactName, FileShape, Id, MessageShape
from kohoctl.channel import Channel
from kohoctl.schema.kinds import any_version, channel_schema, settings_schema, version_schema
from kohoctl.schema.language import Language
from kohoctl.schema.moments import when_schema
from kohoctl.schema.names import Names
from kohoctl.schema.values import NOTHING, Json, of_model, one_of, or_nothing

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The version of JSON Schema that editors know best, older ones too."""
_UNKNOWN = (
    "the file had no such name when this schema was made: correct it, or make the schema anew with kohoctl schema"
)
_FACTS = "The file's facts: {facts}"
_SPOKEN = ("title", "body")


def campaign_file_schema(kinds: Mapping[str, type[Channel]], names: Names, language: Language) -> Json:
    """What a campaign file may say, with these kinds of channel at hand, and with the names that it has by now."""
    versions = {name: version_schema(kind, language) for name, kind in kinds.items()}
    definitions: Json = {
        "channel": _channel(kinds, names, language),
        "campaign": of_model(CampaignShape, language),
        "message": _message(kinds, names, language),
        "version": any_version(versions.values(), language),
        **{f"settings-{name}": settings_schema(kind, language) for name, kind in kinds.items()},
        **{f"version-{name}": _with_facts(version, names, language) for name, version in versions.items()},
    }
    whole = of_model(FileShape, language)
    sections, campaign = whole["properties"], definitions["campaign"]["properties"]
    campaign["messages"] |= _under_ids("message", language)
    sections["facts"]["propertyNames"] = _names(FactName, language)
    sections["channels"] |= _under_ids("channel", language)
    sections["campaigns"] |= _under_ids("campaign", language)
    sections["campaigns"]["properties"] = {id: _with_messages(known, language) for id, known in names.messages.items()}
    return {"$schema": DRAFT, **whole, "definitions": definitions}


def _under_ids(definition: str, language: Language) -> Json:
    """Entries of one kind, each under an id."""
    return {"propertyNames": _names(Id, language), "additionalProperties": _ref(definition)}


def _names(of: Any, language: Language) -> Json:
    """What names may be made of. No editor is to propose the word "property" for one."""
    schema = TypeAdapter(of).json_schema()
    mistake = language.line(schema["patternErrorMessage"])
    return {"pattern": schema["pattern"], "patternErrorMessage": mistake, "doNotSuggest": True}


def _channel(kinds: Mapping[str, type[Channel]], names: Names, language: Language) -> Json:
    channel = channel_schema(kinds, language)
    _name(channel["properties"], "recipients", dict.fromkeys(names.recipients, ""), language)
    return channel


def _message(kinds: Collection[str], names: Names, language: Language) -> Json:
    message = of_model(MessageShape, language)
    properties = message["properties"]
    properties["when"] = when_schema(language, properties["when"]["description"])
    properties["channels"] = _described(_ways(kinds, names, language), properties["channels"])
    channels = {name: " ".join(filter(None, (one.kind, one.owner))) for name, one in names.channels.items()}
    for mapping in _mappings_in([properties["when"], properties["repost"]]):
        _name(mapping, "channel", channels, language)
        _name(mapping, "calendar", dict.fromkeys(names.calendars, ""), language)
    return _with_facts(message, names, language)


def _ways(kinds: Collection[str], names: Names, language: Language) -> Json:
    """The channels of a message: a list of them, or each with its own version, which its kind tells."""
    if not names.channels:
        listed: Json = of_model(MessageShape, language)["properties"]["channels"]["anyOf"][0]
        return {"anyOf": [listed, {"type": "object", "minProperties": 1, "additionalProperties": _ref("version")}]}
    mistake = language.line(_UNKNOWN)
    meanings = [" ".join(filter(None, (one.kind, one.owner))) for one in names.channels.values()]
    name = one_of(names.channels, meanings, errorMessage=mistake)
    versions = {name: f"version-{one.kind}" if one.kind in kinds else "version" for name, one in names.channels.items()}
    return {
        "anyOf": [
            {"type": "array", "minItems": 1, "uniqueItems": True, "items": name},
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"enum": list(names.channels), "errorMessage": mistake, "doNotSuggest": True},
                "properties": {name: _ref(version) for name, version in versions.items()},
            },
        ]
    }


def _with_messages(known: Mapping[str, str], language: Language) -> Json:
    """A campaign whose messages' names are known: those that its other messages may wait for, or pass on."""
    name = one_of(known, known.values(), errorMessage=language.line(_UNKNOWN))
    repost = {"anyOf": [name, {"type": "object", "properties": {"message": name}}]}
    waits = {"if": {"required": ["after"]}, "then": {"properties": {"after": name}}}
    message = {"properties": {"when": waits, "repost": repost}}
    return {"allOf": [_ref("campaign")], "properties": {"messages": {"additionalProperties": message}}}


def _name(properties: Json, key: str, known: Mapping[str, str], language: Language) -> None:
    """Let ``key`` be one of the names that the file has, where it has any."""
    if key in properties and known:
        chosen = one_of(known, known.values(), errorMessage=language.line(_UNKNOWN))
        may_be_empty = NOTHING in properties[key].get("anyOf", ())
        properties[key] = _described(or_nothing(chosen) if may_be_empty else chosen, properties[key])


def _mappings_in(schema: Any) -> Iterable[Json]:
    """The ``properties`` in a schema, at any depth."""
    if isinstance(schema, dict):
        if isinstance(found := schema.get("properties"), dict):
            yield found
        for part in schema.values():
            yield from _mappings_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _mappings_in(part)


def _with_facts(schema: Json, names: Names, language: Language) -> Json:
    """With the names of the facts where the text is explained that may hold them."""
    if not names.facts:
        return schema
    facts = language.paragraphs(_FACTS).replace("{facts}", ", ".join(f"{{{{ {name} }}}}" for name in names.facts))
    properties = schema.get("properties", {})
    told = {
        key: properties[key] | {"description": f"{properties[key]['description']}\n\n{facts}"}
        for key in _SPOKEN
        if key in properties
    }
    return schema | {"properties": properties | told}


def _described(schema: Json, by: Json) -> Json:
    return schema | {"description": by["description"]}


def _ref(definition: str) -> Json:
    return {"$ref": f"#/definitions/{definition}"}
