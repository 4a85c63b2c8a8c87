"""The pension offices' days, against the calendars of real years."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pension_office_days
import pytest
from pension_office_days import kohoctl_calendars, late_days, saturdays


def test_offices_are_open_on_the_second_saturday_of_each_month() -> None:
    days = list(saturdays(date(2015, 6, 1), date(2015, 9, 30)))
    assert days == [date(2015, 6, 13), date(2015, 7, 11), date(2015, 8, 8), date(2015, 9, 12)]


def test_the_first_and_the_last_day_of_the_span_count() -> None:
    assert list(saturdays(date(2015, 6, 13), date(2015, 6, 13))) == [date(2015, 6, 13)]
    assert list(saturdays(date(2015, 6, 14), date(2015, 7, 10))) == []
    assert list(late_days(date(2015, 6, 8), date(2015, 6, 8))) == [date(2015, 6, 8)]


def test_offices_are_open_late_on_mondays() -> None:
    days = [day.day for day in late_days(date(2015, 6, 1), date(2015, 6, 30))]
    assert days == [1, 8, 15, 22, 29]


@pytest.mark.parametrize(
    ("monday", "late"),
    [
        ("2015-07-20", "2015-07-21"),  # 海の日
        ("2015-09-21", "2015-09-24"),  # 敬老の日, a day between two holidays, 秋分の日
        ("2015-05-04", "2015-05-07"),  # みどりの日, こどもの日, 振替休日
        ("2017-01-02", "2017-01-04"),  # the new year's days off
        ("2019-04-29", None),  # ten days off in a row, for the new era
        ("2014-12-29", None),  # a week of days off
    ],
)
def test_where_monday_is_a_day_off_the_first_business_day_of_the_week_is_the_late_one(
    monday: str, late: str | None
) -> None:
    first = date.fromisoformat(monday)
    days = [day.isoformat() for day in late_days(first, date.fromordinal(first.toordinal() + 6))]
    assert days == ([late] if late else [])


def test_a_span_that_begins_within_a_week_does_not_take_a_later_day_for_the_first() -> None:
    assert list(late_days(date(2015, 6, 9), date(2015, 6, 12))) == []


def test_both_calendars_can_be_named_in_a_campaign_file(tmp_path: Path) -> None:
    shutil.copy(pension_office_days.__file__, tmp_path)
    (tmp_path / "campaigns.yaml").write_text(
        """\
version: 1
plugins: [pension_office_days.py]
channels:
  site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
campaigns:
  nenkin:
    title: 年金相談
    owner: 厚生労働省
    messages:
      saturday:
        title: 明日は、年金事務所の週末相談の日です
        when: {calendar: pension-office-saturdays, offset: -1 day, at: "10:00", from: 2015-06-01, to: 2015-06-30}
        channels: [site]
        body: 予約の上、ご相談ください。
      late:
        title: 本日は、年金事務所が午後7時まで開いています
        when: {calendar: pension-office-late-days, at: "10:00", from: 2015-07-20, to: 2015-07-26}
        channels: [site]
        body: 予約の上、ご相談ください。
""",
        encoding="utf-8",
    )
    asked = ["plan", "campaigns.yaml", "--at", "2015-06-01T00:00", "--format", "json"]
    command = [sys.executable, "-m", "kohoctl", *asked]
    plan = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 -- our own
    due = {delivery["message"]: delivery["due"] for delivery in json.loads(plan.stdout)["deliveries"]}
    assert due == {"saturday": "2015-06-12T10:00:00+09:00", "late": "2015-07-21T10:00:00+09:00"}
    assert set(kohoctl_calendars()) == {"pension-office-saturdays", "pension-office-late-days"}
