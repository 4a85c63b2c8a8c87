"""What may stand under ``when``."""

from __future__ import annotations

from pydantic import BaseModel, TypeAdapter

from kohoctl.campaign.times import Moment
from kohoctl.campaign.when import AfterMessage, CalendarDays, NamedDays, Span, Weekdays
from kohoctl.schema.language import Language
from kohoctl.schema.values import UNLIKE, Json, of_model, text

_FORMS: dict[str, type[BaseModel]] = {
    "after": AfterMessage,
    "calendar": CalendarDays,
    "weekdays": Weekdays,
    "days": NamedDays,
}
"""Each mapping by the key that tells it from the others; without any of them it is a `Span`."""


def when_schema(language: Language, description: str) -> Json:
    """A moment, several, or one of the mappings: which one, its keys tell, so that only their mistakes are shown."""
    forms = {key: _keys_of(form, language) for key, form in _FORMS.items()}
    span = _keys_of(Span, language)
    # Whoever has typed no key yet is offered those that make it another form, too.
    span["properties"] |= {key: form["properties"][key] for key, form in forms.items()}
    rule = span
    for key, form in reversed(forms.items()):
        rule = {"if": {"required": [key]}, "then": form, "else": rule}
    moment = _moment(language)
    several = {"type": "array", "items": moment, "minItems": 1, **UNLIKE}
    mapping = {"type": "object", **rule, **UNLIKE}
    return {"anyOf": [moment | {"description": description}, several, mapping], "description": description}


def _keys_of(form: type[BaseModel], language: Language) -> Json:
    """What a mapping may hold, without words of its own, which would take the place of those of ``when``."""
    kept = ("properties", "required", "additionalProperties")
    return {key: value for key, value in of_model(form, language).items() if key in kept}


def _moment(language: Language) -> Json:
    schema = TypeAdapter(Moment).json_schema()
    return text(schema["pattern"], patternErrorMessage=language.line(schema["patternErrorMessage"]))
