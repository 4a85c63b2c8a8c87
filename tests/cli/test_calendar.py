"""``kohoctl calendar``: what is planned, read back by a program that reads calendars."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar, Component

from report.small_campaign import FILE, TOKYO, write_campaign

from .conftest import Kohoctl

LONGEST_LINE = 75
"""Bytes of a line, its end apart (RFC 5545, 3.1)."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_campaign(tmp_path)


def events(kohoctl: Kohoctl, file: Path, *arguments: object) -> dict[str, Component]:
    """The events of the exported calendar by the beginnings of their UIDs."""
    target = file.parent / "koho.ics"
    answer = kohoctl("calendar", file, "-o", target, *arguments)
    assert answer.code == 0, answer.err
    found = list(Calendar.from_ical(target.read_bytes()).walk("VEVENT"))
    assert answer.out.startswith(f"{len(found)} event")
    return {str(event["uid"]).partition("@")[0]: event for event in found}


def test_each_message_channel_and_moment_is_an_event_in_the_files_timezone(kohoctl: Kohoctl, file: Path) -> None:
    event = events(kohoctl, file)["nenkin/notice/mhlw-site/2015-06-03"]
    assert event.decoded("dtstart") == datetime(2015, 6, 3, 10, tzinfo=TOKYO)
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert str(event["summary"]) == "個人情報の流出について（厚生労働省、mhlw-site）"
    assert str(event["description"]).splitlines()[:3] == [
        "情報流出事案に関する広報",
        "担当：厚生労働省年金局",
        "媒体：mhlw-site（website、厚生労働省）",
    ]


def test_facts_are_filled_in_where_the_text_is_told(kohoctl: Kohoctl, file: Path) -> None:
    event = events(kohoctl, file)["nenkin/warning/mhlw-x/2015-06-04"]
    assert "ご心配の方は 0120-818211 へ。" in str(event["description"])


def test_what_comes_after_another_that_waits_is_told_with_the_one_that_has_a_time(kohoctl: Kohoctl, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    text += "      thanks: {title: 御礼, when: {after: reposts, delay: 2 days}, channels: [mhlw-x], body: 御礼}\n"
    file.write_text(text, encoding="utf-8")
    event = events(kohoctl, file)["nenkin/warning/mhlw-x/2015-06-04"]
    assert "この後：御礼（2日後）" in str(event["description"])


def test_a_file_without_a_moment_makes_no_calendar(kohoctl: Kohoctl, file: Path) -> None:
    answer = kohoctl("calendar", file, "--channel", "fsa-x")
    assert answer.code == 1
    assert "nothing to export: no message here has a time of its own" in answer.err


def test_a_list_of_recipients_is_one_event_and_names_nobody(kohoctl: Kohoctl, file: Path) -> None:
    found = events(kohoctl, file)
    request = [uid for uid in found if uid.startswith("nenkin/request/")]
    assert request == [
        "nenkin/request/flyer-requests/2015-06-05",
        "nenkin/request/flyer-requests/2015-06-05/reply-by-2015-06-12",
    ]
    assert "送付先：2件" in str(found[request[0]]["description"])
    text = (file.parent / "koho.ics").read_text(encoding="utf-8")
    assert "東日本新聞" not in text
    assert "@npa.example" not in text


def test_days_of_publication_and_of_answer_are_whole_days(kohoctl: Kohoctl, file: Path) -> None:
    found = events(kohoctl, file)
    printed = found["nenkin/advertisement/papers/2015-06-05/on-2015-06-09"]
    assert printed.decoded("dtstart") == date(2015, 6, 9)
    assert printed.decoded("dtend") == date(2015, 6, 10)
    assert str(printed["summary"]).startswith("【実施日】")
    answered = found["nenkin/request/flyer-requests/2015-06-05/reply-by-2015-06-12"]
    assert answered.decoded("dtstart") == date(2015, 6, 12)
    assert str(answered["summary"]).startswith("【回答期限】")


def test_what_waits_for_another_message_is_told_with_it(kohoctl: Kohoctl, file: Path) -> None:
    found = events(kohoctl, file)
    assert not any(uid.startswith("nenkin/reposts/") for uid in found)
    description = str(found["nenkin/warning/mhlw-x/2015-06-04"]["description"])
    assert "この後：犯罪にご注意ください（再投稿）" in description.splitlines()


def test_a_later_message_is_told_with_its_delay(kohoctl: Kohoctl, tmp_path: Path) -> None:
    text = FILE.replace("when: {after: warning}", "when: {after: warning, delay: 90 minutes}")
    description = str(
        events(kohoctl, write_campaign(tmp_path, text))["nenkin/warning/mhlw-x/2015-06-04"]["description"]
    )
    assert "この後：犯罪にご注意ください（再投稿）（1時間30分後）" in description


def test_the_same_file_gives_the_same_bytes(kohoctl: Kohoctl, file: Path) -> None:
    first = kohoctl("calendar", file).out
    assert first == kohoctl("calendar", file).out
    assert "DTSTAMP:20150603T010000Z" in first


def test_no_line_is_longer_than_the_standard_allows_and_none_is_cut_within_a_character(
    kohoctl: Kohoctl, file: Path
) -> None:
    events(kohoctl, file)
    lines = (file.parent / "koho.ics").read_bytes().split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    for line in lines:
        line.decode()


def test_commas_semicolons_and_line_ends_of_a_title_come_back_as_they_were(kohoctl: Kohoctl, tmp_path: Path) -> None:
    text = FILE.replace("title: 年金支払日の注意喚起", r'title: "注意; 喚起, その2\\n"')
    event = events(kohoctl, write_campaign(tmp_path, text))["nenkin/payday/mhlw-x/2015-08-13"]
    assert str(event["summary"]) == r"注意; 喚起, その2\n（厚生労働省、mhlw-x）"


@pytest.mark.parametrize(
    ("arguments", "channels"),
    [
        (("--channel", "papers"), {"papers"}),
        (("--channel", "papers", "--channel", "mhlw-x"), {"papers", "mhlw-x"}),
        (("--owner", "厚生労働省"), {"mhlw-site", "mhlw-x"}),
        (("--owner", "厚生労働省", "--channel", "mhlw-x"), {"mhlw-x"}),
    ],
)
def test_a_ministry_takes_its_own_channels_alone(
    kohoctl: Kohoctl, file: Path, arguments: tuple[str, ...], channels: set[str]
) -> None:
    assert {uid.split("/")[2] for uid in events(kohoctl, file, *arguments)} == channels


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("--channel", "paper"), "did you mean papers?"),
        (("--owner", "厚労省"), "no owner 厚労省; did you mean 厚生労働省?"),
    ],
)
def test_a_channel_or_owner_that_is_not_there_is_wrong_usage(
    kohoctl: Kohoctl, file: Path, arguments: tuple[str, ...], near: str
) -> None:
    answer = kohoctl("calendar", file, *arguments)
    assert answer.code == 2
    assert near in answer.err
