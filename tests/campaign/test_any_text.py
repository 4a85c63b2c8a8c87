"""Whatever stands in a campaign file, it is loaded or its problems are told: never anything else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaign.small_file import KINDS, MESSAGE, TOP
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.campaign.text import problems_text
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions

VALID = (
    TOP
    + MESSAGE
    + """\
      payday:
        title: 年金支払日を前に
        body: |
          電話 {{ hotline }}
        when: {calendar: pension-payday, offset: -1 day, at: ["10:00"], from: 2015-08-01, to: 2015-08-31}
        channels: {post: , letters: {body: "{{ recipient.name }}へ", slug: a}}
      again: {repost: {message: payday, channel: post}, when: {after: payday, delay: 1 hour}, channels: [post2]}
"""
)
TOKENS = [token for token in re.split(r"([\w.-]+|\W)", VALID) if token]
SPLINTERS = st.sampled_from([
    "", ":", "- ", "{", "}", "[", "]", "&a ", "*a", "!x ", "<<: ", "\t", "|", "'", '"', "{{", "}}", "{%", "~", "\n",
    "0", "-1", "9999-12-31", "24:00", "0001-01-01T00:00", "NaN", "1e999", "../", "/", "\ufeff", "\u202e", "年", "?",
    "999999 days", "\U0001f468\u200d\U0001f469", "x" * 300, "  ", "#", "---", "...", "%YAML 9", "true", "null",
])  # fmt: skip

quick = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def load_or_tell(content: bytes, folder: Path) -> None:
    path = folder / "campaigns.yaml"
    path.write_bytes(content)
    try:
        source = read(path)
        plugins_of(source)
        load(source, Extensions(KINDS))
    except BadFile as bad:
        problems = bad.problems
    else:
        return
    assert problems
    assert all(problems_text(problems))


def test_the_file_that_is_changed_is_a_right_one(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.yaml"
    path.write_text(VALID)
    assert len(load(read(path), Extensions(KINDS)).campaigns["nenkin"].messages) == 3


@quick
@given(st.binary(max_size=60))
@example(b"\xef\xbb\xbf")
@example(b"version: &a [*a]")
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    load_or_tell(content, tmp_path)


@quick
@given(st.text(max_size=80))
@example("? ? ?")
@example("version: 1\nchannels: {[a]: b}")
def test_any_text(tmp_path: Path, text: str) -> None:
    load_or_tell(text.encode("utf-8", "surrogatepass"), tmp_path)


@quick
@given(st.lists(st.tuples(st.integers(0, len(TOKENS) - 1), SPLINTERS), min_size=1, max_size=4))
def test_a_right_file_with_splinters(tmp_path: Path, changes: list[tuple[int, str]]) -> None:
    tokens = list(TOKENS)
    for index, splinter in changes:
        tokens[index] = splinter
    load_or_tell("".join(tokens).encode(), tmp_path)


@quick
@given(st.integers(0, len(TOKENS) - 1), st.integers(0, len(TOKENS) - 1), st.integers(1, 30))
def test_a_right_file_with_parts_exchanged(tmp_path: Path, one: int, other: int, length: int) -> None:
    tokens = list(TOKENS)
    tokens[one : one + length], tokens[other : other + length] = (
        tokens[other : other + length],
        tokens[one : one + length],
    )
    load_or_tell("".join(tokens).encode(), tmp_path)


@pytest.mark.parametrize("line", range(VALID.count("\n")))
def test_a_right_file_that_ends_early_or_lacks_a_line(line: int, tmp_path: Path) -> None:
    lines = VALID.splitlines(keepends=True)
    load_or_tell("".join(lines[:line]).encode(), tmp_path)
    load_or_tell("".join(lines[:line] + lines[line + 1 :]).encode(), tmp_path)
