"""How a report writes days: a table of examples, most of them of the campaign of 2015."""

from __future__ import annotations

from datetime import date

import pytest

from kohoctl.report.days import Days, in_english, in_japanese, in_table, year_in_japanese


def days(*named: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day if len(day) > 5 else f"2015-{day}") for day in named)


WEEK = days(*(f"06-{day}" for day in range(11, 18)))
WEEKENDS = days("06-13", "06-14", "06-20", "06-21", "06-27", "06-28")
EXAMPLES = [
    (Days(days("06-01")), "6月1日", "1 June", "2015-06-01"),
    (Days(days("06-13", "06-14")), "6月13日及び14日", "13 and 14 June", "2015-06-13,2015-06-14"),
    (
        Days(WEEKENDS),
        "6月13日及び14日、6月20日及び21日、6月27日及び28日",
        "13 and 14 June, 20 and 21 June, 27 and 28 June",
        "2015-06-13,2015-06-14,2015-06-20,2015-06-21,2015-06-27,2015-06-28",
    ),
    (Days(WEEK), "6月11日～17日", "11–17 June", "2015-06-11..2015-06-17"),
    (Days(days("06-03"), onwards=True), "6月3日より順次", "from 3 June", "2015-06-03 onwards"),
    (Days(days("06-03", "06-10"), onwards=True), "6月3日より順次", "from 3 June", "2015-06-03 onwards"),
    (
        Days(days("06-08"), days("06-09")),
        "6月8日（一部は9日）",
        "8 June (some on 9 June)",
        "2015-06-08 (some 2015-06-09)",
    ),
    (
        Days(days("06-30"), days("07-01", "07-03")),
        "6月30日（一部は7月1日、7月3日）",
        "30 June (some on 1 July, 3 July)",
        "2015-06-30 (some 2015-07-01,2015-07-03)",
    ),
    (Days(days("06-08", "06-10")), "6月8日、6月10日", "8 June, 10 June", "2015-06-08,2015-06-10"),
    (Days(days("06-30", "07-01")), "6月30日及び7月1日", "30 June and 1 July", "2015-06-30,2015-07-01"),
    (
        Days(days("06-29", "06-30", "07-01")),
        "6月29日～7月1日",
        "29 June – 1 July",
        "2015-06-29..2015-07-01",
    ),
    (
        Days(days("06-11", "06-12", "06-13", "06-20")),
        "6月11日～13日、6月20日",
        "11–13 June, 20 June",
        "2015-06-11..2015-06-13,2015-06-20",
    ),
]


@pytest.mark.parametrize(("when", "japanese", "english", "table"), EXAMPLES, ids=[one[1] for one in EXAMPLES])
def test_days_are_written_as_the_secretariat_wrote_them(when: Days, japanese: str, english: str, table: str) -> None:
    assert (in_japanese(when), in_english(when), in_table(when)) == (japanese, english, table)


def test_some_papers_are_named_in_a_table() -> None:
    assert in_table(Days(days("06-08"), days("06-09")), "some papers") == "2015-06-08 (some papers 2015-06-09)"


@pytest.mark.parametrize(
    ("when", "japanese", "english"),
    [
        (Days(days("06-01")), "平成27年6月1日", "1 June 2015"),
        (
            Days(days("06-13", "06-14", "06-20")),
            "平成27年6月13日及び14日、6月20日",
            "13 and 14 June 2015, 20 June 2015",
        ),
        (
            Days(days("2015-12-30", "2015-12-31", "2016-01-01")),
            "平成27年12月30日～平成28年1月1日",
            "30 December 2015 – 1 January 2016",
        ),
        (Days(days("2019-04-30", "2019-05-01")), "平成31年4月30日及び令和元年5月1日", "30 April and 1 May 2019"),
        (Days(days("06-08"), days("06-09")), "平成27年6月8日（一部は9日）", "8 June 2015 (some on 9 June 2015)"),
        (Days(days("06-03"), onwards=True), "平成27年6月3日より順次", "from 3 June 2015"),
    ],
)
def test_a_year_is_named_where_it_begins(when: Days, japanese: str, english: str) -> None:
    assert (in_japanese(when, with_year=True), in_english(when, with_year=True)) == (japanese, english)


@pytest.mark.parametrize(
    ("day", "year"),
    [("2015-06-01", "平成27年"), ("2019-04-30", "平成31年"), ("2019-05-01", "令和元年"), ("1900-01-01", "1900年")],
)
def test_an_era_begins_on_its_first_day(day: str, year: str) -> None:
    assert year_in_japanese(date.fromisoformat(day)) == year
