"""``kohoctl report``: of what was rehearsed, of what was sent live, to a terminal and into files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import docx
import pytest

from report.small_campaign import write_campaign

from .conftest import NOTICE, Kohoctl


@pytest.fixture
def rehearsed(kohoctl: Kohoctl, tmp_path: Path) -> Path:
    """A campaign of 2015 that was rehearsed."""
    path = write_campaign(tmp_path)
    assert kohoctl("run", path).code == 0
    return path


def test_the_report_of_a_rehearsal_is_markdown_in_japanese_as_of_its_last_moment(
    kohoctl: Kohoctl, rehearsed: Path
) -> None:
    answer = kohoctl("report", rehearsed, "--rehearsal")
    assert answer.code == 0
    assert "予行（平成27年8月13日まで）の結果であり、実際には何も送っていません。" in answer.out
    assert "- 政府広報（突き出し）で、専用電話窓口について周知（6月11日～17日）\n" in answer.out


def test_the_report_in_english(kohoctl: Kohoctl, rehearsed: Path) -> None:
    assert "## What has been done in 2015\n" in kohoctl("report", rehearsed, "--rehearsal", "--lang", "en").out


def test_a_live_report_speaks_as_of_now_and_of_what_the_live_ledger_knows(kohoctl: Kohoctl, file: Path) -> None:
    assert kohoctl("run", file, "--live").code == 0
    report = json.loads(kohoctl("report", file, "--format", "json").out)
    (campaign,) = report["campaigns"]
    assert not report["rehearsal"]
    assert [action["message"] for action in campaign["actions"]] == ["notice", "post"]
    assert campaign["sent"][0]["links"][0].startswith("http://")
    assert campaign["unfinished"] == []


def test_without_a_ledger_nothing_is_reported_as_done_and_what_is_late_is_open(kohoctl: Kohoctl, file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("grace: 1 day", "grace: 1 minute"), encoding="utf-8")
    answer = kohoctl("report", file)
    assert answer.code == 0
    assert "まだ実施したものはありません。" in answer.out
    assert NOTICE in answer.out
    assert "There is no ledger" in answer.err
    assert not file.with_suffix(".ledger.sqlite").exists()


def test_a_csv_file_begins_with_the_mark_by_which_a_spreadsheet_knows_its_encoding(
    kohoctl: Kohoctl, rehearsed: Path
) -> None:
    target = rehearsed.parent / "koho.csv"
    assert kohoctl("report", rehearsed, "--rehearsal", "--format", "csv", "-o", target).code == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbfno,first_date,dates,actor,channel_kind,action\r\n")
    printed = kohoctl("report", rehearsed, "--rehearsal", "--format", "csv").out
    assert [row["no"] for row in csv.DictReader(io.StringIO(printed))] == [str(number) for number in range(1, 10)]


@pytest.mark.parametrize("style", ["markdown", "html", "docx", "json"])
def test_a_file_is_written_where_it_is_asked_for(kohoctl: Kohoctl, rehearsed: Path, style: str) -> None:
    target = rehearsed.parent / "report"
    answer = kohoctl("report", rehearsed, "--rehearsal", "--format", style, "-o", target)
    assert (answer.code, answer.out) == (0, f"The report is in {target}.\n")
    text = docx.Document(str(target)).paragraphs[0].text if style == "docx" else target.read_text(encoding="utf-8")
    assert "情報流出事案に関する広報" in text


def test_a_docx_is_not_for_a_terminal(kohoctl: Kohoctl, rehearsed: Path) -> None:
    answer = kohoctl("report", rehearsed, "--rehearsal", "--format", "docx")
    assert answer.code == 2
    assert "-o" in answer.err


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(kohoctl: Kohoctl, rehearsed: Path) -> None:
    target = rehearsed.parent / "missing" / "report.md"
    answer = kohoctl("report", rehearsed, "--rehearsal", "-o", target)
    assert answer.code == 1
    assert answer.err.endswith(f"kohoctl: {target} cannot be written: No such file or directory\n")
