"""kohoctl's log and output are its own, whatever a plugin does to structlog or to the streams."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from commands import Answer, start

from .test_isolation import office_with_plugin

TOKEN = "token-of-the-odd-one"

DOING = """\
import io, sys, time
from datetime import timedelta
import structlog
from kohoctl import Channel, Receipt, Rendition, Secret, Settings, hookimpl
from pydantic import Field

def raising(*_):
    raise SystemExit("no event of mine")

def act(moment):
    if moment == "MOMENT":
        ACT

class S(Settings):
    token: Secret = Field(description="x")

class Odd(Channel):
    kind = "odd"
    settings_model = S
    time_limit = timedelta(seconds=0.5)
    def render(self, message, recipient):
        act("render")
        return Rendition({"text": message.body})
    def deliver(self, rendition, key, transport):
        token = transport.secret(self.settings.token)
        act("deliver")
        print("with", token)
        return Receipt.published("1")

@hookimpl
def kohoctl_channels():
    return [Odd]
"""


def live(folder: Path, act: str, moment: str = "deliver", more: Iterable[str] = ()) -> Answer:
    """A live run with a plugin that does ``act`` at that moment."""
    text = DOING.replace("MOMENT", moment).replace("ACT", act)
    path = office_with_plugin(folder, text, "kind: odd, token: {env: ODD_TOKEN}")
    return start(("run", path, "--live", *more), folder / "printed", {"ODD_TOKEN": TOKEN}).end(20)


@pytest.mark.parametrize(
    ("act", "moment"),
    [
        ("structlog.configure(processors=[raising])", "render"),
        ("structlog.configure(processors=[raising])", "deliver"),
        ("structlog.configure(processors=[structlog.dev.ConsoleRenderer()])", "deliver"),
        ("structlog.get_config()['processors'].clear()", "deliver"),
        (
            "structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), cache_logger_on_first_use=True)",
            "deliver",
        ),
        ("structlog.reset_defaults()", "render"),
        ("structlog.reset_defaults(); structlog.get_logger().info('hello')", "deliver"),
    ],
)
def test_a_plugin_that_configures_structlog_anew_keeps_nothing_out_of_the_log(
    tmp_path: Path, act: str, moment: str
) -> None:
    answer = live(tmp_path, act, moment)
    assert answer.code == 0
    logged = {event["event"]: event for event in answer.events}
    assert logged["delivery"]["ending"] == "delivered"
    assert logged["printed by a plugin"]["text"] == "with [redacted]"
    assert TOKEN not in answer.out + answer.err


def test_what_a_plugin_logs_by_structlog_is_scrubbed_though_it_configured_another_logger(tmp_path: Path) -> None:
    answer = live(tmp_path, f"structlog.reset_defaults(); structlog.get_logger().info({TOKEN!r})")
    assert answer.code == 0
    printed = [event["text"] for event in answer.events if event["event"] == "printed by a plugin"]
    assert any("[redacted]" in text for text in printed)
    assert TOKEN not in answer.out + answer.err


@pytest.mark.parametrize(
    ("act", "moment"),
    [
        ("sys.stdout = sys.stderr = io.StringIO()", "render"),
        ("sys.stdout = sys.stderr = io.StringIO()", "deliver"),
        ("sys.stdout = sys.stderr = None", "deliver"),
        (
            "sys.stdout = io.TextIOWrapper(sys.stdout.buffer); sys.stderr = io.TextIOWrapper(sys.stderr.buffer)",
            "deliver",
        ),
        ("sys.stdout.close(); sys.stderr.close()", "deliver"),
    ],
)
def test_a_plugin_that_takes_away_the_streams_takes_away_neither_log_nor_answer(
    tmp_path: Path, act: str, moment: str
) -> None:
    answer = live(tmp_path, act, moment, ("--format", "json"))
    assert answer.code == 0
    assert [one["state"] for one in answer.deliveries.values()] == ["delivered"]
    assert "delivery" in {event["event"] for event in answer.events}
    assert TOKEN not in answer.out + answer.err


def test_a_kind_that_hangs_with_the_streams_in_its_hands_takes_away_no_answer(tmp_path: Path) -> None:
    answer = live(tmp_path, "sys.stdout = io.StringIO(); time.sleep(60)", more=("--format", "json"))
    assert answer.code == 1
    assert [one["state"] for one in answer.deliveries.values()] == ["unknown"]


def test_a_plugin_that_would_give_away_the_bytes_of_a_stream_is_told_that_it_cannot(tmp_path: Path) -> None:
    answer = live(tmp_path, "sys.stdout.detach()", more=("--format", "json"))
    assert [one["reason"] for one in answer.deliveries.values()] == ["UnsupportedOperation: detach"]


def test_what_a_plugin_writes_as_bytes_goes_to_the_log_too(tmp_path: Path) -> None:
    answer = live(tmp_path, r"sys.stdout.buffer.write('文\n'.encode())", more=("--format", "json"))
    assert "文" in [event.get("text") for event in answer.events]
    assert answer.deliveries
