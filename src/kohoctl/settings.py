"""What a campaign file may set: pydantic models that channels and the file's own shape are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel's settings are read in, as the context of their validation: the campaign file's folder, and the
    document templates that plugins bring."""

    folder: Path
    templates: Mapping[str, Path]


@dataclass(frozen=True)
class Written:
    """In the JSON Schema: text that matches ``pattern``; ``mistake`` is what an editor says of any other."""

    pattern: str = field(repr=False)
    mistake: str = field(repr=False)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return self.schema

    @property
    def schema(self) -> JsonSchemaValue:
        """What stands there, whatever Python makes of it."""
        return {"type": "string", "pattern": self.pattern, "patternErrorMessage": self.mistake}


class Hidden(ValueError):
    """A value that cannot be used, and that nobody should read."""


_NO_LITERAL = "a secret does not stand in the file: write {env: NAME} or {file: PATH}"


class Secret(BaseModel):
    """Where a secret is kept: an environment variable or a file, never the campaign file itself."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"minProperties": 1, "maxProperties": 1, "errorMessage": _NO_LITERAL},
    )

    env: str | None = Field(None, description="Name of the environment variable that holds the secret.")
    file: str | None = Field(None, description="Path of the file that holds the secret; its last newline is dropped.")

    @model_validator(mode="before")
    @classmethod
    def _is_no_literal(cls, value: object) -> object:
        if isinstance(value, str):
            raise Hidden(_NO_LITERAL)
        return value

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Secret:
        if (self.env is None) == (self.file is None):
            raise ValueError("give either env or file")
        return self


def _safe_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise Hidden("the URL holds a user name or password: give them as a secret instead")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ValueError(_NOT_SAFE)
    return value.rstrip("/")


_NOT_SAFE = "not an https:// address (http:// is for this machine only)"
_SAFE = r"^\s*[Hh][Tt][Tt][Pp]([Ss]://|://(127\.0\.0\.1|[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|\[::1\])([:/?#]|$))"
ServiceUrl = Annotated[str, AfterValidator(_safe_url), Written(_SAFE, _NOT_SAFE)]
"""A service's base URL: https, or http on this machine; kept without its last slash."""

_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


def _rate(value: str) -> str:
    parse_rate(value)
    return value


def parse_rate(text: str) -> tuple[int, timedelta]:
    """``60/hour`` or ``100/15 minutes`` as a count and the span that it is for. Raises ValueError for anything else."""
    match = _RATE.fullmatch(text)
    if not match or int(match[1]) < 1 or match[2] == "0":
        raise ValueError(_NO_RATE)
    return int(match[1]), int(match[2] or 1) * _UNITS[match[3]]


_RATE = re.compile(r"\s*(\d+)\s*/\s*(\d+)?\s*(second|minute|hour|day)s?\s*")
_NO_RATE = "a rate is a number, a slash and a span: 60/hour, 100/15 minutes"
Rate = Annotated[str, AfterValidator(_rate), Written(f"^{_RATE.pattern}$", _NO_RATE)]
"""How many deliveries in what time: ``60/hour``, ``100/15 minutes``."""


class Settings(BaseModel):
    """What every channel may set. A kind's own settings derive from this and describe each field."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    concurrency: int | None = Field(
        None, ge=1, le=64, description="Deliveries at the same time; the kind's own number if left out."
    )
    rate: Rate | None = Field(
        None, description="At most so many deliveries in so long, such as 60/hour; the kind's own if left out."
    )


class Image(BaseModel):
    """A picture beside the campaign file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(description="Path, from the campaign file's folder.")
    alt: str | None = Field(None, description="What it shows, for those who cannot see it.")


class Version(BaseModel):
    """A message's own version for one channel. A kind that needs more of a message derives its fields from this."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    title: str | None = Field(None, description="Another title for this channel.")
    body: str | None = Field(None, description="Another text for this channel.")
    images: tuple[Image, ...] = Field((), description="Pictures for this channel instead of the message's.")
    attachments: tuple[str, ...] = Field((), description="Files for this channel instead of the message's.")


_NOT_ENCRYPTED = "mail to another machine is encrypted: security is starttls or tls"


_MAIL_RULES: JsonDict = {
    "dependencies": {"username": ["password"], "password": ["username"]},
    "if": {"required": ["security"], "properties": {"security": {"enum": ["none"]}}},
    "then": {"properties": {"host": {"enum": [*sorted(LOOPBACK)], "errorMessage": _NOT_ENCRYPTED}}},
}


class MailServer(BaseModel):
    """The server that takes the campaign's mail."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_MAIL_RULES)

    host: str = Field(description="The SMTP server's name.")
    port: int = Field(587, ge=1, le=65535, description="587 for STARTTLS, 465 for TLS from the start.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is encrypted; none is for a server on this machine only."
    )
    username: str | None = Field(None, description="The user to log in as, where the server asks for one.")
    password: Secret | None = Field(None, description="That user's password.")

    @model_validator(mode="after")
    def _is_encrypted(self) -> MailServer:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError(_NOT_ENCRYPTED)
        if (self.username is None) != (self.password is None):
            raise ValueError("give username and password together")
        return self
