"""The parts of the documentation that are made from the code: tables of keys, and the texts of --help.

``python tests/generated_docs.py`` writes them into the pages; `test_docs` fails where a page says anything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from pydantic import BaseModel, TypeAdapter

from kohoctl.campaign import shape, when
from kohoctl.campaign.calendars import Calendar
from kohoctl.campaign.times import Duration, Moment, TimeOfDay
from kohoctl.channel import Channel
from kohoctl.channels._static_site import Folder
from kohoctl.channels._wordpress import WordPress
from kohoctl.channels.flyer import Flyer
from kohoctl.channels.flyer_request import FlyerRequest
from kohoctl.channels.line import LineChannel, LineImage
from kohoctl.channels.newspaper import Newspaper
from kohoctl.channels.radio_spot import RadioSpot
from kohoctl.channels.website import Website
from kohoctl.channels.x import X
from kohoctl.cli import COMMANDS, cli
from kohoctl.cli.plugins import SUMMARIES
from kohoctl.contact import Contact, Question
from kohoctl.settings import Image, MailServer, Secret, Settings, Version

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "docs" / "campaign-file.md", ROOT / "docs" / "commands.md")
HELP_WIDTH = 78
"""Columns that click gives a --help text on a terminal of 80."""

MODELS: Mapping[str, type[BaseModel]] = {
    "file": shape.FileShape,
    "plugin": shape.PluginShape,
    "calendar": Calendar,
    "recipient-file": shape.RecipientFile,
    "mail-server": MailServer,
    "secret": Secret,
    "channel": shape.ChannelShape,
    "channel-limits": Settings,
    "campaign": shape.CampaignShape,
    "message": shape.MessageShape,
    "image": Image,
    "repost": shape.RepostShape,
    "own-version": Version,
    "each-day": when.Span,
    "some-weekdays": when.Weekdays,
    "some-days": when.NamedDays,
    "calendar-days": when.CalendarDays,
    "after-a-message": when.AfterMessage,
    "wordpress": WordPress,
    "folder": Folder,
    "line-image": LineImage,
    "contact": Contact,
    "question": Question,
}
"""The models whose keys stand in a table, by the anchor of its heading."""
KINDS: tuple[type[Channel], ...] = (Website, X, LineChannel, RadioSpot, FlyerRequest, Flyer, Newspaper)

_ANCHORS = {model.__name__: anchor for anchor, model in MODELS.items()}
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_PLURALS = {"text": "texts", "day": "days", "moment": "moments", "time of day": "times of day"}
_PATTERNS = {
    TypeAdapter(kind).json_schema()["pattern"]: word
    for kind, word in ((Duration, "length of time"), (Moment, "moment"), (TimeOfDay, "time of day"),
                       (when.OffsetText, "number of days"), (shape.Id, "id"))
}  # fmt: skip
_HEAD = ("| key | value | if left out | meaning |", "|---|---|---|---|")
_PART = re.compile(r"(<!-- generated: (?P<name>[a-z -]+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def parts() -> dict[str, str]:
    """Each part by its name, as it stands in a page."""
    tables = {f"table {anchor}": table(model) for anchor, model in MODELS.items()}
    for kind in KINDS:
        tables[f"settings {kind.kind}"] = table(kind.settings_model, beside=Settings)
        tables[f"version {kind.kind}"] = table(kind.version_model, beside=Version)
    tables |= {f"help {name}".strip(): text for name, text in help_texts()}
    return {name: text for name, text in tables.items() if text}


def filled(page: str) -> str:
    """``page`` with each of its generated parts as the code has it now."""
    known = parts()
    return _PART.sub(lambda part: f"{part[1]}\n{known[part['name']]}\n{part[3]}", page)


def names_in(page: str) -> list[str]:
    """The names of the generated parts in ``page``."""
    return [part["name"] for part in _PART.finditer(page)]


def table(model: type[BaseModel], beside: type[BaseModel] | None = None) -> str:
    """The keys of ``model`` that ``beside`` does not have, as a Markdown table; nothing where there are none."""
    properties = model.model_json_schema().get("properties", {})
    inherited = beside.model_fields if beside else {}
    rows = [*_HEAD]
    for name, field in model.model_fields.items():
        if name not in inherited:
            key = field.alias or name
            default = "needed" if field.is_required() else _default(field.default)
            cells = (f"`{key}`", value_words(properties[key]), default, _cell(field.description or ""))
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n" if len(rows) > len(_HEAD) else ""


def value_words(schema: Mapping[str, Any]) -> str:
    """What a value may be, in words, from its JSON Schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{_ANCHORS[name].replace('-', ' ')}](#{_ANCHORS[name]})"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return ", ".join(dict.fromkeys(value_words(choice) for choice in choices if choice.get("type") != "null"))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "array":
        words = value_words(schema["items"])
        return f"list of {_PLURALS.get(words, words)}"
    if schema["type"] == "object":
        return "mapping"
    return _scalar(schema)


def _scalar(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date":
        return "day"
    word = _PATTERNS.get(schema.get("pattern", ""), _WORDS[schema["type"]])
    if "minimum" in schema and "maximum" in schema:
        return f"{word}, {schema['minimum']} to {schema['maximum']}"
    return word


def _default(value: object) -> str:
    if value is None or value in ((), "", {}):
        return "–"
    if isinstance(value, bool):
        return f"`{json.dumps(value)}`"
    if isinstance(value, timedelta):
        hours = value // timedelta(hours=1)
        return f"`{hours} {'hour' if hours == 1 else 'hours'}`" if hours else "at once"
    return f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


def help_texts() -> Iterator[tuple[str, str]]:
    """Each command's --help text in a code block, the whole program's under the empty name."""
    for name in ("", *COMMANDS, *(f"plugins {name}" for name in SUMMARIES)):
        arguments = [*name.split(), "--help"]
        shown = CliRunner().invoke(cli, arguments, prog_name="kohoctl", terminal_width=HELP_WIDTH)
        yield name, f"```\n{shown.output}```\n"


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
