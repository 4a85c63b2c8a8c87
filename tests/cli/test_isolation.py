"""What a person sees of a plugin that prints, hangs or is left out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from commands import start
from kohoctl import foreign
from support import write

from .conftest import DUE, Answer, Kohoctl

PRINTING = """\
import logging, sys
import structlog
from kohoctl import Channel, Receipt, Rendition, Secret, Settings, hookimpl
from pydantic import Field

print("loaded")

class S(Settings):
    token: Secret = Field(description="x")

class Printing(Channel):
    kind = "printing"
    settings_model = S
    def render(self, message, recipient):
        print("rendering", end="")
        print(" a text")
        sys.stderr.write("and a complaint\\n")
        return Rendition({"text": message.body})
    def deliver(self, rendition, key, transport):
        token = transport.secret(self.settings.token)
        print("with", token)
        logging.getLogger("own").warning("logged %s", token)
        structlog.get_logger("own").info("structured", token=token)
        return Receipt.published("1", token=token)

@hookimpl
def kohoctl_channels():
    return [Printing]
"""


def office_with_plugin(folder: Path, text: str, channel: str, body: str = "文") -> Path:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "odd.py").write_text(text, encoding="utf-8")
    return write(
        folder,
        f"warning: {{title: 注意, when: {DUE:%Y-%m-%dT%H:%M}, channels: [way], body: {body}}}\n",
        f"way: {{{channel}, owner: 甲}}\n",
        "plugins: [plugins/]\n",
    )


PRINTING_WHO = """
import structlog, threading
from kohoctl import Channel, Receipt, Rendition, hookimpl

class Printing(Channel):
    kind = "printing"
    def render(self, message, recipient):
        print("rendered for", recipient["email"])
        return Rendition({"text": message.body}, {"to": recipient["email"]})
    def deliver(self, rendition, key, transport):
        to = rendition.destination["to"]
        print("sent to", to)
        structlog.get_logger("own").info("sent", to=to)
        thread = threading.Thread(target=print, args=("a thread has", to))
        thread.start()
        thread.join()
        return Receipt.published("1")

@hookimpl
def kohoctl_channels():
    return [Printing]
"""


def run_to_somebody(kohoctl: Kohoctl, folder: Path, plugin: str) -> Answer:
    """A live run by the plugin's kind to one recipient, which ends well."""
    path = office_with_plugin(folder, plugin, "kind: printing, recipients: desks")
    lists = "recipients: {desks: [{id: npa, email: madoguchi@npa.example}]}\n"
    path.write_text(lists + path.read_text(encoding="utf-8"), encoding="utf-8")
    answer = kohoctl("run", path, "--live", "--log-format", "json")
    assert answer.code == 0
    return answer


def test_of_what_a_plugin_prints_nothing_is_told_of_the_recipient(kohoctl: Kohoctl, tmp_path: Path) -> None:
    answer = run_to_somebody(kohoctl, tmp_path, PRINTING_WHO)
    for said in ("rendered for [redacted]", "sent to [redacted]", '"to": "[redacted]"'):
        assert said in answer.err
    assert "madoguchi" not in answer.out + answer.err


def test_what_a_plugins_own_thread_says_long_after_a_delivery_is_not_told(kohoctl: Kohoctl, tmp_path: Path) -> None:
    answer = run_to_somebody(kohoctl, tmp_path, TALKING_LATER)
    assert answer.err.count("[not told: it may be of any recipient]") == 3
    assert "madoguchi" not in answer.out + answer.err


TALKING_LATER = """
import structlog, threading
from kohoctl import Channel, Receipt, Rendition, hookimpl

delivered, spoken = threading.Event(), threading.Event()

class Printing(Channel):
    kind = "printing"
    def render(self, message, recipient):
        return Rendition({"text": message.body}, {"to": recipient["email"]})
    def deliver(self, rendition, key, transport):
        to = rendition.destination["to"]
        def talk():
            delivered.wait(10)
            print("a thread has", to)
            structlog.get_logger("own").info("has " + to, to=to)
            spoken.set()
        threading.Thread(target=talk).start()
        return Receipt.published("1")

@hookimpl
def kohoctl_delivered(delivery, receipt, transport):
    delivered.set()
    spoken.wait(10)

@hookimpl
def kohoctl_channels():
    return [Printing]
"""


PRINTING_LATE = """
import atexit, sys, threading
from kohoctl import Channel, Receipt, Rendition, hookimpl

class Late:
    def __del__(self):
        raise RuntimeError("deleted late")

kept = Late()

def late():
    print("printed late")
    raise RuntimeError("raised late")

class Printing(Channel):
    kind = "printing"
    def render(self, message, recipient):
        atexit.register(late)
        threading.Timer(0.5, late).start()
        return Rendition({"text": message.body})
    def deliver(self, rendition, key, transport):
        return Receipt.published("1")

@hookimpl
def kohoctl_channels():
    return [Printing]
"""


def test_what_a_plugin_leaves_to_the_end_of_the_process_says_nothing_there(tmp_path: Path) -> None:
    path = office_with_plugin(tmp_path, PRINTING_LATE, "kind: printing")
    answer = start(("run", path, "--live", "--format", "json"), tmp_path / "printed" / "run", {}).end()
    assert answer.code == 0
    assert [one["state"] for one in json.loads(answer.out)["deliveries"]] == ["delivered"]
    assert "late" not in answer.out + answer.err


def test_what_a_plugin_prints_goes_to_the_log_under_its_name_without_secrets(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODD_TOKEN", "token-of-the-odd-one")
    path = office_with_plugin(tmp_path, PRINTING, "kind: printing, token: {env: ODD_TOKEN}")
    answer = kohoctl("run", path, "--live", "--format", "json")
    assert answer.code == 0
    assert json.loads(answer.out)["deliveries"][0]["state"] == "delivered"
    logged = [json.loads(line) for line in answer.err.splitlines()]
    printed = [(one["plugin"], one["text"]) for one in logged if one["event"] == "printed by a plugin"]
    assert ("plugins/odd.py", "loaded") in printed
    assert ("the kind printing", "rendering a text") in printed
    assert ("the kind printing", "and a complaint") in printed
    assert ("the kind printing", "with [redacted]") in printed
    assert [one["token"] for one in logged if one["event"] == "structured"] == ["[redacted]"]
    assert "token-of-the-odd-one" not in answer.out + answer.err


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_rendering_that_hangs_is_named_by_check_and_plan(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(foreign, "RENDER_LIMIT", 0.3)
    hangs = PRINTING.replace('print("rendering", end="")', "import time; time.sleep(60)")
    path = office_with_plugin(tmp_path, hangs, "kind: printing, token: {env: ODD_TOKEN}")
    answer = kohoctl(command, path)
    assert answer.code == 1
    assert "the kind printing could not render this" in answer.out
    assert "has not come back within 0.3 seconds" in answer.out


def test_a_plugin_that_hangs_while_it_is_loaded_is_named_and_its_channel_blocked(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kohoctl.plugins.registry.LOAD_LIMIT", 0.3)
    hangs = PRINTING.replace('print("loaded")', "import time; time.sleep(60)")
    path = office_with_plugin(tmp_path, hangs, "kind: printing, token: {env: ODD_TOKEN}")
    answer = kohoctl("run", path)
    assert answer.code == 1
    assert "plugins/odd.py did not load: Overdue" in answer.err
    assert "blocked" in answer.out


LEAVING = """\
import sys
from kohoctl import hookimpl

@hookimpl
def kohoctl_filters():
    return {"leave": lambda text: sys.exit(0)}

@hookimpl
def kohoctl_calendars():
    return {"never": lambda first, last: sys.exit(0)}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("文", "'{{ hotline | leave }}'"),
        (f"{DUE:%Y-%m-%dT%H:%M}", "{calendar: never, at: '10:00', from: 2015-06-01, to: 2015-06-30}"),
    ],
    ids=["filter", "calendar"],
)
def test_a_plugin_cannot_end_a_live_run_as_if_all_was_well(
    kohoctl: Kohoctl, tmp_path: Path, old: str, new: str
) -> None:
    path = office_with_plugin(tmp_path, PRINTING, "kind: printing, token: {env: T}")
    (tmp_path / "plugins" / "leaving.py").write_text(LEAVING, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace(old, new) + "facts: {hotline: 0120-818211}\n"
    path.write_text(text, encoding="utf-8")
    answer = kohoctl("run", path, "--live")
    assert answer.code == 1
    assert "SystemExit: 0" in answer.err


def test_a_plugin_that_goes_to_another_folder_takes_neither_ledger_nor_outbox_along(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wandering = PRINTING.replace("import logging, sys\n", "import logging, os, sys\nos.chdir('/')\n")
    wandering = wandering.replace('print("rendering", end="")', "os.chdir('/')")
    monkeypatch.setenv("ODD_TOKEN", "token-of-the-odd-one")
    office_with_plugin(tmp_path, wandering, "kind: printing, token: {env: ODD_TOKEN}")
    monkeypatch.chdir(tmp_path)
    for command in (["run", "--outbox", "rehearsed"], ["run", "--live", "--ledger", "kept.sqlite"], ["run", "--live"]):
        assert kohoctl(command[0], "campaigns.yaml", *command[1:]).code == 0
        monkeypatch.chdir(tmp_path)
    made = {"rehearsed", "kept.sqlite", "campaigns.ledger.sqlite"}
    assert made <= {path.name for path in tmp_path.iterdir()}


POOL = """\
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
import time
from kohoctl import Channel, Rendition, hookimpl

class Pool(Channel):
    kind = "pool"
    time_limit = timedelta(seconds=0.3)
    def render(self, message, recipient):
        return Rendition({"text": message.body})
    def deliver(self, rendition, key, transport):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(time.sleep, 60).result()

@hookimpl
def kohoctl_channels():
    return [Pool]
"""


def test_the_command_ends_where_a_pool_of_a_kind_never_does(tmp_path: Path) -> None:
    path = office_with_plugin(tmp_path, POOL, "kind: pool")
    answer = start(["run", path, "--live"], tmp_path / "printed", os.environ).end(30)
    assert answer.code == 1
    assert "way was given up for this run: the kind pool has not come back within 0.3 seconds" in answer.out


def test_without_plugins_none_of_their_code_runs(kohoctl: Kohoctl, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    leaving_a_mark = f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n" + PRINTING
    path = office_with_plugin(tmp_path, leaving_a_mark, "kind: printing, token: {env: T}")
    answer = kohoctl("check", path, "--no-plugins")
    assert not ran.exists()
    assert "plugins/odd.py, which brings this kind, was left out" in answer.out
    assert kohoctl("check", path).code == 0
    assert ran.exists()


def test_nothing_is_sent_without_the_plugins_whose_rules_would_be_kept(kohoctl: Kohoctl, tmp_path: Path) -> None:
    path = office_with_plugin(tmp_path, PRINTING, "kind: printing, token: {env: T}")
    answer = kohoctl("run", path, "--live", "--no-plugins")
    assert answer.code == 2
    assert "leaves out an office's own rules too" in answer.err
    assert not path.with_suffix(".ledger.sqlite").exists()


def test_what_a_plugins_own_threads_print_and_raise_goes_to_the_log_without_secrets(tmp_path: Path) -> None:
    threads = PRINTING.replace(
        '        print("with", token)\n',
        "        import threading\n"
        "        def work():\n"
        '            print("in a thread", token)\n'
        '            raise ValueError(f"it had {token}")\n'
        "        thread = threading.Thread(target=work)\n"
        "        thread.start()\n"
        "        thread.join()\n",
    )
    path = office_with_plugin(tmp_path, threads, "kind: printing, token: {env: ODD_TOKEN}")
    answer = start(("run", path, "--live", "--format", "json"), tmp_path / "printed", {"ODD_TOKEN": "hush-hush"}).end()
    assert answer.code == 0
    assert "hush-hush" not in answer.out + answer.err
    assert "in a thread [redacted]" in answer.err
    assert "ValueError: it had [redacted]" in answer.err
    assert json.loads(answer.out)["deliveries"]
