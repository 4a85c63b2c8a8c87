"""What one version of a campaign file says otherwise than another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kohoctl.changes import Change, Kind, change_of, compare, differences, texts
from kohoctl.ledger import Ledger
from kohoctl.plan import Planner
from support import TEN, Office, loaded, write

CHANNELS = "board: {kind: board, owner: 厚生労働省, url: 'https://board.example', recipients: ministries}\n"
MORE = """\
facts: {hotline: 0120-818211}
recipients:
  ministries: [{id: mhlw, name: 厚生労働省, desk: "1"}, {id: npa, name: 警察庁, desk: "2"}]
"""
MESSAGES = """\
notice:
  title: お知らせ
  when: 2015-06-04T10:00
  channels: [board]
  body: "{{ recipient.name }}御中\\n電話は {{ hotline }} へ。受付は毎日です。"
post: {title: 投稿, when: {after: notice}, channels: [board], body: 文}
"""

Compared = Callable[..., dict[str, Change]]


@pytest.fixture
def compared(tmp_path: Path) -> Compared:
    """The changes from a file to the same file edited: each edit is the old text and the new."""

    def compare_edited(*edits: tuple[str, str], messages: str = MESSAGES) -> dict[str, Change]:
        before, now = tmp_path / "before", tmp_path / "now"
        before.mkdir()
        now.mkdir()
        old, new = write(before, messages, CHANNELS, MORE), write(now, messages, CHANNELS, MORE)
        text = new.read_text(encoding="utf-8")
        for was, becomes in edits:
            assert was in text
            text = text.replace(was, becomes)
        new.write_text(text, encoding="utf-8")
        return dict(compare(loaded(old), loaded(new)))

    return compare_edited


def kinds(changes: dict[str, Change]) -> dict[str, str]:
    return {key.removeprefix("nenkin/"): str(change.kind) for key, change in changes.items()}


def test_a_fact_changes_every_delivery_that_states_it_and_no_other(compared: Compared) -> None:
    assert kinds(compared(("0120-818211", "0120-818212"))) == {
        "notice/board/mhlw/2015-06-04": "changed",
        "notice/board/npa/2015-06-04": "changed",
        "post/board/mhlw/after-notice": "same",
        "post/board/npa/after-notice": "same",
    }


def test_of_a_text_the_sentence_that_differs_is_shown_with_those_around_it(compared: Compared) -> None:
    changes = compared(("0120-818211", "0120-818212"))
    (found,) = differences(changes["nenkin/notice/board/mhlw/2015-06-04"])
    assert found.name == "body"
    assert found.lines == (
        " 厚生労働省御中",
        "-電話は 0120-818211 へ。",
        "+電話は 0120-818212 へ。",
        " 受付は毎日です。",
    )


def test_another_day_is_another_delivery_and_another_hour_a_change(compared: Compared) -> None:
    moved = compared(("2015-06-04T10:00", "2015-06-05T10:00"))
    assert moved["nenkin/notice/board/mhlw/2015-06-05"].kind is Kind.NEW
    assert moved["nenkin/notice/board/mhlw/2015-06-04"].kind is Kind.GONE
    assert list(moved)[-1] == "nenkin/notice/board/npa/2015-06-04"


def test_a_change_of_the_hour_alone_is_told_as_one_of_when(compared: Compared) -> None:
    change = compared(("2015-06-04T10:00", "2015-06-04T11:00"))["nenkin/notice/board/mhlw/2015-06-04"]
    assert change.kind is Kind.CHANGED
    assert [(one.name, one.lines) for one in differences(change)] == [
        ("when", ("-2015-06-04 10:00 JST", "+2015-06-04 11:00 JST"))
    ]


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (("{after: notice}", "{after: notice, delay: 2 hours}"), "when"),
        (("when: {after: notice}", "grace: 3 days, when: {after: notice}"), "grace"),
    ],
)
def test_a_wait_or_a_grace_that_differs_is_a_change(compared: Compared, edit: tuple[str, str], name: str) -> None:
    changes = compared(edit)
    assert [one.name for one in differences(changes["nenkin/post/board/npa/after-notice"])] == [name]


def test_where_it_goes_is_a_change_though_it_says_the_same(compared: Compared) -> None:
    changes = compared(("https://board.example", "https://elsewhere.example"))
    assert set(kinds(changes).values()) == {"changed"}
    (found,) = differences(changes["nenkin/post/board/npa/after-notice"])
    assert found.name.startswith("destination")
    assert "+https://elsewhere.example" in found.lines


def test_who_is_added_is_new_and_who_is_taken_out_is_gone(compared: Compared) -> None:
    assert kinds(compared(("id: npa, name: 警察庁", "id: fsa, name: 金融庁"))) == {
        "notice/board/mhlw/2015-06-04": "same",
        "notice/board/fsa/2015-06-04": "new",
        "post/board/mhlw/after-notice": "same",
        "post/board/fsa/after-notice": "new",
        "notice/board/npa/2015-06-04": "gone",
        "post/board/npa/after-notice": "gone",
    }


def test_everything_is_new_where_there_was_no_file(tmp_path: Path) -> None:
    changes = compare(None, loaded(write(tmp_path, MESSAGES, CHANNELS, MORE)))
    assert [change.kind for change in changes.values()] == [Kind.NEW] * 4


def test_what_is_new_or_gone_differs_by_all_that_it_says(compared: Compared) -> None:
    changes = compared(("body: 文", "body: 別の文"), ("post:", "other:"))
    new, gone = changes["nenkin/other/board/npa/after-notice"], changes["nenkin/post/board/npa/after-notice"]
    assert {one.name: one.lines for one in differences(new)}["body"] == ("+別の文",)
    assert {one.name: one.lines for one in differences(gone)}["body"] == ("-文",)
    assert (new.latest, gone.latest) == (new.new, gone.old)


def test_the_texts_of_a_delivery_are_named_and_what_is_empty_is_left_out(compared: Compared) -> None:
    saying = compared()["nenkin/post/board/npa/after-notice"].new
    assert saying is not None
    found = texts(saying)
    assert (found["when"], found["title"], found["body"]) == ("after: notice", "投稿", "文")
    assert all(found.values())


def test_a_later_edition_of_a_delivery_has_its_change(tmp_path: Path) -> None:
    channels = CHANNELS.replace("kind: board", "kind: reissued-board").replace(", recipients: ministries", "")
    message = "notice: {title: 題, when: 2015-06-04T10:00, channels: [board], body: 文}\n"
    office = Office(write(tmp_path, message, channels))
    changes = compare(None, office.file)
    with Ledger.read(office.ledger_path, "live") as ledger:
        (planned,) = Planner(office.file, ledger).plan(TEN)
    later = replace(planned.delivery, key=f"{planned.delivery.key}+2")
    assert change_of(changes, office.file, later) is changes[planned.delivery.key]


def test_a_person_of_a_private_list_has_the_change_of_one_made_up(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name,desk\n17,年金 花子,3\n", encoding="utf-8")
    more = "recipients: {ministries: {file: people.csv, personal: true, key: {env: PEOPLE_KEY}}}\n"
    office = Office(write(tmp_path, MESSAGES.replace("{{ hotline }}", "0120"), CHANNELS, more))
    changes = compare(None, office.file)
    assert {key.split("/")[3] for key in changes} == {"mihon-1", "mihon-2", "mihon-3"}
    opened = office.file.with_people(lambda _: "a key of sixteen letters")
    with Ledger.read(office.ledger_path, "live") as ledger:
        planned = list(Planner(opened, ledger).plan(TEN))
    assert [change_of(changes, opened, one.delivery) for one in planned] == [
        changes["nenkin/notice/board/mihon-1/2015-06-04"],
        changes["nenkin/post/board/mihon-1/after-notice"],
    ]
    assert "花子" not in str([texts(change.latest) for change in changes.values()])
