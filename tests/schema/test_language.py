"""Whatever an editor shows is there in Japanese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ConfigDict, Field

from kohoctl import Channel, Settings
from kohoctl.campaign.shape import FileShape
from kohoctl.plugins import find_plugins
from kohoctl.schema import Language, Names, campaign_file_schema
from kohoctl.schema.japanese import JAPANESE
from kohoctl.schema.japanese.file import FILE, MISTAKES
from kohoctl.schema.japanese.kinds import KINDS
from kohoctl.schema.language import Lang
from kohoctl.schema.names import NamedChannel

NAMES = Names(("hotline",), ("payday",), ("press",), {"site": NamedChannel("website", "甲")}, {"a": {"b": "題"}})
SAID = ("description", "errorMessage", "patternErrorMessage", "enumDescriptions")


def schema_in(lang: Lang, kinds: dict[str, type[Channel]] | None = None) -> dict[str, Any]:
    """The schema of what comes with kohoctl, and of a file that has names of every sort."""
    built_in = find_plugins(Path(), only_built_in=True).extensions.kinds
    return campaign_file_schema(kinds or dict(built_in), NAMES, Language(lang))


def said(schema: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence in a schema, with where it stands."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in SAID and not isinstance(value, dict):
                yield from ((f"{path}/{key}", one) for one in ([value] if isinstance(value, str) else value))
            else:
                yield from said(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from said(value, f"{path}/{index}")


def test_every_sentence_of_kohoctl_s_own_is_there_in_japanese() -> None:
    in_english, in_japanese = list(said(schema_in("en"))), list(said(schema_in("ja")))
    assert [place for place, _ in in_english] == [place for place, _ in in_japanese]
    names = {"website 甲", "題", ""}
    untold = {one for (_, one), (_, other) in zip(in_english, in_japanese, strict=True) if one == other} - names
    assert untold == set()
    assert [place for place, one in in_japanese if one not in names and not re.search("[ぁ-んァ-ヶ一-龠]", one)] == []


def test_no_japanese_sentence_is_left_of_what_no_model_says_any_more() -> None:
    shown = "\n".join(one for _, one in said(schema_in("ja")))
    assert [english for english, japanese in JAPANESE.items() if japanese.replace("{facts}", "") not in shown] == []
    assert len(JAPANESE) == len(FILE) + len(MISTAKES) + len(KINDS)


def test_every_key_of_the_file_is_described() -> None:
    def undescribed(schema: Any, path: str) -> Iterator[str]:
        if isinstance(schema, dict):
            properties = schema.get("properties") if "additionalProperties" in schema else None
            for key, value in (properties or {}).items():
                if isinstance(value, dict) and "$ref" not in value and not value.get("description"):
                    yield f"{path}/{key}"
            for key, value in schema.items():
                yield from undescribed(value, f"{path}/{key}")
        elif isinstance(schema, list):
            for index, value in enumerate(schema):
                yield from undescribed(value, f"{path}/{index}")

    names = {"/properties/campaigns/a"}  # a file's own names are no keys of kohoctl's
    assert set(undescribed(schema_in("both"), "")) - names == set()


def test_both_languages_stand_under_each_other_japanese_first() -> None:
    english = FileShape.model_fields["grace"].description or ""
    grace = schema_in("both")["properties"]["grace"]
    assert grace["description"] == f"{JAPANESE[english]}\n\n{english}"
    assert (
        grace["patternErrorMessage"].partition(" / ")[0] == JAPANESE[grace["patternErrorMessage"].partition(" / ")[2]]
    )


class _Described(Settings):
    model_config = ConfigDict(json_schema_extra={"description_ja": "掲示板。"})

    url: str = Field(description="The board's address.", json_schema_extra={"description_ja": "掲示板のアドレス。"})
    colour: str | None = Field(None, description="Its colour.", json_schema_extra={"description_ja": "色。"})
    size: str = Field(description="Its size.")


class _Board(Channel):
    """A board."""

    kind = "board"
    settings_model = _Described


@pytest.mark.parametrize(
    ("lang", "described"),
    [
        ("en", ["The board's address.", "Its colour.", "Its size."]),
        ("ja", ["掲示板のアドレス。", "色。", "Its size."]),
        ("both", ["掲示板のアドレス。\n\nThe board's address.", "色。\n\nIts colour.", "Its size."]),
    ],
)
def test_a_plugin_may_give_its_own_japanese(lang: Lang, described: list[str]) -> None:
    schema = schema_in(lang, {"board": _Board})
    properties = schema["definitions"]["settings-board"]["properties"]
    assert [properties[key]["description"] for key in ("url", "colour", "size")] == described
    kind = schema["definitions"]["channel"]["properties"]["kind"]
    assert ("掲示板。" in kind["enumDescriptions"][0]) == (lang != "en")
    assert "description_ja" not in str(schema)
