"""What can be wrong by a digit is found wherever it stands, however fast the rest of a text is passed over."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kohoctl.rules import MOST, things
from kohoctl.rules.example import example
from rules.looking import found_in

WORDS = ("\n", "{{ fact }}", "{{\n}}", "https", "koho", "example", "午後", "平成", "世帯", "818211")
PARTS = st.sampled_from([*"0189０８１:：.,，．+-－ @＠/／日時分半円件人月年第は十", *WORDS])


@given(st.lists(PARTS, max_size=30).map("".join))
def test_no_line_with_anything_in_it_is_passed_over(text: str) -> None:
    whole = things._things(things.plain(things.without_references(text)))
    assert things.things_in(text) == (tuple(whole) if things._MAY_HOLD.search(text) else ())


def test_of_many_places_the_allowed_ones_are_neither_shown_nor_counted(tmp_path: Path) -> None:
    times = "8:30 " * MOST
    allowed = "allowed:\n  title: お知らせ\n  when: 2015-06-05T10:00\n  channels: {site: {slug: allowed}}"
    comment = "  # kohoctl: allow time-not-a-fact -- 当時の文面のとおり"
    more = f"{allowed}\n{comment}\n  body: {times}9:00"
    found = found_in(tmp_path, example(body=f"{times}9:00 9:30", more=more), ("time-not-a-fact",))
    assert len(found) == MOST + 1
    assert str(found[-1]) == "time-not-a-fact: 2 more places, which are not shown"
