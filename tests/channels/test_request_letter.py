from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from channels.requests_by_mail import OFFICE, document, flyer, message, names, wrong
from kohoctl import Recipient, Rendition
from kohoctl.channels.request_letter import RequestLetter

BODY = "つきましては、下記の事項について、会員への周知をお願いいたします。"
LETTER: dict[str, Any] = {"number": "金監督第1号", "items": ["なりすましの防止"], "reply_by": "2015-06-19"}


def rendered(
    own: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    alone: bool = False,
    body: str = BODY,
    **changes: Any,
) -> Rendition:
    kind = RequestLetter
    channel = kind("requests", "金融庁", kind.settings_model.model_validate(OFFICE | (settings or {})))
    told = message(kind.version_model.model_validate(LETTER | (own or {})), body, **changes)
    association = Recipient("banks", {"name": "全国銀行協会", "email": "banks@bank.example"})
    return channel.render(told, None if alone else association)


def test_an_association_gets_a_letter_with_its_points_and_the_day_to_answer() -> None:
    rendition = rendered(title="不正の防止について（要請）")
    assert rendition.problems == ()
    assert document(rendition, "依頼文書.pdf") == (
        "金監督第1号平成27年6月5日全国銀行協会御中厚生労働省年金局事業企画課長（公印省略）"
        "不正の防止について（要請）つきましては、下記の事項について、会員への周知をお願いいたします。"
        "記１なりすましの防止２回答期限平成27年6月19日（金）以上"
        "【担当】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
    )
    assert "添付の依頼文書のとおり、お願いいたします。" in rendition.content["text"]


def test_the_day_to_answer_is_that_of_its_task() -> None:
    task = rendered().task
    assert task is not None
    assert (task.places, task.reply_by) == ((), date(2015, 6, 19))


def test_a_letter_with_no_points_has_no_list_of_them() -> None:
    rendition = rendered({"items": [], "reply_by": None}, body="周知をお願いいたします。")
    assert rendition.problems == ()
    text = document(rendition, "依頼文書.pdf")
    assert "周知をお願いいたします。【担当】" in text
    assert "以上" not in text


def test_what_is_attached_is_listed_last(tmp_path: Path) -> None:
    rendition = rendered({"reply_by": None}, attachments=(flyer(tmp_path),))
    assert "記１なりすましの防止２添付資料・flyer.pdf以上" in document(rendition, "依頼文書.pdf")
    assert names(rendition) == ["依頼文書.pdf", "flyer.pdf"]


def test_a_memo_and_a_sealed_letter_look_as_such() -> None:
    memo = document(rendered({"number": None}, {"form": "事務連絡"}), "事務連絡.pdf")
    assert memo.startswith("事務連絡平成27年6月5日")
    assert "公印" not in document(rendered(settings={"sealed": True}), "依頼文書.pdf")


def test_one_association_may_be_named_without_a_list() -> None:
    to = {"to": "banks@bank.example", "addressee": "全国銀行協会会長　殿"}
    rendition = rendered(settings=to, alone=True)
    assert rendition.problems == ()
    assert rendition.destination["to"] == "banks@bank.example"
    assert "全国銀行協会会長殿" in document(rendition, "依頼文書.pdf")


@pytest.mark.parametrize(
    ("own", "settings", "problem"),
    [
        ({"number": None}, {}, ("number", "an 依頼文書 bears a number, and this one has none")),
        ({"items": [], "reply_by": None}, {}, ("items", "the letter speaks of 下記, and nothing stands under 記")),
        (
            {"reply_by": "2015-06-04"},
            {},
            ("reply_by", "its reader is to answer by 2015-06-04, and it goes out on 2015-06-05"),
        ),
        (
            {"addressee": "{post}　殿"},
            {},
            ("addressee", "the recipients have no column post for the addressee"),
        ),
    ],
)
def test_what_is_missing_is_a_problem(own: dict[str, Any], settings: dict[str, Any], problem: tuple[str, str]) -> None:
    assert wrong(rendered(own, settings)) == [problem]


def test_a_letter_to_nobody_is_a_problem() -> None:
    assert ("recipients", "this document is mailed to nobody") in wrong(rendered(alone=True))
