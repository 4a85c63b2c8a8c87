"""structlog's events on stderr: lines for people on a terminal, JSON otherwise, and never a secret."""

from __future__ import annotations

import io
import json
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Literal, TextIO, cast

import structlog

from kohoctl.foreign import own
from kohoctl.redaction import Redactor
from kohoctl.states import State

LogFormat = Literal["auto", "console", "json"]
ENDING_WIDTH = max(len(state) for state in State)


def configure_logs(chosen: LogFormat, redactor: Redactor, stream: TextIO) -> None:
    """Send every event to ``stream`` in the ``chosen`` format, each text scrubbed by ``redactor``."""

    def scrubbed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: redactor.scrub_all(value) for name, value in event.items()}

    for_people = chosen == "console" or (chosen == "auto" and stream.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            scrubbed,
            _line if for_people else _json,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Unfailing(own(stream)))),
    )


class _Unfailing(io.TextIOBase):
    """A stream that loses what it cannot write: a log that nobody takes is no reason to stop delivering."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def _json(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)


def _line(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """``10:00:03  delivered  nenkin-2015/notice/mhlw-site/2015-06-03  website, attempt 1, 0.21 s``."""
    clock = str(event.pop("timestamp"))[11:19]
    if event["event"] != "delivery":
        rest = "  ".join(f"{name}={value}" for name, value in event.items() if name not in ("event", "level"))
        return f"{clock}  {event['event']}  {rest}"
    attempt = f", attempt {event['attempt']}" if event["attempt"] else ""
    line = (
        f"{clock}  {event['ending']:<{ENDING_WIDTH}}  {event['key']}  {event['kind']}{attempt}, {event['duration']} s"
    )
    return line + (f"  {event['reason']}" if "reason" in event else "")
