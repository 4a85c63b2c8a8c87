"""What ``kohoctl schema`` writes, also where the file or a plugin is broken."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kohoctl.plugins.sources import BUILT_IN

from .conftest import Kohoctl
from .test_isolation import office_with_plugin

ODD = """\
from collections.abc import Callable
from kohoctl import Channel, Rendition, Settings, hookimpl
from pydantic import Field

class S(Settings):
    colour: str = Field("red", description="What colour it has.")
    MORE

class Odd(Channel):
    '''A wall that is painted.'''
    kind = "odd-wall"
    settings_model = S
    def render(self, message, recipient):
        return Rendition({})

@hookimpl
def kohoctl_channels():
    return [Odd]
"""


def odd_office(folder: Path, more: str = "pass") -> Path:
    return office_with_plugin(folder, ODD.replace("MORE", more), "kind: odd-wall")


def kinds_in(schema: dict[str, Any]) -> set[str]:
    return set(schema["definitions"]["channel"]["properties"]["kind"]["enum"])


def test_without_a_file_the_schema_has_the_built_in_kinds_and_no_names(kohoctl: Kohoctl) -> None:
    answer = kohoctl("schema")
    assert (answer.code, answer.err) == (0, "")
    schema = json.loads(answer.out)
    assert kinds_in(schema) >= set(BUILT_IN)
    assert schema["properties"]["campaigns"]["properties"] == {}


def test_with_a_file_it_has_the_settings_of_the_file_s_plugins_and_the_file_s_names(
    kohoctl: Kohoctl, tmp_path: Path
) -> None:
    written = tmp_path / "schema.json"
    answer = kohoctl("schema", odd_office(tmp_path), "-o", written)
    assert (answer.code, answer.out.endswith(f"kinds is in {written}.\n")) == (0, True)
    schema = json.loads(written.read_text(encoding="utf-8"))
    assert "odd-wall" in kinds_in(schema)
    settings = schema["definitions"]["settings-odd-wall"]
    assert settings["description"] == "A wall that is painted."
    assert settings["properties"]["colour"]["description"] == "What colour it has."
    (listed, by_name) = schema["definitions"]["message"]["properties"]["channels"]["anyOf"]
    assert (listed["items"]["enum"], list(by_name["properties"])) == (["way"], ["way"])
    assert list(schema["properties"]["campaigns"]["properties"]) == ["nenkin"]


def test_without_plugins_their_kinds_are_there_and_take_anything(kohoctl: Kohoctl, tmp_path: Path) -> None:
    schema = json.loads(kohoctl("schema", odd_office(tmp_path), "--no-plugins").out)
    assert "odd-wall" in kinds_in(schema)
    assert schema["definitions"]["settings-odd-wall"]["additionalProperties"] is True


@pytest.mark.parametrize(
    "more",
    [
        "raise ValueError('x')",
        "call: Callable[[], int] | None = Field(None, description='x')",
        "size: int = Field(1, description='x', json_schema_extra={'default': object()})",
    ],
)
def test_a_broken_plugin_is_named_and_its_kind_takes_anything(kohoctl: Kohoctl, tmp_path: Path, more: str) -> None:
    answer = kohoctl("schema", odd_office(tmp_path, more))
    assert answer.code == 0
    assert "odd" in answer.err
    schema = json.loads(answer.out)
    assert schema["definitions"]["settings-odd-wall"]["additionalProperties"] is True
    assert kinds_in(schema) >= set(BUILT_IN)


@pytest.mark.parametrize("content", ["version: [", "- a\n", "", None])
def test_a_file_that_cannot_be_read_still_gives_a_schema_and_says_what_is_wrong(
    kohoctl: Kohoctl, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "campaigns.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    answer = kohoctl("schema", path)
    assert answer.code == 0
    assert f"The schema has no names and plugins of {path}" in answer.err
    assert kinds_in(json.loads(answer.out)) >= set(BUILT_IN)


@pytest.mark.parametrize(
    "content",
    ["channels: [a]", "channels: {a: , b: {kind: [x]}, c: {kind: webste}}", "campaigns: {a: , b: {messages: 1}}"],
)
def test_a_file_with_mistakes_gives_the_names_that_it_has(kohoctl: Kohoctl, tmp_path: Path, content: str) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(f"{content}\nfacts: {{hotline: 0120}}\n", encoding="utf-8")
    answer = kohoctl("schema", path)
    assert answer.code == 0
    schema = json.loads(answer.out)
    assert "{{ hotline }}" in schema["definitions"]["message"]["properties"]["body"]["description"]
    referred = set(re.findall(r'"#/definitions/([^"]+)"', answer.out))
    assert referred <= set(schema["definitions"])


def test_a_schema_that_cannot_be_written_is_told(kohoctl: Kohoctl, tmp_path: Path) -> None:
    answer = kohoctl("schema", "-o", tmp_path / "none" / "schema.json")
    assert answer.code == 1
    assert "cannot be written" in answer.err


def test_a_secret_that_a_plugin_describes_is_not_shown(
    kohoctl: Kohoctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODD_TOKEN", "swordfish-of-the-sea")
    text = ODD.replace('"What colour it has."', '__import__("os").environ["ODD_TOKEN"]').replace(
        "MORE", "token: __import__('kohoctl').Secret = Field(description='x')"
    )
    answer = kohoctl("schema", office_with_plugin(tmp_path, text, "kind: odd-wall, token: {env: ODD_TOKEN}"))
    assert answer.code == 0
    assert "swordfish" not in answer.out + answer.err
    assert "[redacted]" in answer.out
