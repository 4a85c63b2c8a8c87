from __future__ import annotations

from typing import Any

from channels.requests_by_mail import OFFICE, QUESTIONS, document, message, wrong
from kohoctl import DocumentSettings, Recipient, Rendition
from kohoctl.channels.counter_guide import CounterGuide, CounterGuideVersion

GUIDE: dict[str, Any] = {
    "steps": ["来訪の目的を伺う。", "ご本人であることを確認する。", "システムにより照会する。"],
    "identification": ["運転免許証により確認する。"],
    "look_up": ["基礎年金番号を入力する。", "画面はお見せしない。"],
    "questions": QUESTIONS,
    "hotline": "0120-818211",
    "hours": "8:30〜21:00（平日及び土日）",
}


def rendered(own: dict[str, Any] | None = None, facilities: str = "") -> Rendition:
    version = CounterGuideVersion.model_validate(GUIDE | (own or {}))
    told = message(version, "対象の方を確認できるようになりました。", title="個人情報の流出について")
    office = Recipient("office", {"name": "年金事務所", "email": "office@nenkin.example", "facilities": facilities})
    return CounterGuide("counters", "日本年金機構", DocumentSettings.model_validate(OFFICE)).render(told, office)


def test_the_guide_has_the_steps_in_order_then_how_to_confirm_and_to_look_up_then_the_answers() -> None:
    rendition = rendered()
    assert rendition.problems == ()
    assert document(rendition, "窓口対応の手引き.pdf") == (
        "平成27年6月5日（金）現在年金事務所御中厚生労働省年金局事業企画課長"
        "【担当】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
        "窓口対応の手引き個人情報の流出について"
        "１趣旨対象の方を確認できるようになりました。"
        "２対応の手順１来訪の目的を伺う。２ご本人であることを確認する。３システムにより照会する。"
        "３ご本人の確認・運転免許証により確認する。"
        "４システムによる確認・基礎年金番号を入力する。・画面はお見せしない。"
        "５お問い合わせへのお答え"
        "問１私の年金が減ってしまうことはないのですか。"
        "答○年金が減ることは、ありません。○年金記録の改ざんは、確認されていません。"
        "問２年金の支払いに滞りはできませんか。答○年金の支払いが滞ることは、ありません。"
        "６ご案内する専用電話窓口電話番号0120-818211受付時間8:30〜21:00（平日及び土日）"
    )


def test_a_part_that_the_message_does_not_have_takes_no_number() -> None:
    text = document(rendered({"questions": []}), "窓口対応の手引き.pdf")
    assert "お答え" not in text
    assert "５ご案内する専用電話窓口" in text


def test_an_office_with_several_counters_has_as_many_places() -> None:
    task = rendered(facilities="本庁舎|出張所").task
    assert task is not None
    assert task.places == ("本庁舎", "出張所")


def test_another_step_makes_another_guide() -> None:
    assert rendered({"steps": [*GUIDE["steps"], "結果をお伝えする。"]}).digest != rendered().digest
    assert CounterGuide.reissued


def test_hours_without_a_number_are_a_problem() -> None:
    assert wrong(rendered({"hotline": None})) == [("hotline", "there are hours and no hotline")]
