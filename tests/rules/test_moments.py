"""Rules about moments: too late, on a day off, together with another."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.rules.example import SITE
from rules.looking import finds

LATE = "2015-06-20T10:00"
SEVERAL = """\
other:
  title: 別のお知らせ
  when: {when}
  channels: {{{channel}: {{slug: other}}}}
  body: お電話ください。
"""


@pytest.mark.parametrize(
    "body",
    [
        "説明会は、6月15日に開催します。",
        "年金は、6月15日（月）に支給されます。",
        "平成27年6月15日にお支払いします。",
        "6月11日から17日まで受け付けます。",
        "申込みは、6月19日に締め切ります。",
        "公表は、6月15日の予定です。",
        "{{ day }}に開催いたします。",
    ],
)
def test_what_is_over_and_is_spoken_of_as_coming_is_found(tmp_path: Path, body: str) -> None:
    (said,) = finds(tmp_path, "after-event", body, when=LATE, facts="{day: 6月15日}")
    assert said.endswith(" is over when this goes out, on 2015-06-20")


@pytest.mark.parametrize(
    "body",
    [
        "説明会は、6月20日に開催します。",
        "説明会は、6月15日に開催しました。",
        "6月1日に公表した事案について、説明会を開催します。",
        "6月1日から、専用電話窓口で受け付けます。",
        "6月3日より順次発送します。",
        "6月1日付けの文書のとおり、実施します。",
        "6月15日現在の状況は次のとおりです。詳細は追って公表します。",
        "毎年6月15日に支給されます。",
        "6月15日分の年金を、後日お支払いします。",
        "12月15日に支給されます。",
        "次は8月14日に支給されます。",
        "6月中のすべての土曜日及び日曜日の9時30分から16時まで、全国の年金事務所において年金相談を実施します。",
        "6月15日の発表を受けて開いている窓口で、相談を受け付けます。",
    ],
)
def test_what_is_coming_and_what_is_told_of_as_past_is_not(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "after-event", body, when=LATE) == []


def test_the_last_time_of_a_repeated_message_counts(tmp_path: Path) -> None:
    when = "[2015-06-04T10:00, 2015-06-16T10:00]"
    (said,) = finds(tmp_path, "after-event", "6月15日に開催します。", when=when)
    assert said == "6月15日 is over when this goes out, on 2015-06-16"


def test_a_page_may_go_out_on_a_sunday(tmp_path: Path) -> None:
    assert finds(tmp_path, "closed-day", "お電話ください。", when="2015-06-07T10:00") == []


@pytest.mark.parametrize("when", ["2015-06-04T10:01", "2015-06-05T10:00", "{after: notice}"])
def test_messages_at_different_moments_do_not_clash(tmp_path: Path, when: str) -> None:
    more = SEVERAL.format(when=when, channel="site")
    assert finds(tmp_path, "clash", "お電話ください。", more=more) == []


def test_messages_by_different_channels_do_not_clash(tmp_path: Path) -> None:
    channels = f"site: {SITE}\nsite-2: {SITE.replace('public', 'public2')}"
    more = SEVERAL.format(when="2015-06-04T10:00", channel="site-2")
    assert finds(tmp_path, "clash", "お電話ください。", channels=channels, more=more) == []
