"""What people and spreadsheets type into a form."""

from __future__ import annotations

from datetime import date

import pytest

from kohoctl.campaign.problems import Wrong
from kohoctl.sheet import day_of, number_of, unescaped, written


@pytest.mark.parametrize(
    "typed",
    ["2015-06-10", "2015/6/10", "2015/06/10", "２０１５／６／１０", " 2015-06-10 ",
     "2015年6月10日", "平成27年6月10日", "平成２７年６月１０日", "H27.6.10", "h27.06.10"],
)  # fmt: skip
def test_a_day_may_be_written_as_offices_and_excel_write_it(typed: str) -> None:
    assert day_of(typed) == date(2015, 6, 10)


def test_the_first_year_of_an_era_has_a_name_of_its_own() -> None:
    assert day_of("令和元年6月10日") == date(2019, 6, 10)


@pytest.mark.parametrize(
    "typed", ["", "6月10日", "2015-02-30", "平成27年13月1日", "昭和60年6月10日", "6/10/2015", "1900-01-01"]
)
def test_a_day_that_is_none_or_is_none_for_certain_is_not_taken(typed: str) -> None:
    with pytest.raises(Wrong):
        day_of(typed)


@pytest.mark.parametrize(
    ("typed", "number"), [("40", 40), ("1,200", 1200), ("４，０００", 4000), (" 0 ", 0), ("-3", -3)]
)
def test_a_number_may_have_commas_and_full_width_digits(typed: str, number: int) -> None:
    assert number_of(typed) == number


@pytest.mark.parametrize("typed", ["40館", "4.5", "約40", "1" * 10, "NaN"])
def test_a_number_that_is_not_whole_is_not_taken(typed: str) -> None:
    with pytest.raises(Wrong, match="is no whole number"):
        number_of(typed)


@pytest.mark.parametrize("typed", ["", " ", ","])
def test_a_number_that_is_not_there_is_not_taken_either(typed: str) -> None:
    with pytest.raises(Wrong, match="there is no number"):
        number_of(typed)


@pytest.mark.parametrize("typed", ["H0.1.1", "平成0年6月10日", "R00.1.1"])
def test_an_era_begins_with_its_year_one(typed: str) -> None:
    with pytest.raises(Wrong, match="an era begins with its year 1"):
        day_of(typed)


@pytest.mark.parametrize("field", ["=1+1", "+81", "-1", "@SUM(A1)", "＝1+1", "'=1", "''@", "'quoted'", "警察署", ""])
def test_a_field_is_read_back_as_it_was_and_is_never_a_formula(field: str) -> None:
    text = written([[field, "x"]]).decode("utf-8-sig").removesuffix(",x\r\n")
    assert text[:1] not in tuple("=+-@＝＋－＠")
    assert unescaped(text) == field
