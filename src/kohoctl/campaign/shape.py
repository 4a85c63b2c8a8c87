"""The shape of a campaign file: which keys stand where, and what their values may be.

The parts that stand under a name (each fact, calendar, list, channel, campaign and message) are validated one by one,
so that a broken one hides nothing in the others: their models are named here by `Later`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from kohoctl.campaign.calendars import Calendar
from kohoctl.campaign.facts import NAME, RESERVED
from kohoctl.campaign.problems import Wrong, no_such
from kohoctl.campaign.times import AlsoText, Duration, written
from kohoctl.campaign.when import When
from kohoctl.language import either
from kohoctl.settings import Image, MailServer, Secret, Written

ID_LENGTH = 64
"""Characters of an id. Ids are parts of a delivery's key, each the name of a folder or file in a rehearsal's outbox."""
GRACE = timedelta(hours=1)
"""How late a message may go out unless the file says otherwise: a scheduler's pause or a restart fits into it, and
what was announced for the morning does not appear at night."""

_ID = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{ID_LENGTH - 1}}}")
_VERSION = 1
_NOT_PLAIN = "a fact holds plain text: it cannot use another fact"
_NO_NAME = f"a fact's name is made of letters, digits and _, and is not {' or '.join(RESERVED)}"
_SIGNS = r"\x00-/:-@\[-^`{-\xa9\u2000-\u206f\u3000-\u3004\u3008-\u3020\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e"
_NAME_LETTERS = rf"^(?!({'|'.join(RESERVED)})$)[^0-9{_SIGNS}][^{_SIGNS}]*$"
"""`NAME` for an editor, which knows no letters but those of ASCII: whatever is no sign of ASCII's or Japan's."""


def parse_id(value: str) -> str:
    """``value`` where it may be a part of a delivery's key. Raises `Wrong` otherwise."""
    if not _ID.fullmatch(value):
        hint = "begin with a letter or digit; fraud-warning"
        raise Wrong(
            "an id is made of a to z, 0 to 9, and . _ - in between, {most} characters at most", hint, most=ID_LENGTH
        )
    return value


@cache
def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise Wrong.about(no_such("timezone", name, available_timezones())) from None
    return name


def _version(value: object) -> object:
    if value != str(_VERSION):
        raise Wrong("this kohoctl reads version {version} of the campaign file", "version: 1", version=_VERSION)
    return _VERSION


def _fact_name(value: str) -> str:
    if not NAME.fullmatch(value) or value in RESERVED:
        raise Wrong(
            "a fact's name is made of letters, digits and _, and is not {reserved}",
            "hotline_hours",
            reserved=either(RESERVED),
        )
    return value


def _plain(value: str) -> str:
    if "{{" in value or "{%" in value:
        raise Wrong(_NOT_PLAIN)
    return value


Id = Annotated[
    str,
    AfterValidator(parse_id),
    written(_ID, f"an id is made of a to z, 0 to 9, and . _ - in between, {ID_LENGTH} characters at most"),
]
FactName = Annotated[
    str,
    AfterValidator(_fact_name),
    Written(_NAME_LETTERS, _NO_NAME),
]
FactText = Annotated[
    str,
    AfterValidator(_plain),
    Written(r"^(?![\s\S]*\{[{%])", _NOT_PLAIN),
]


@dataclass(frozen=True)
class Later:
    """Marks a value that is validated by itself afterwards; the JSON Schema shows ``type`` all the same."""

    type: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        within = TypeAdapter(self.type).core_schema
        return handler(core_schema.definitions_schema(within, []))  # as it stands, it would lose its own JSON Schema


class Shape(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RepostShape(Shape):
    """Another message's post to pass on."""

    message: str = Field(description="Id of the message, in the same campaign.")
    channel: str | None = Field(None, description="Which of its channels, where it goes out by several of the kind.")


def _repost(value: object) -> object:
    return {"message": value} if isinstance(value, str) else value


def _ways(value: object) -> object:
    """A list of channels as a mapping of channels without own versions."""
    if not isinstance(value, list):
        return value
    for index, name in enumerate(value):
        if not isinstance(name, str):
            raise Wrong("a channel's name is text", path=(index,))
        if name in value[:index]:
            raise Wrong("the channel {channel} stands here twice", path=(index,), channel=name)
    return dict.fromkeys(value)


_WAYS_SCHEMA = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]}
Ways = Annotated[dict[str, Any], BeforeValidator(_ways), WithJsonSchema(_WAYS_SCHEMA)]


class MessageShape(Shape):
    """What is said: a title, a body, and, where a channel needs other words, its own version."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "if": {"required": ["repost"]},
            "else": {
                "required": ["title", "body"],
                "properties": {"title": {"minLength": 1}, "body": {"minLength": 1}},
            },
        },
    )

    title: str = Field("", description="The title. May hold {{ facts }}.")
    body: str = Field("", description="The text. May hold {{ facts }}.")
    images: tuple[Image, ...] = Field((), description="Pictures.")
    attachments: tuple[str, ...] = Field(
        (), description="Files that go with it, as paths from the file's folder; of a Typst file, the PDF made of it."
    )
    when: When = Field(description="When it goes out.")
    grace: Duration | None = Field(None, description="How late it may still go out: 30 minutes.")
    repost: Annotated[RepostShape, BeforeValidator(_repost), AlsoText()] | None = Field(
        None, description="A message of this campaign whose post is passed on, instead of title and body."
    )
    channels: Ways = Field(min_length=1, description="The channels by name: a list, or each with its own version.")
    action: str | None = Field(
        None, description='What the report says was done; the title if left out. With "", it is no action of its own.'
    )
    actor: str | None = Field(None, description="Who did it, in the report; the channels' owners if left out.")


class CampaignShape(Shape):
    """One effort with an owner and messages."""

    title: str = Field(min_length=1, description="The campaign's title.")
    owner: str = Field(min_length=1, description="Who answers for it.")
    grace: Duration | None = Field(None, description="How late its messages may still go out.")
    messages: dict[Id, Annotated[Any, Later(MessageShape)]] = Field(min_length=1, description="The messages by id.")


class ChannelShape(BaseModel):
    """A named way out: its kind, its owner and its recipients. All other keys are the kind's own settings."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str = Field(description="The kind: a plugin's word, such as website.")
    owner: str = Field(min_length=1, description="Who answers for the channel.")
    recipients: str | None = Field(None, description="Name of one of the file's lists of recipients.")


_TOGETHER = "give personal and key together"
_TOGETHER_HINT = "personal: true, key: {env: KOHOCTL_PEOPLE_KEY}"


class RecipientFile(Shape):
    """A list of recipients in a CSV file with a line of column names; the column id is needed."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "if": {"required": ["personal"], "properties": {"personal": {"enum": [True, "true", "True", "TRUE"]}}},
            "then": {"required": ["key"], "errorMessage": f"{_TOGETHER}: {_TOGETHER_HINT}"},
            "else": {"properties": {"key": False}, "errorMessage": f"{_TOGETHER}: {_TOGETHER_HINT}"},
        },
    )

    file: str = Field(description="Path, from the campaign file's folder.")
    encoding: Literal["utf-8", "cp932"] | None = Field(None, description="Found out by itself where left out.")
    personal: bool = Field(False, description="Whether these are people, whom kohoctl's records are not to name.")
    key: Secret | None = Field(None, description="With personal: the secret under which a person is known by a hash.")

    @model_validator(mode="after")
    def _has_a_key(self) -> RecipientFile:
        if self.personal != (self.key is not None):
            raise Wrong(_TOGETHER, _TOGETHER_HINT)
        return self


def _text_or_empty(value: object) -> object:
    return "" if value is None else value


_ROW_SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": TypeAdapter(Id).json_schema()
        | {"description": "The recipient's id, a part of the deliveries' keys: it stays as it is."}
    },
    "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "null"}]},
}
RecipientRow = Annotated[
    dict[str, Annotated[str, BeforeValidator(_text_or_empty)]],
    WithJsonSchema(_ROW_SCHEMA),
]
RecipientRows = Annotated[list[RecipientRow], Field(min_length=1)]


class PluginShape(Shape):
    """A plugin's file and the only content that is allowed in it."""

    path: str = Field(description="The plugin's file, from the campaign file's folder.")
    sha256: str | None = Field(
        None,
        pattern=r"^[0-9a-fA-F]{64}$",
        description="SHA-256 of the file, as sha256sum prints it: with any other content it is not loaded.",
    )


def _plugin(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


class FileShape(Shape):
    """A campaign file."""

    version: Annotated[Literal[1], BeforeValidator(_version)] = Field(description="Version of this format: 1.")
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        "Asia/Tokyo", description="IANA name of the timezone that times without an offset are in."
    )
    plugins: tuple[Annotated[PluginShape, BeforeValidator(_plugin), AlsoText()], ...] = Field(
        (), description="Folders or files of plugins, beside the installed ones."
    )
    grace: Duration = Field(GRACE, description="How late a message may still go out: 30 minutes, 1 hour, 2 days.")
    facts: dict[FactName, Annotated[Any, Later(FactText)]] = Field(
        {}, description="Facts by name: {{ name }} in texts."
    )
    calendars: dict[str, Annotated[Any, Later(Calendar)]] = Field({}, description="Calendars by name.")
    recipients: dict[str, Annotated[Any, Later(RecipientFile | RecipientRows)]] = Field(
        {}, description="Lists of recipients by name."
    )
    mail: MailServer | None = Field(None, description="The server that takes the campaign's mail.")
    channels: dict[Id, Annotated[Any, Later(ChannelShape)]] = Field(min_length=1, description="The channels by name.")
    campaigns: dict[Id, Annotated[Any, Later(CampaignShape)]] = Field(min_length=1, description="The campaigns by id.")
