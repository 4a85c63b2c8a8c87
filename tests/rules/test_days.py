"""Rules about days: what a calendar knows better, and what may well be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.looking import finds


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("6月15日（火）に支給されます。", "2015-06-15"),
        ("平成27年6月15日（火曜日）です。", "2015-06-15"),
        ("２０１５年６月１５日（火）です。", "2015-06-15"),
        ("6月6日（土）及び7日（月）に開所します。", "2015-06-07"),
        ("7月20日(火・祝)は休みます。", "2015-07-20"),
        ("2015年12月28日（月）から1月4日（火）まで", "2016-01-04"),
        ("{{ day }}（火）に支給されます。", "2015-06-15"),
    ],
)
def test_a_weekday_that_the_calendar_does_not_give_is_found(tmp_path: Path, body: str, day: str) -> None:
    (said,) = finds(tmp_path, "weekday-differs", body, facts="{day: 6月15日}")
    assert said.endswith(f": {day} is another weekday")


@pytest.mark.parametrize(
    "body",
    [
        "6日（土）、7日（日）の年金事務所での相談の実施について",
        "6月6日（土）及び7日（日）の9時30分から16時まで、全国の年金事務所を開所します。",
        "平成27年6月15日（月）",
        "1月4日（月）から",
        "1月4日（日）のとおり",
        "次は2016年6月15日（水）です。",
        "毎月15日（休日の場合は直前の営業日）",
        "6月15日（一部紙は16日）",
        "13日（土）、14日（日）、20日（土）",
        "8:30〜21:00（平日及び土日）",
        "{{ day }}に",
    ],
)
def test_a_weekday_that_may_be_right_is_not(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "weekday-differs", body, facts="{day: 6月15日（月）}") == []


def test_a_day_without_a_year_may_be_that_of_any_year_in_which_its_message_goes_out(tmp_path: Path) -> None:
    when = "[2015-06-04T10:00, 2016-06-04T10:00]"
    assert finds(tmp_path, "weekday-differs", "6月15日（水）", when=when) == []
    assert len(finds(tmp_path, "weekday-differs", "6月15日（木）", when=when)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "平成27年（2016年）",
        "2014（平成27）年度",
        "平成27年6月15日（2016年6月15日）",
        "令和元年/2018年",
        "２０１６年（平成２７年）",
        "昭和60年度（1986年度）",
        "平成27年6月15日に支給します。次回は、2016年6月15日の分です。",
    ],
)
def test_a_year_that_differs_in_its_two_forms_is_found(tmp_path: Path, body: str) -> None:
    assert len(finds(tmp_path, "era-differs", body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "平成27年（2015年）",
        "2019（令和元）年度",
        "平成31年（2019年）",
        "平成27年（一部は2016年）",
        "平成27年、2016年",
        "平成27年6月15日（2015年6月15日）",
        "昭和60年（50件）",
        "平成27年6月15日に支給します。次回は、2015年8月14日です。",
        "平成27年6月15日、平成28年6月15日、2016年6月15日",
    ],
)
def test_the_two_forms_of_one_year_and_two_different_years_are_not(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "era-differs", body) == []


@pytest.mark.parametrize("body", ["2月30日", "平成27年2月29日", "6月31日", "13月1日", "2月29日", "7月0日"])
def test_a_day_that_there_is_not_is_found(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "impossible-day", body, when="2015-03-01T10:00") == [f"there is no {body}"]


@pytest.mark.parametrize("body", ["2月28日", "2016年2月29日", "12月31日", "3か月30日", "13時1分", "30日まで"])
def test_a_day_that_there_is_is_not(tmp_path: Path, body: str) -> None:
    assert finds(tmp_path, "impossible-day", body) == []


def test_a_leap_day_without_a_year_is_that_of_a_leap_year_close_by(tmp_path: Path) -> None:
    assert finds(tmp_path, "impossible-day", "2月29日", when="2016-01-10T10:00") == []
