"""Whatever stands in a campaign file: no traceback, no hang, no flood of memory, and each problem has its place."""

from __future__ import annotations

import random

import pytest

from campaign.test_any_text import VALID
from torture.broken_files import FILES, broken
from torture.changing import changed
from torture.loading import SHIPPED, Reader, reader
from torture.strength import IS_FULL, Tally, quick_or_full

SPLINTERS = (
    *(b"", b":", b"- ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"!x ", b"<<: ", b"\t", b"|", b">", b"'", b'"', b"?"),
    *(b"{{", b"}}", b"{%", b"{#", b"{{ recipient.x }}", b"{{ earlier.url }}", b"{{ a | b }}", b"~", b"null", b"\n"),
    *(b"0", b"-1", b"9" * 5000, b"1e999", b"NaN", b".inf", b"0x7f", b"0o17", b"1_000", b"NO", b"on", b"true"),
    *(b"9999-12-31", b"0001-01-01T00:00", b"2015-02-30", b"24:00", b"2015-06-04T10:00+99:99", b"-9999 days"),
    *(b"../", b"/dev/zero", b"/dev/stdin", b"file:///etc/passwd", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xff\xfe"),
    *(b"\xed\xa0\x80", b"\xc0\x80", b"\x00", b"\r", b"\r\n", b"\x85", b"\xe2\x80\xa8", b"# kohoctl: off", b"%YAML 9"),
    *("👨‍👩‍👧".encode(), "年".encode(), "年".encode("cp932"), "年".encode("utf-16"), b"x" * 3000, b"---", b"..."),
)


@pytest.mark.parametrize("kind", FILES)
def test_a_broken_file_is_told_of_in_sentences(kind: str, small: Reader, tally: Tally) -> None:
    files = broken(kind)
    wanted = files if IS_FULL else files[:: max(1, len(files) // 4)]
    for (name, _), read in zip(wanted, small(content for _, content in wanted), strict=True):
        assert not read.wrong, f"{name}: {read.wrong}"
        assert read.said, f"{name}: nobody says that it is broken"
    tally("broken campaign files", len(wanted))


def test_a_small_file_that_is_changed_at_random_is_read_or_told_of(
    small: Reader, tally: Tally, chance: random.Random
) -> None:
    all_are_read_or_told_of(small, VALID.encode(), quick_or_full(150, 15_000), chance)
    tally("campaign files changed at random", quick_or_full(150, 15_000))


def test_the_campaign_of_2015_changed_at_random_is_read_or_told_of(tally: Tally, chance: random.Random) -> None:
    with reader(shipped=True) as shipped:
        all_are_read_or_told_of(shipped, SHIPPED.read_bytes(), quick_or_full(15, 1500), chance)
    tally("campaign files changed at random", quick_or_full(15, 1500))


def all_are_read_or_told_of(reader: Reader, right: bytes, count: int, chance: random.Random) -> None:
    files = [right, *changed(right, SPLINTERS, count, chance)]
    read = [*reader(files)]
    assert (read[0].said, read[0].wrong) == ((), "")
    for content, one in zip(files, read, strict=True):
        assert not one.wrong, f"{one.wrong}\n{content!r}"
    assert sum(bool(one.said) for one in read) > count / 3, "most of what was changed is wrong"
