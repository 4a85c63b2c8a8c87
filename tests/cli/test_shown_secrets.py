"""No command shows a secret that the campaign file names, whatever a plugin says of it."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from commands import start

from .conftest import Kohoctl
from .test_isolation import office_with_plugin

SECRET = 't%kx_of|the*odd "one"'
SHOWN = [
    ("check", "text"),
    ("check", "json"),
    ("check", "github"),
    ("plan", "text"),
    ("plan", "json"),
    ("plan", "markdown"),
]

QUOTING = """\
import json, os
from kohoctl import Channel, Problem, Rendition, Secret, Settings, hookimpl
from pydantic import Field, field_validator

class S(Settings):
    token: Secret = Field(description="x")
    CHECK

class Quoting(Channel):
    kind = "quoting"
    settings_model = S
    def render(self, message, recipient):
        secret = os.environ.get("ODD_TOKEN", "nothing")
        RENDER

@hookimpl
def kohoctl_channels():
    return [Quoting]
"""


def quoting(folder: Path, render: str, check: str = "", token: str = "{env: ODD_TOKEN}") -> Path:
    text = QUOTING.replace("RENDER", render).replace("CHECK", check)
    return office_with_plugin(folder, text, f"kind: quoting, token: {token}")


@pytest.mark.parametrize(
    "render",
    [
        "return Rendition({}, problems=(Problem(f'no token {secret} of 文'),))",
        "return Rendition({}, problems=(Problem('no token {it}', {'it': secret}),))",
        "return Rendition({}, problems=(Problem(secret, hint=f'not {secret}'),))",
        "raise ValueError(f'no token {secret}')",
        "raise ValueError('no token ' + 'x' * 3975 + secret)",
    ],
    ids=["text", "values", "hint", "raised", "cut"],
)
@pytest.mark.parametrize(("command", "style"), SHOWN)
def test_a_secret_that_render_quotes_is_shown_by_neither_check_nor_plan(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, style: str, render: str
) -> None:
    monkeypatch.setenv("ODD_TOKEN", SECRET)
    answer = kohoctl(command, quoting(tmp_path, render), "--format", style)
    assert answer.code == 1
    assert "[redacted]" in (answer.out.replace("\\", "") if style == "markdown" else answer.out)
    assert "kx" not in answer.out + answer.err


def test_the_fields_of_a_secret_in_a_file_are_not_shown_either(kohoctl: Kohoctl, tmp_path: Path) -> None:
    (tmp_path / "token.json").write_text('{"key": "hush-hush"}', encoding="utf-8")
    path = quoting(tmp_path, "raise ValueError('hush-hush')", token="{file: token.json}")
    assert "ValueError: [redacted]" in kohoctl("check", path).out


@pytest.mark.parametrize("style", ["markdown", "html", "csv", "json", "docx"])
def test_a_secret_that_render_quotes_stands_in_no_report_that_is_written_to_a_file(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    monkeypatch.setenv("ODD_TOKEN", SECRET)
    path = quoting(tmp_path, "raise ValueError(f'no token {secret}')")
    report = tmp_path / f"report.{style}"
    assert kohoctl("report", path, "--format", style, "-o", report).code == 0
    written = report.read_bytes()
    if style == "docx":
        written = zipfile.ZipFile(report).read("word/document.xml")
    assert b"redacted" in written or style == "csv"  # which lists what was done, and not what is open
    assert b"kx" not in written


@pytest.mark.parametrize("command", ["check", "plan", "status", "report", "calendar"])
def test_a_secret_that_a_plugin_s_settings_quote_is_shown_by_no_command(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("ODD_TOKEN", SECRET)
    check = """
    @field_validator("token")
    def _check(cls, value):
        raise ValueError(os.environ["ODD_TOKEN"])
"""
    answer = kohoctl(command, quoting(tmp_path, "pass", check))
    assert answer.code == 1
    assert "[redacted]" in answer.out + answer.err
    assert SECRET not in answer.out + answer.err


def test_json_stays_json_where_a_secret_is_a_number(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODD_TOKEN", "11")
    path = quoting(tmp_path, "raise ValueError(secret)")
    path.write_text("#\n" * 99 + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = json.loads(kohoctl("check", path, "--format", "json").out)["problems"]
    assert found[0]["line"] > 99
    assert "ValueError: [redacted]" in found[0]["text"]


def test_a_secret_that_is_not_there_is_no_fault_of_a_file_that_is_only_looked_at(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ODD_TOKEN", raising=False)
    assert kohoctl("check", quoting(tmp_path, "return Rendition({})")).code == 0


@pytest.mark.timeout(20)
def test_a_secret_s_file_that_is_no_file_is_not_waited_for(kohoctl: Kohoctl, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert kohoctl("check", quoting(tmp_path, "return Rendition({})", token="{file: pipe}")).code == 0


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_secret_is_not_shown_where_only_ascii_can_be_printed(tmp_path: Path, style: str) -> None:
    path = quoting(tmp_path, "raise ValueError(f'文 {secret}')")
    environment = {"ODD_TOKEN": SECRET, "PYTHONIOENCODING": "ascii"}
    answer = start(("check", path, "--format", style), tmp_path / "printed", environment).end(20)
    assert answer.code == 1
    assert "ValueError: 文 [redacted]" in answer.out
