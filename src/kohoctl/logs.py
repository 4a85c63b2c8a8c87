"""structlog's events on stderr: lines for people on a terminal, JSON otherwise, and never a secret."""

from __future__ import annotations

import json
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

from kohoctl.redaction import Redactor

LogFormat = Literal["auto", "console", "json"]


def configure_logs(chosen: LogFormat, redactor: Redactor, stream: TextIO | None = None) -> None:
    """Send every event to ``stream`` (stderr) in the ``chosen`` format, each text scrubbed by ``redactor``."""
    out = stream or sys.stderr
    for_people = chosen == "console" or (chosen == "auto" and out.isatty())

    def scrubbed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: redactor.scrub(value) if isinstance(value, str) else value for name, value in event.items()}

    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=out.isatty())
        if for_people
        else structlog.processors.JSONRenderer(
            serializer=lambda event, **_: json.dumps(event, ensure_ascii=False, default=str)
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            scrubbed,
            renderer,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
