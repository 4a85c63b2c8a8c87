"""Secrets and personal data stand nowhere: not in what is printed, written down, rehearsed, previewed or reported."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commands import start
from kohoctl.cli import main
from kohoctl.cli.common import redactor
from kohoctl.ledger import Ledger
from kohoctl.model import Recipient
from kohoctl.testing import Answer, Request, Service
from people import CANARIES as PEOPLE
from people import CHANNEL, LIST, MESSAGE, write_list
from servers.mail import MailServer
from support import QUICK as QUICK_PATIENCE
from support import write
from torture import canaries, leaky_plugin
from torture.strength import IS_FULL, Tally

WAYS = (
    *("raised", "refused", "unreached", "caused", "noted", "grouped", "exits", "receipt", "printed", "reset"),
    *("answered-400", "answered-500", "answered-429", "mangled", "problem", "render-raises"),
)
UNSENT = ("problem", "render-raises")
IN_VAIN = ("unreached", "answered-429", "reset")
"""What is tried again, each time after a longer while."""
AT_THE_END = ("in-a-thread", "at-exit", "when-deleted")
"""What shows only where a command is a process, and ends."""
WHICH = ("token", "odd", "hook", "key", "password", "email", "telephone")
COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("check", "FILE", "--format", style) for style in ("text", "json", "github", "sarif", "junit")),
    *(("plan", "FILE", "--format", style) for style in ("text", "json", "markdown")),
    ("plan", "FILE", "--against", "OLDER", "--format", "markdown"),
    ("preview", "FILE", "-o", "FOLDER/preview", "--pages", "none"),
    ("run", "FILE"),
    ("run", "FILE", "--live", "--log-format", "json", "--format", "json"),
    ("run", "FILE", "--live", "--log-format", "console"),
    *(("status", "FILE", "--verify", "--format", style) for style in ("text", "json")),
    *(("report", "FILE", "--format", style) for style in ("markdown", "html", "csv", "json")),
    ("report", "FILE", "--format", "docx", "-o", "FOLDER/report.docx"),
    ("report", "FILE", "--rehearsal"),
    ("calendar", "FILE", "-o", "FOLDER/koho.ics"),
    ("reconcile", "FILE"),
    ("record", "FILE"),
    ("purge", "FILE", "--dry-run"),
    ("schema", "FILE"),
    ("schema", "FILE", "-o", "FOLDER/.kohoctl.schema.json"),
    ("plugins", "list", "FILE"),
    ("plugins", "test", "FOLDER/plugins"),
    ("plugins", "new", "city-board", "--into", "FOLDER"),
    *(("completion", shell) for shell in ("bash", "zsh", "fish")),
)
QUICK = ("check", "plan", "run", "status", "report", "reconcile")
COMPLETED = (
    *("kohoctl ", "kohoctl run FILE --", "kohoctl calendar FILE --channel ", "kohoctl calendar FILE --owner "),
    *("kohoctl record FILE --campaign ", "kohoctl record FILE --message ", "kohoctl record FILE --recipient "),
    *("kohoctl record FILE ", "kohoctl reconcile FILE nen", "kohoctl purge FILE --run ", "kohoctl check FOLDER/"),
)
"""Lines that a shell asks how to go on with."""
PROCESSES: tuple[tuple[str, ...], ...] = (
    ("run", "FILE"),
    ("run", "FILE", "--live"),
    ("check", "FILE"),
    ("plan", "FILE"),
    ("preview", "FILE", "-o", "FOLDER/preview", "--pages", "none"),
    ("report", "FILE"),
    ("status", "FILE"),
    ("schema", "FILE"),
    ("plugins", "list", "FILE"),
    ("plugins", "test", "FOLDER/plugins"),
)


@dataclass
class LeakyOffice:
    """A campaign file whose kinds blab, with whatever its commands have printed."""

    path: Path
    printed: dict[str, bytes] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.path.parent

    def filled(self, word: str) -> str:
        """A word of a command line, with the office's own places."""
        places = {"FILE": self.path, "FOLDER": self.folder, "OLDER": self.path.with_name("older.yaml")}
        for name, path in places.items():
            word = word.replace(name, str(path))
        return word

    def leaks(self) -> list[str]:
        """Where something stands that must not."""
        secrets = [*canaries.SECRETS.values(), *canaries.PARTS]
        written = canaries.everything_in(self.folder, self._is_meant) | self.printed
        told = {name: content for name, content in written.items() if not name.startswith(self._shown)}
        return [
            *canaries.leaks([*secrets, *PEOPLE], written),
            *canaries.leaks(canaries.OFFICE.values(), told),
        ]

    @property
    def _shown(self) -> tuple[str, ...]:
        """What shows to the office itself whom its mails go to."""
        return str(self.folder / "outbox"), str(self.folder / "preview")

    def _is_meant(self, path: Path) -> bool:
        """Whether it is one of the office's own files, or a letter."""
        own = path.parent == self.folder and path.suffix in (".csv", ".yaml", ".pem")
        return (
            own
            or "secrets" in path.parts
            or "plugins" in path.parts
            or (path.suffix == ".pdf" and "print" in path.parts)
        )


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LeakyOffice]:
    with leaky_office(tmp_path, monkeypatch, _words(WAYS)) as office:
        monkeypatch.setattr("kohoctl.run.Patience", lambda: QUICK_PATIENCE)
        yield office


@contextmanager
def leaky_office(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: Sequence[tuple[str, str, str]]
) -> Iterator[LeakyOffice]:
    """One whose messages blab as ``words`` say; its secrets are in the environment."""
    for name, value in canaries.SECRETS.items():
        monkeypatch.setenv(name, value)
    with Service(echo) as service, MailServer(folder, canaries.PARTS[0]) as mail:
        monkeypatch.setenv("SSL_CERT_FILE", str(mail.authority))
        said = f"550 5.1.1 <{canaries.OFFICE['email']}>: no such user, {canaries.PARTS[0]}"
        mail.refuses = {canaries.OFFICE["email"]: said}
        yield LeakyOffice(_write(folder, service.url, mail.port, words))


class Mangled(Answer):
    """Headers that end in the midst of one, of which libraries complain in their own way."""

    def give(self, connection: socket.socket, stopped: threading.Event) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Said: 1\r\nnonsense\r\n\r\n")
        return False


def echo(request: Request) -> Answer:
    """All of the request, its headers too."""
    told = request.json()
    headers = dict(request.headers.items())
    if not told["status"]:
        return Mangled()
    return Answer(told["status"], {"message": told["say"], "request": told, "headers": headers}, {"X-Said": "x"})


def _write(folder: Path, url: str, port: int, words: Sequence[tuple[str, str, str]]) -> Path:
    (folder / "secrets").mkdir()
    for name, content in (canaries.FILES | {"mail": canaries.PARTS[0]}).items():
        (folder / "secrets" / name).write_text(content, encoding="utf-8")
    (folder / "plugins").mkdir()
    shutil.copy(leaky_plugin.__file__, folder / "plugins" / "leaky.py")
    due = datetime.now(ZoneInfo("Asia/Tokyo")) - timedelta(minutes=5)
    write_list(folder, range(2))
    contact = ", ".join(f"{name}: {value}" for name, value in canaries.OFFICE.items())
    secrets = (
        "token: {env: TORTURE_TOKEN}, odd: {env: TORTURE_ODD}, hook: {env: TORTURE_HOOK}, key: {file: secrets/key.pem}"
    )
    channels = (
        f"leaky: {{kind: leaky, owner: 庁, recipients: offices, url: '{url}', {secrets},"
        " account: {file: secrets/account.json}, concurrency: 8}\n"
        "mail: {kind: leaky-mail, owner: 庁, recipients: offices, sender: koho@mhlw.example}\n"
    )
    messages = [
        f"w{n}: {{title: 件名, when: WHEN, channels: [leaky], body: {way} {spelling} {which}}}\n"
        for n, (way, spelling, which) in enumerate(words)
    ]
    messages += [
        "brief: {title: 依頼, when: WHEN, channels: [mail], body: 本文}\n",
        MESSAGE,
    ]
    more = f"plugins: [plugins/]\n{LIST}  offices: [{{id: npa, name: 庁, {contact}}}]\n"
    more += f"mail: {{host: 127.0.0.1, port: {port}, username: koho, password: {{file: secrets/mail}}}}\n"
    moment = f"{due:%Y-%m-%dT%H:%M}"
    text = "".join(messages).replace("WHEN", moment).replace("2015-06-04T10:00", moment)
    path = write(folder, text, channels + CHANNEL.replace("PRINT_RUN", "10"), more)
    path.with_name("older.yaml").write_text(
        path.read_text(encoding="utf-8").replace("件名", "前の件名"), encoding="utf-8"
    )
    return path


def _words(ways: Sequence[str]) -> list[tuple[str, str, str]]:
    every = [(way, spelling, which) for way in ways for spelling in leaky_plugin.SPELLINGS for which in WHICH]
    return every[:: 3 if IS_FULL else 31]  # neither has anything in common with the length of a row


def kohoctl(office: LeakyOffice, command: tuple[str, ...], capfd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["kohoctl", *map(office.filled, command)])
    monkeypatch.setattr(redactor, "_spellings", ())  # each command is a process, and knows no other one's secrets
    capfd.readouterr()
    with pytest.raises(SystemExit):
        main()
    out, err = capfd.readouterr()
    assert "Traceback" not in err, err
    name = " ".join(command)
    office.printed |= {f"stdout of {name}": out.encode(), f"stderr of {name}": err.encode()}


def all_commands(office: LeakyOffice, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    wanted = [
        command
        for command in COMMANDS
        if IS_FULL or (command[0] in QUICK and command[-1] in ("FILE", "json", "github"))
    ]
    ledger = office.path.with_suffix(".ledger.sqlite")
    for command in wanted:
        kohoctl(office, command, capfd, monkeypatch)
        if "--live" in command:
            with closing(sqlite3.connect(ledger)) as reading:  # what is still in the write-ahead log stays there
                reading.execute("BEGIN")
                reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for line in COMPLETED:
        with monkeypatch.context() as asking:
            asking.setenv("_KOHOCTL_COMPLETE", "bash")
            asking.setenv("_KOHOCTL_LINE", office.filled(line))
            kohoctl(office, ("completing", line), capfd, asking)
    return len(wanted) + len(COMPLETED)


def test_no_secret_and_no_person_shows_anywhere(
    office: LeakyOffice, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    commands = all_commands(office, capfd, monkeypatch)
    with Ledger.read(office.path.with_suffix(".ledger.sqlite"), "live") as ledger:
        sent = sum("/leaky/" in entry.key for entry in ledger.under("nenkin/"))
    assert sent == sum(way not in UNSENT for way, _, _ in _words(WAYS))
    assert office.printed["stdout of completing kohoctl calendar FILE --channel "].count(b"\tleaky\t") == 1
    leaks = office.leaks()
    assert not leaks, "\n".join(leaks)
    tally("secrets blabbed out", len(_words(WAYS)))
    tally("commands searched for canaries", commands)


@pytest.mark.slow
def test_no_secret_and_no_person_shows_in_what_a_process_prints_to_its_very_end(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    words = _words([way for way in (*WAYS, *AT_THE_END) if way not in IN_VAIN])
    with leaky_office(tmp_path, monkeypatch, words) as office:
        (tmp_path / "tmp").mkdir()
        environment = {name: os.environ[name] for name in (*canaries.SECRETS, "SSL_CERT_FILE")}
        for command in PROCESSES:
            printed = tmp_path_factory.mktemp("printed") / "it"
            answer = start(map(office.filled, command), printed, {**environment, "TMPDIR": str(tmp_path / "tmp")}).end()
            name = " ".join(command)
            office.printed |= {f"stdout of {name}": answer.out.encode(), f"stderr of {name}": answer.err.encode()}
        assert b'"delivery"' in office.printed["stderr of run FILE --live"]
        assert not list((tmp_path / "tmp").glob("kohoctl-bug-*"))
        leaks = office.leaks()
    assert not leaks, "\n".join(leaks)
    tally("secrets blabbed out", len(words))
    tally("commands searched for canaries", len(PROCESSES))


@pytest.mark.parametrize("taken_out", ["_without", "private"])
def test_without_the_redaction_they_would_be_found(
    office: LeakyOffice, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, taken_out: str
) -> None:
    if taken_out == "private":
        monkeypatch.setattr(Recipient, "private_values", ())
    else:
        monkeypatch.setattr("kohoctl.redaction._without", lambda text, *_: text)
        monkeypatch.setattr("kohoctl.redaction._without_halves", lambda text, *_: text)
    kohoctl(office, ("run", "FILE", "--live", "--log-format", "json"), capfd, monkeypatch)
    kohoctl(office, ("status", "FILE", "--format", "json"), capfd, monkeypatch)
    found = office.leaks()
    for place in ("stdout of run", "stderr of run", "stdout of status", ".ledger.sqlite"):
        assert any(place in leak.partition(": ")[0] for leak in found), place
    for what in canaries.OFFICE.values() if taken_out == "private" else canaries.SECRETS_SAID:
        assert any(f": {what} as" in leak for leak in found), what
