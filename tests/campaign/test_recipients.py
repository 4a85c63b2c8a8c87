"""Lists of recipients in CSV files, as ministries keep them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.small_file import KINDS, MESSAGE, TOP
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.campaign.problems import PROBLEM_LIMIT
from kohoctl.campaign.recipients import ROWS
from kohoctl.campaign.table import FIELD_LENGTH, MOST_COLUMNS
from kohoctl.errors import BadFile
from kohoctl.extensions import Extensions

TEXT = "id,name,facilities\nnpa,警察庁,警察署|運転免許センター\ncaa,消費者庁,国民生活センター\n"
FILE = TOP.replace("[{id: npa, name: 警察庁}, {id: fsa, name: 金融庁}]", "{file: ministries.csv}") + MESSAGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_list_may_come_from_any_office_program(
    encoding: str, ends: str, load_text: Callable[[str], CampaignFile], tmp_path: Path
) -> None:
    (tmp_path / "ministries.csv").write_bytes(TEXT.replace("\n", ends).encode(encoding))
    police, consumers = load_text(FILE).recipients["letters"]
    assert police.fields == {"id": "npa", "name": "警察庁", "facilities": "警察署|運転免許センター"}
    assert consumers.id == "caa"


def test_an_encoding_that_is_named_is_held_to(problem_lines: Callable[[str], list[str]], tmp_path: Path) -> None:
    (tmp_path / "ministries.csv").write_bytes(TEXT.encode("cp932"))
    text = FILE.replace("{file: ministries.csv}", "{file: ministries.csv, encoding: utf-8}")
    assert problem_lines(text) == ["9:22 the file ministries.csv is not utf-8: its line 2 holds other bytes"]


def test_a_field_may_hold_lines_commas_and_quotes(load_text: Callable[[str], CampaignFile], tmp_path: Path) -> None:
    (tmp_path / "ministries.csv").write_text('id,address\n\nnpa,"千代田区\n霞が関2-1-2, ""本館"""\n')
    (police,) = load_text(FILE).recipients["letters"]
    assert police["address"] == '千代田区\n霞が関2-1-2, "本館"'


BROKEN = {
    "": "ministries.csv:1:1 this file has no line of column names",
    "name\n警察庁\n": "ministries.csv:1:1 there is no column id; the columns are name",
    "id,name,name\n": "ministries.csv:1:9 the column name stands here twice",
    "id,,name\n": "ministries.csv:1:4 this column has no name",
    "id,name\n": "ministries.csv:1:1 this list holds no recipient",
    "id,name\nnpa\n": "ministries.csv:2:1 this row has 1 fields, and the first line has 2",
    'name,id\n"警察,庁",NPA\n':
        "ministries.csv:2:8 an id is made of a to z, 0 to 9, and . _ - in between, 64 characters at most",
    'id,name\nnpa,"a\nb"\nnpa,c\n': "ministries.csv:4:1 the id npa stands here twice, first in line 2",
    "id,name\nnpa,警\x00察\n": "ministries.csv:2:5 this field holds a control character",
    "id,name\nnpa,a\tb\n": "ministries.csv:2:5 this field holds a control character",
    'id,name\nnpa,"警察庁\n': "ministries.csv:2:1 this row is no CSV: unexpected end of data",
    'id,name\nnpa,"警"察\n': "ministries.csv:2:1 this row is no CSV: ',' expected after '\"'",
    f"id,name\nnpa,{'庁' * (FIELD_LENGTH + 1)}\n": "ministries.csv:2:5 this field has more than 10000 characters",
    "id\n" + "".join(f"{number}\n" for number in range(ROWS + 1)):
        f"ministries.csv:{ROWS + 2}:1 this list has more than {ROWS} rows",
    f"id{',name' * 1_000_000}\n": f"ministries.csv:1:1 this line names more than {MOST_COLUMNS} columns",
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_mistake_in_a_list_is_found_where_it_stands(
    text: str, said: str, problem_lines: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "ministries.csv").write_text(text)
    assert problem_lines(FILE) == [said]


def test_a_list_with_more_mistakes_than_anyone_mends_at_once_is_read_no_further(
    problem_lines: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "ministries.csv").write_text("id,name\n" + "npa\n" * ROWS)
    *told, last = problem_lines(FILE)
    assert len(told) == PROBLEM_LIMIT
    assert (
        last == f"ministries.csv:{PROBLEM_LIMIT + 2}:1 there are more than {PROBLEM_LIMIT} problems: mend these first"
    )


def test_a_line_that_never_ends_takes_no_memory(load_text: Callable[[str], CampaignFile], tmp_path: Path) -> None:
    (tmp_path / "ministries.csv").write_text("id,name\n" + "," * 10_000_000)
    tracemalloc.start()
    with pytest.raises(BadFile):
        load_text(FILE)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 80_000_000


def test_bytes_in_no_known_encoding_are_told(problem_lines: Callable[[str], list[str]], tmp_path: Path) -> None:
    for content, said in (
        (b"id\nnpa\n\x81\n", "is not utf-8 or cp932: its line 3 holds other bytes"),
        ("id\nnpa\n".encode("utf-16"), "is UTF-16"),
    ):
        (tmp_path / "ministries.csv").write_bytes(content)
        assert problem_lines(FILE) == [f"9:22 the file ministries.csv {said}"]


def test_problems_of_the_list_come_after_the_file_s(tmp_path: Path, problem_lines: Callable[[str], list[str]]) -> None:
    (tmp_path / "ministries.csv").write_text("id,name\n,x\nnpa\n")
    assert [line.partition(" ")[0] for line in problem_lines(FILE + "colour: red\n")] == [
        "18:1",
        "ministries.csv:2:1",
        "ministries.csv:3:1",
    ]


def test_recipients_are_shown_by_their_ids_alone(tmp_path: Path) -> None:
    (tmp_path / "ministries.csv").write_text(TEXT)
    (tmp_path / "campaigns.yaml").write_text(FILE)
    assert "警察庁" not in repr(load(read(tmp_path / "campaigns.yaml"), Extensions(KINDS)).recipients)
