"""structlog's events on stderr: lines for people on a terminal, JSON otherwise, and never a secret.

kohoctl's own events go through a logger that no other code can configure anew: a plugin may do that to structlog's.
structlog is imported where something is logged, or where a plugin may do so: most commands log nothing.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TextIO, cast

from kohoctl.foreign import own, private_here, speaks_of_anybody
from kohoctl.redaction import Redactor
from kohoctl.states import State

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor

LogFormat = Literal["auto", "console", "json"]
ENDING_WIDTH = max(len(state) for state in State)

UNTOLD = "[not told: it may be of any recipient]"
"""Stands for what a thread of a plugin's own says."""
_OURS = frozenset({"level", "timestamp"})
"""What of a plugin's event comes from kohoctl."""

_own: FilteringBoundLogger | None = None
_wanted: Callable[[], None] | None = None
"""Makes the logs as they were asked for last; None where they are made."""


def own_log() -> FilteringBoundLogger:
    """kohoctl's own log, as it was configured last; on stderr where it was not."""
    ready_logs()
    return _own or _logger(_processors("auto", Redactor(), sys.stderr), _Unfailing(own(sys.stderr)))


def of_plugin(said: Any, redactor: Redactor) -> Any:
    """What a plugin has ``said`` in this thread, without secrets and without the data of the recipients that it is at
    work for; nothing of it where it may be of anybody."""
    return UNTOLD if speaks_of_anybody() else redactor.scrub_all(said, private_here())


def configure_logs(chosen: LogFormat, redactor: Redactor, stream: TextIO) -> None:
    """Send every event to ``stream`` in the ``chosen`` format, each text scrubbed by ``redactor``: kohoctl's own, and
    those of a plugin that uses structlog as it is."""
    global _own, _wanted
    _own, _wanted = None, partial(_make, chosen, redactor, stream)
    if "structlog" in sys.modules:
        ready_logs()


def ready_logs() -> None:
    """Have the logs at hand as they were configured: to be called before any code that is not kohoctl's is loaded."""
    if _wanted is not None:
        _wanted()


def _make(chosen: LogFormat, redactor: Redactor, stream: TextIO) -> None:
    import structlog

    global _own, _wanted
    unfailing = _Unfailing(own(stream))
    _own, _wanted = _logger(_processors(chosen, redactor, stream), unfailing), None
    structlog.configure(
        # a list of its own: a plugin may change what is in it
        processors=_processors(chosen, redactor, stream, of_plugins=True),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, unfailing)),
    )


def _logger(processors: list[Processor], stream: _Unfailing) -> FilteringBoundLogger:
    import structlog

    every_level = structlog.make_filtering_bound_logger(0)
    logger = structlog.WriteLogger(cast(TextIO, stream))
    return cast("FilteringBoundLogger", structlog.wrap_logger(logger, processors, every_level, dict).bind())


def _processors(chosen: LogFormat, redactor: Redactor, stream: TextIO, *, of_plugins: bool = False) -> list[Processor]:
    import structlog

    def scrubbed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if of_plugins:
            return {name: value if name in _OURS else of_plugin(value, redactor) for name, value in event.items()}
        return {name: redactor.scrub_all(value) for name, value in event.items()}

    for_people = chosen == "console" or (chosen == "auto" and stream.isatty())
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrubbed,
        _line if for_people else _json,
    ]


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
