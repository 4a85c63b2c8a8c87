"""Whole lists in a preview: what is wrong with anybody on them, how many they are, and what they have answered."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kohoctl.campaign.load import load, read
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger, write_records
from kohoctl.rehearsal import Clock, Outbox, play
from kohoctl.run import Run
from kohoctl.states import Record, Step
from people import CANARIES, HEAD, KEY, VARIABLE, LetterOffice, mailing, row, write_list
from preview.small import ALL, CHANNELS, MESSAGES, MORE, NOW, previewed, sheet, small_file, written

REQUEST = "nenkin/flyers/requests/{}/2015-07-21"
AFTERWARDS = NOW + timedelta(days=60)


def ministries(count: int, wrong: int | None = None) -> str:
    """So many ministries more, one of which has no mail address."""
    addresses = ("-" if number == wrong else "a@a.example" for number in range(count))
    row = "    - {{id: f{0}, name: 第{0}庁, facilities: 署, email: {1}}}\n"
    return MORE + "".join(row.format(number, address) for number, address in enumerate(addresses))


def troubles(page: str) -> str:
    return page.partition('id="problems"')[2].partition('id="calendar"')[0]


def answered(path: Path, *records: Record) -> Path:
    """The file, after everything went out, and the ministries have said this."""
    file, clock = load(read(path), Extensions(ALL)), Clock(NOW)
    with Ledger.open(path.with_suffix(".ledger.sqlite"), "live") as ledger:
        play(Run(file, ledger, Outbox(path.parent / "outbox", clock), clock.now, lambda _: None), clock)
        write_records(ledger, records)
    return path


def said(ministry: str, step: Step, place: str | None = None, count: int | None = None) -> Record:
    total = None if count is None else 47
    return Record(REQUEST.format(ministry), step, "担当", AFTERWARDS, place, count=count, total=total)


def row_of(page: str, name: str) -> list[str]:
    """What stands beside a recipient."""
    (found,) = re.findall(rf'<tr><th scope="row"><span lang="ja">{name}</span></th>(.*?)</tr>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", str(found), re.DOTALL)]


# Long lists


def test_what_is_wrong_with_one_recipient_far_down_a_long_list_is_told_though_few_are_shown(tmp_path: Path) -> None:
    path = small_file(tmp_path, more=ministries(2000, wrong=1500))
    page = written(path, pages=0)
    assert "the recipient&#39;s mail address is not a mail address" in troubles(page)
    assert "待機2,001件、保留1件" in sheet(page, "requests")
    assert "第1500庁" not in page
    assert previewed(path).wrong == 1


def test_the_calendar_tells_of_deliveries_that_are_held_back_wherever_they_stand_in_the_list(tmp_path: Path) -> None:
    page = written(small_file(tmp_path, more=ministries(300, wrong=299)), pages=0)
    (going,) = re.findall(r'<li class="going" data-channel="requests".*?</li>', page)
    assert "×302" in going
    assert '<span class="state blocked">' in going


# Private lists


def test_of_a_private_list_only_the_number_of_people_is_told(tmp_path: Path) -> None:
    page = written(LetterOffice(mailing(tmp_path, 1234)).path)
    assert "1,234人" in sheet(page, "letters")
    assert not [canary for canary in CANARIES if canary in page]


def test_what_is_wrong_in_a_private_list_is_told_by_its_line_and_nothing_of_what_stands_there(tmp_path: Path) -> None:
    path = mailing(tmp_path, 0)
    unknown, homeless = row(7).replace("KANARIA-7", ""), row(8).replace("東京都鳥籠区8-1", "")
    write_list(tmp_path, ()).write_text(HEAD + row(1) + unknown + homeless, encoding="utf-8")
    preview, page = previewed(path), written(path)
    assert "this row has no id" in troubles(page)
    assert "3行目" in troubles(page)
    assert "4行目" in troubles(page)
    assert preview.wrong == 2
    assert not [canary for canary in CANARIES if canary in page]


def test_a_private_list_that_is_gone_is_a_problem_and_the_page_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kohoctl.campaign.people import ReadPeople

    def gone(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    path = mailing(tmp_path, 3)
    monkeypatch.setattr(ReadPeople, "_look_through", gone)
    assert "affected.csv cannot be read" in troubles(written(path))


def test_why_nothing_goes_out_to_a_private_list_is_told_where_its_key_is_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = LetterOffice(mailing(tmp_path, 3))
    office.run()
    assert "nothing goes out by letters" not in troubles(written(office.path, now=office.now))
    monkeypatch.setenv(VARIABLE, "another-key-of-the-list")
    assert "nothing goes out by letters: the key of affected.csv" in troubles(written(office.path, now=office.now))
    monkeypatch.delenv(VARIABLE)
    assert "nothing goes out by letters" not in troubles(written(office.path, now=office.now))


def test_letters_that_went_out_on_another_day_are_told_of_where_the_key_is_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = LetterOffice(mailing(tmp_path, 3))
    office.run()
    office.edit("2015-06-04T10:00", "2015-06-05T10:00")
    monkeypatch.setenv(VARIABLE, KEY)
    page = troubles(written(office.path, now=office.now))
    assert page.count("this went out as nenkin/apology/letters/") == 3
    assert not [canary for canary in CANARIES if canary in page]


# Answers


def test_a_ministry_and_its_facilities_have_what_was_recorded_of_them_in_both_languages(tmp_path: Path) -> None:
    path = answered(
        small_file(tmp_path), said("npa", Step.PLACED, "警察署", 40), said("npa", Step.ACCEPTED, "運転免許センター")
    )
    page = sheet(written(path, now=AFTERWARDS), "requests")
    assert row_of(page, "警察庁") == ["警察署 実施済40/47、運転免許センター 了承", "期限超過", "7月31日（金）"]
    assert 'data-en="done 40/47"' in page
    assert "回答：期限超過2件" in re.sub(r"<[^>]+>", "", page)


def test_a_request_that_is_done_says_so(tmp_path: Path) -> None:
    path = answered(small_file(tmp_path), said("npa", Step.PLACED), said("fsa", Step.DECLINED))
    page = sheet(written(path, now=AFTERWARDS), "requests")
    assert row_of(page, "警察庁")[1] == "実施済"
    assert row_of(page, "金融庁")[1] == "辞退"


def test_before_anything_was_requested_the_table_has_no_column_for_answers(tmp_path: Path) -> None:
    page = sheet(written(small_file(tmp_path)), "requests")
    assert "回答待ち" not in page
    assert row_of(page, "警察庁") == ["警察署、運転免許センター", "7月31日（金）"]


def test_where_there_are_answers_a_longer_list_is_shown(tmp_path: Path) -> None:
    path = answered(small_file(tmp_path, MESSAGES, CHANNELS, ministries(40)), said("f39", Step.PLACED))
    page = sheet(written(path, now=AFTERWARDS), "requests")
    assert "全42件" in page
    assert row_of(page, "第39庁")[1] == "実施済"
