"""Dates in years of the era, at the borders where they are easily wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import wareki as plugin
from wareki import kohoctl_filters, wareki, wareki_weekday


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2015-06-01", "平成27年6月1日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("2020-01-01", "令和2年1月1日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1873-01-01", "明治6年1月1日"),
    ],
)
def test_a_date_is_written_in_the_year_of_its_era(typed: str, written: str) -> None:
    assert wareki(typed) == written


def test_the_day_of_the_week_follows_where_it_is_asked_for() -> None:
    assert wareki_weekday("2015-06-01") == "平成27年6月1日（月）"
    assert wareki_weekday("2015-06-07") == "平成27年6月7日（日）"


@pytest.mark.parametrize("typed", ["", "8:30", "2015-02-29", "2015/06/01", "20150601", "２０１５-０６-０１"])
def test_what_is_no_date_is_named_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(ValueError, match="is no date: write it as 2015-06-01"):
        wareki(typed)


def test_a_date_of_the_calendar_before_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="1872-12-31 is before 1873-01-01"):
        wareki("1872-12-31")


CAMPAIGN = """\
version: 1
plugins: [wareki.py]
facts: {{leaked_on: {leaked_on}}}
channels:
  site: {{kind: website, owner: 厚生労働省, folder: {{path: public, url: "https://mhlw.example", title: 厚労省}}}}
campaigns:
  nenkin:
    title: 年金情報の流出
    owner: 厚生労働省
    messages:
      notice:
        title: お知らせ
        when: 2015-06-03T10:00
        channels: {{site: {{slug: notice}}}}
        body: "{{{{ leaked_on | wareki_weekday }}}}に公表しました。"
"""


def kohoctl(folder: Path, leaked_on: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command says to a campaign in which this fact is filtered."""
    shutil.copy(plugin.__file__, folder)
    (folder / "campaigns.yaml").write_text(CAMPAIGN.format(leaked_on=leaked_on), encoding="utf-8")
    command = [sys.executable, "-m", "kohoctl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own


def test_a_fact_is_written_so_on_the_page_that_goes_out(tmp_path: Path) -> None:
    rehearsed = kohoctl(tmp_path, "2015-06-01", "run", "campaigns.yaml")
    assert rehearsed.returncode == 0, rehearsed.stderr
    pages = "".join(page.read_text("utf-8") for page in (tmp_path / "outbox").rglob("*.html"))
    assert "平成27年6月1日（月）に公表しました。" in pages


def test_check_names_a_fact_that_is_no_date(tmp_path: Path) -> None:
    checked = kohoctl(tmp_path, "6月1日", "check", "campaigns.yaml")
    assert checked.returncode == 1
    assert "6月1日 is no date: write it as 2015-06-01" in checked.stdout
    assert set(kohoctl_filters()) == {"wareki", "wareki_weekday"}
