from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from channels.requests_by_mail import OFFICE, document, message, names, wrong
from kohoctl import Recipient, Rendition, Task
from kohoctl.channels.meeting import Meeting, MeetingSettings, MeetingVersion

COUNCIL = "年金情報流出に関する広報対応連絡会議"
EVENT: dict[str, Any] = {
    "at": "2015-06-24T14:00",
    "until": "2015-06-24T15:00",
    "place": "厚生労働省9階　省議室",
    "agenda": ["チラシの設置及び配布について", "その他"],
}
CHARTER = [
    {"heading": "趣旨", "text": "関係省庁による連絡会議を開催する。"},
    {"heading": "具体的内容", "text": "情報交換を行う。\n【警察庁】\n警察署、運転免許センター"},
    {"heading": "その他", "text": "連絡会議の庶務は、厚生労働省年金局において行う。"},
]


def rendered(own: dict[str, Any] | None = None) -> Rendition:
    settings = MeetingSettings.model_validate({**OFFICE, "council": COUNCIL})
    told = message(
        MeetingVersion.model_validate(EVENT | (own or {})), "下記のとおり開催いたします。", title="会議の開催について"
    )
    member = {"name": "警察庁", "contact": "　長官官房総務課長", "email": "koho@npa.example", "facilities": "警察署"}
    return Meeting("council", "厚生労働省年金局", settings).render(told, Recipient("npa", member))


def test_the_notice_says_when_where_and_what_about() -> None:
    rendition = rendered({"reply_by": "2015-06-19"})
    assert rendition.problems == ()
    assert names(rendition) == ["開催通知.pdf"]
    assert document(rendition, "開催通知.pdf") == (
        "事務連絡平成27年6月5日警察庁長官官房総務課長殿厚生労働省年金局事業企画課長会議の開催について"
        "下記のとおり開催いたします。記"
        "１日時平成27年6月24日（水）14時00分から15時00分まで２場所厚生労働省9階省議室"
        "３議題(1)チラシの設置及び配布について(2)その他４出欠の回答期限平成27年6月19日（金）以上"
        "【担当】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
    )


def test_a_member_is_asked_to_come_and_its_facilities_are_not() -> None:
    assert rendered().task == Task(days=(date(2015, 6, 24),))


def test_a_notice_with_a_number_bears_it() -> None:
    assert document(rendered({"number": "年広発0624第1号"}), "開催通知.pdf").startswith("年広発0624第1号平成27年")


def test_a_meeting_may_go_on_to_another_day() -> None:
    text = document(rendered({"until": "2015-06-25T12:00"}), "開催通知.pdf")
    assert "平成27年6月24日（水）14時00分から平成27年6月25日（木）12時00分まで" in text
    assert "（水）14時00分から２場所" in document(rendered({"until": None}), "開催通知.pdf")


def test_the_charter_is_a_document_of_its_own_which_the_notice_names() -> None:
    rendition = rendered({"charter": CHARTER})
    assert names(rendition) == ["開催通知.pdf", "開催要綱.pdf"]
    assert "４資料・開催要綱以上" in document(rendition, "開催通知.pdf")
    assert document(rendition, "開催要綱.pdf") == (
        f"「{COUNCIL}」開催要綱１趣旨関係省庁による連絡会議を開催する。"
        "２具体的内容情報交換を行う。【警察庁】警察署、運転免許センター"
        "３その他連絡会議の庶務は、厚生労働省年金局において行う。"
    )


def test_the_members_are_listed_by_office() -> None:
    text = document(rendered({"members": ["厚生労働省大臣官房総務課長", "警察庁長官官房総務課長"]}), "開催通知.pdf")
    assert "４構成員・厚生労働省大臣官房総務課長・警察庁長官官房総務課長" in text


def test_the_day_of_the_meeting_and_the_day_to_answer_are_those_of_its_task() -> None:
    task = rendered({"reply_by": "2015-06-19"}).task
    assert task is not None
    assert (task.days, task.reply_by) == ((date(2015, 6, 24),), date(2015, 6, 19))


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        (
            {"at": "2015-06-04T14:00"},
            ("at", "it begins at 2015-06-04T14:00, and its notice goes out at 2015-06-05T10:00"),
        ),
        ({"until": "2015-06-24T13:00"}, ("until", "it ends before it begins")),
        ({"members": ["金融庁総務企画局総務課長"]}, ("members", "the recipient is not among the members")),
    ],
)
def test_what_does_not_agree_is_a_problem(own: dict[str, Any], problem: tuple[str, str]) -> None:
    assert wrong(rendered(own)) == [problem]
