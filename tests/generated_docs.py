"""The parts of the documentation that are made from the code: tables of keys, texts of --help, hooks, rules.

``python tests/generated_docs.py`` writes them into the pages; `test_docs` fails where a page says anything else.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from pydantic import BaseModel, TypeAdapter

from kohoctl import hookspecs
from kohoctl.campaign import shape, when
from kohoctl.campaign.calendars import Calendar
from kohoctl.campaign.times import Duration, Moment, TimeOfDay
from kohoctl.channel import Channel
from kohoctl.channels._static_site import Folder
from kohoctl.channels._wordpress import WordPress
from kohoctl.channels.call_centre import CallCentre
from kohoctl.channels.counter_guide import CounterGuide
from kohoctl.channels.flyer import Flyer
from kohoctl.channels.flyer_request import FlyerRequest
from kohoctl.channels.letter import Letter
from kohoctl.channels.line import LineChannel, LineImage
from kohoctl.channels.meeting import CharterPart, Meeting
from kohoctl.channels.newspaper import Newspaper
from kohoctl.channels.partner_notice import Partner, PartnerNotice
from kohoctl.channels.press_conference import PressConference
from kohoctl.channels.press_release import PressRelease
from kohoctl.channels.radio_spot import RadioSpot
from kohoctl.channels.request_letter import RequestLetter
from kohoctl.channels.website import Website
from kohoctl.channels.x import X
from kohoctl.cli import COMMANDS, cli
from kohoctl.cli.completing import PARAMETERS
from kohoctl.cli.plugins import SUMMARIES
from kohoctl.contact import Contact, Question
from kohoctl.document_channel import DocumentChannel, DocumentSettings, DocumentVersion
from kohoctl.language import speak
from kohoctl.settings import Image, MailServer, Secret, Settings, Version
from kohoctl.testing import RULES
from rule_pages import rule_pages, rule_table

ROOT = Path(__file__).parent.parent
PAGES = tuple(
    ROOT / "docs" / f"{name}.md"
    for name in ("campaign-file", "commands", "commands.ja", "hooks", "plugin-rules", "rules")
)
RULE_PAGES = ROOT / "docs" / "rules"
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
    "partner": Partner,
    "charter-part": CharterPart,
}
"""The models whose keys stand in a table, by the anchor of its heading."""
WHY = {
    "settings-described": "`kohoctl plugins list` shows the descriptions, and a `Secret` cannot be typed into a file.",
    "render-alone": "`check` and `plan` render on machines that have no secrets and reach nobody.",
    "render-same-twice": "What a person has read is what goes out: the digest changes only where the text does.",
    "render-same-elsewhere": "What was checked on one machine is sent from another, days later.",
    "render-leaves-what-it-is-given": "The same message and recipient are given to other deliveries.",
    "too-long": "Once it is due, nobody is there to shorten it; some services cut it off and tell nobody.",
    "empty": "What went out empty cannot be taken back.",
    "control-characters": "They come along when text is copied. Services refuse them, or show something else.",
    "problems-told": "A problem that cannot be told would cost its deliveries without a word of what to mend.",
    "delivers": "The receipt is the proof, and its form says what people still have to do.",
    "rehearses": "It is what people read before it is live.",
    "previews": "Whoever signs it off sees nothing else of it.",
    "pace-understood": "A live run sends nothing by a channel whose pace it cannot tell.",
    "key-sent": "After an answer that was lost, only the key tells whether this delivery is there already.",
    "same-key-once": "kohoctl sends again within that time. Something else would be there twice.",
    "digest-covers-all": "By the digest kohoctl tells what has changed since it was checked, refused or sent.",
    "http-400": "The same text would be refused again: a person mends it.",
    "http-401": "It was not taken. A kind that can renew its login may have it tried again.",
    "http-403": "A right is missing: a person sees to it.",
    "http-409": "What a conflict means, only the service's own rules tell: it may be that it is there already.",
    "http-429": "It was not taken, so it is safe to try again.",
    "http-429-retry-after": "Who asks sooner is shut out for longer.",
    "http-500": "The service may have taken it before it failed.",
    "http-503": "A gateway says so too, when the service behind it has taken it.",
    "reset": "The request was there; what became of it, nobody knows.",
    "timeout": "The service may be slow, and have it.",
    "cut-off": "The answer began, so the service may have it.",
    "not-json": "A page says that somebody answered, and not that it was taken; some kinds need no more of an answer.",
    "huge": "It would fill the memory and hold up the channel.",
    "connection-refused": "Certainly nothing was sent.",
    "counts-as-sent": "Whatever fails after it is then in doubt, and is not sent again.",
    "find-finds": "A look-up that finds nothing of what is there has it sent a second time.",
    "find-in-doubt": "None has it sent again, so it has to be certain.",
    "secrets-kept": "The log, the ledger and the outbox have more readers than the secret.",
    "threads": "One object serves all threads: what is kept in it would mix two deliveries.",
}
"""Why there is each of the contract's rules; what they ask, they say themselves."""
KINDS: tuple[type[Channel], ...] = (
    Website,
    X,
    LineChannel,
    RadioSpot,
    FlyerRequest,
    RequestLetter,
    PressRelease,
    PressConference,
    CallCentre,
    CounterGuide,
    PartnerNotice,
    Meeting,
    Letter,
    Flyer,
    Newspaper,
)

_ANCHORS = {model.__name__: anchor for anchor, model in MODELS.items()}
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_FORMATS = {"date": "day", "date-time": "moment"}
_PLURALS = {"text": "texts", "day": "days", "moment": "moments", "time of day": "times of day"}
_PATTERNS = {
    TypeAdapter(kind).json_schema()["pattern"]: word
    for kind, word in ((Duration, "length of time"), (Moment, "moment"), (TimeOfDay, "time of day"),
                       (when.OffsetText, "number of days"), (shape.Id, "id"))
}  # fmt: skip
_HEAD = ("| key | value | if left out | meaning |", "|---|---|---|---|")
_PART = re.compile(r"(<!-- generated: (?P<name>[a-z_ -]+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def parts() -> dict[str, str]:
    """Each part by its name, as it stands in a page."""
    tables = {f"table {anchor}": table(model) for anchor, model in MODELS.items()}
    tables["settings documents"] = table(DocumentSettings, beside=Settings)
    tables["version documents"] = table(DocumentVersion, beside=Version)
    for kind in KINDS:
        is_document = issubclass(kind, DocumentChannel)
        tables[f"settings {kind.kind}"] = table(kind.settings_model, DocumentSettings if is_document else Settings)
        tables[f"version {kind.kind}"] = table(kind.version_model, DocumentVersion if is_document else Version)
    tables |= {f"help {name}".strip(): text for name, text in help_texts("en")}
    tables |= {f"ja help {name}".strip(): text for name, text in help_texts("ja")}
    tables |= {f"hook {name}": text for name, text in hooks()}
    tables["rules"] = rules()
    tables["rules of check"] = rule_table()
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
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
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


def help_texts(language: str) -> Iterator[tuple[str, str]]:
    """Each command's --help text in a code block, the whole program's under the empty name."""
    for name in ("", *COMMANDS, *(f"plugins {name}" for name in SUMMARIES)):
        arguments = ["--lang", language, *name.split(), "--help"]
        shown = CliRunner().invoke(cli, arguments, prog_name="kohoctl", terminal_width=HELP_WIDTH)
        yield name, f"```\n{shown.output}```\n"


def parameters() -> str:
    """What each command takes, as JSON: by it a shell is told how a line may go on, and no command has to be loaded."""
    speak("en")
    found = {}
    for name in (*COMMANDS, *(f"plugins {name}" for name in SUMMARIES)):
        command: click.Command | None = cli
        for word in name.split():
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)
        assert command is not None
        taken = [_parameter(parameter) for parameter in command.params]
        is_group = isinstance(command, click.Group)
        found[name] = {"help": command.short_help, "group": is_group, "parameters": taken}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _parameter(parameter: click.Parameter) -> dict[str, Any]:
    words = list(parameter.type.choices) if isinstance(parameter.type, click.Choice) else []
    is_option = isinstance(parameter, click.Option)
    return {
        "name": parameter.name,
        "options": [*parameter.opts, *parameter.secondary_opts] if is_option else [],
        "flag": isinstance(parameter, click.Option) and parameter.is_flag,
        "multiple": parameter.multiple,
        "path": isinstance(parameter.type, click.Path),
        "words": list(RULES) if parameter.name == "only" else words,
        "help": (parameter.help or "") if isinstance(parameter, click.Option) else "",
    }


def hooks() -> Iterator[tuple[str, str]]:
    """Each hook's signature, what it says of itself, and the plugins of this repository that have it."""
    for node in ast.parse(inspect.getsource(hookspecs)).body:
        if isinstance(node, ast.FunctionDef):
            returns = ast.unparse(node.returns) if node.returns else "None"
            signature = f"```python\ndef {node.name}({ast.unparse(node.args)}) -> {returns}: ...\n```\n"
            said = _markdown(inspect.cleandoc(ast.get_docstring(node) or ""))
            yield node.name, f"{signature}\n{said}\n\n{_examples(node.name)}\n"


def _examples(hook: str) -> str:
    files = [
        path
        for path in sorted((ROOT / "plugins").glob("*.py"))
        if not path.name.startswith("test_") and f"def {hook}(" in path.read_text(encoding="utf-8")
    ]
    links = [f"[{path.stem}](../plugins/{path.name})" for path in files]
    return "\n".join(["In this repository:", "", *(f"- {link}" for link in links)])


def rules() -> str:
    """The contract's rules in the order in which they are tried: what each asks, and why."""
    rows = [f"| `{rule.name}` | {_cell(_markdown(rule.sentence))} | {WHY[rule.name]} |" for rule in RULES.values()]
    return "\n".join(["| rule | what it asks | why |", "|---|---|---|", *rows]) + "\n"


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
    for name, page in rule_pages().items():
        (RULE_PAGES / f"{name}.md").write_text(page, encoding="utf-8")
    PARAMETERS.write_text(parameters(), encoding="utf-8")
