"""Whatever stands in a table that others send: no traceback, no hang, no flood of memory, and problems have places."""

from __future__ import annotations

import random

import pytest

from torture.broken_tables import MISTAKES, ODDITIES, broken
from torture.changing import changed
from torture.loading import Reader
from torture.strength import IS_FULL, Tally, quick_or_full
from torture.tables import RIGHT

KINDS = [kind for kind in (*MISTAKES, *ODDITIES) if IS_FULL or kind != "masses"]
CHANGED = quick_or_full(30, 3000)
SPLINTERS = (
    *(
        b"",
        b",",
        b",,",
        b'"',
        b'""',
        b'"\n',
        b"\n",
        b"\r",
        b"\r\n",
        b";",
        b"\t",
        b"|",
        b" ",
        "　".encode(),
        b"x" * 3000,
    ),
    *(b"0", b"-1", b"1,200", b"9" * 5000, "３".encode(), "二".encode(), b"=1+1", b"@SUM(A1)", b"'", b"{name}", b"%s"),
    *(b"2015-02-30", b"2099-01-01", "平成27年6月10日".encode(), "令和0年1月1日".encode(), b"1/6/2015", b"24:00"),
    *(
        b"npa",
        b"NPA",
        b"fsa",
        "警察署".encode(),
        "実施済".encode(),
        "辞退".encode(),
        b"declined",
        b"evidenced",
        b"placed",
    ),
    *(b"../", b"/dev/zero", b"/dev/stdin", b"https://x.example", b"table.csv", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00"),
    *(b"\xed\xa0\x80", b"\x81", b"\x85", "\u2028".encode(), "\u200b".encode(), "\u202e".encode(), "年".encode("cp932")),
)


@pytest.mark.parametrize("table", RIGHT)
def test_a_broken_table_is_told_of_in_sentences(table: str, small: Reader, chance: random.Random, tally: Tally) -> None:
    for kind in KINDS:
        tables = broken(RIGHT[table], kind)
        wanted = tables if IS_FULL else chance.sample(tables, 1)
        for (name, _), read in zip(wanted, small((content for _, content in wanted), table), strict=True):
            assert not read.wrong, f"{kind}: {name}: {read.wrong}"
            assert read.said or kind in ODDITIES, f"{kind}: {name}: nobody says that it is broken"
        tally(f"broken tables: {table}", len(wanted))


@pytest.mark.parametrize("table", RIGHT)
def test_a_table_that_is_changed_at_random_is_read_or_told_of(
    table: str, small: Reader, chance: random.Random, tally: Tally
) -> None:
    right = RIGHT[table].encode()
    tables = [right, *changed(right, SPLINTERS, CHANGED, chance)]
    read = [*small(tables, table)]
    assert (read[0].said, read[0].wrong) == ((), "")
    for content, one in zip(tables, read, strict=True):
        assert not one.wrong, f"{one.wrong}\n{content!r}"
    assert sum(bool(one.said) for one in read) > CHANGED / 4, "most of what was changed is right"
    tally(f"tables changed at random: {table}", CHANGED)
