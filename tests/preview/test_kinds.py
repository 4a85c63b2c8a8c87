"""How the built-in kinds of paper and radio look on the preview's page."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from kohoctl.preview.words import WORDS
from preview.small import MORE, sheet, small_file, written

OFFICE = """\
  sender: 政府広報 <koho@gov.example>
  advertiser: 政府広報
  contact: {department: 広報室, telephone: 03-0000-0000, email: koho@gov.example}
"""
CHANNELS = f"""\
radio:
  kind: radio-spot
  owner: 政府広報
  recipients: ministries
{OFFICE}\
paper:
  kind: newspaper
  owner: 政府広報
  recipients: ministries
  office: 政府広報室
{OFFICE}"""
MESSAGES = """\
spot:
  title: 犯罪への注意喚起
  when: 2015-06-11T10:00
  channels: {radio: {reading: ごちゅういください。, air_dates: [2015-06-13]}}
  body: ご注意ください。
space:
  title: 犯罪にご注意ください
  when: 2015-06-05T16:00
  channels: {paper: {columns: 5, days: [2015-06-08], hotline: "{{ hotline }}"}}
  body: お電話をすることはありません。
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(small_file(tmp_path_factory.mktemp("campaign"), MESSAGES, CHANNELS, MORE))


def test_a_script_has_its_reading_and_the_time_that_it_takes_beside_the_time_there_is(page: str) -> None:
    spot = sheet(page, "radio")
    assert "読み上げの時間：" in spot
    assert "1.1／19.8（秒）" in spot
    assert "ごちゅういください。" in spot
    assert "ラジオCM原稿.pdf" in spot


def test_a_script_is_not_spoken_unasked_and_the_page_says_how_to_have_it_spoken(page: str) -> None:
    assert "<audio" not in page
    assert WORDS["not_spoken"].ja in sheet(page, "radio")


@pytest.mark.skipif(importlib.util.find_spec("pyopenjtalk") is None, reason="the extra radio is not installed")
def test_a_script_that_was_spoken_once_can_be_heard_until_it_says_something_else(tmp_path: Path) -> None:
    path = small_file(tmp_path, MESSAGES, CHANNELS, MORE)
    spoken = sound_in(written(path, heard=True))
    assert (tmp_path / "preview" / spoken).read_bytes().startswith(b"RIFF")
    small_file(tmp_path, MESSAGES.replace("犯罪への注意喚起", "別の題名"), CHANNELS, MORE)
    assert sound_in(written(path)) == spoken
    small_file(tmp_path, MESSAGES.replace("ごちゅういください。", "ごちゅうい。"), CHANNELS, MORE)
    assert WORDS["not_spoken"].ja in sheet(written(path), "radio")
    assert not (tmp_path / "preview" / spoken).exists()


def sound_in(page: str) -> str:
    (found,) = re.findall(r'<audio controls preload="none" src="(files/[0-9a-f]+-script\.wav)"', sheet(page, "radio"))
    return str(found)


def test_an_advertisement_stands_in_its_space_in_proportion_to_the_page(page: str) -> None:
    space = sheet(page, "paper")
    paper, taken = (
        {name: float(value) for name, value in re.findall(r'\b(width|height|x|y)="([\d.]+)"', rect)}
        for rect in re.findall(r'<rect class="(?:paper|taken)"[^>]*>', space)
    )
    assert taken["height"] * 3 == pytest.approx(paper["height"], abs=0.5)  # 5 of 15 段
    assert taken["width"] == paper["width"]
    assert taken["y"] + taken["height"] == pytest.approx(paper["height"])
    assert space.count("広告原稿.pdf</span></a>") == 1


def test_the_mail_is_shown_with_what_is_attached_to_it(page: str, tmp_path: Path) -> None:
    mail = sheet(page, "paper").partition('<details class="mail">')[2]
    assert "npa@npa.example" in mail
    assert "新聞広告出稿依頼書.pdf、新聞広告出稿依頼書.docx、広告原稿.pdf" in mail
