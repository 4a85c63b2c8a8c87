from __future__ import annotations

from typing import Any

import pytest

from channels.requests_by_mail import OFFICE, QUESTIONS, document, message, names, wrong
from documents.letters import docx_text, pdf_text, unbroken
from kohoctl import DocumentSettings, Recipient, Rendition
from kohoctl.channels.call_centre import CallCentre, CallCentreVersion

BRIEF: dict[str, Any] = {
    "hotline": "0120-818211",
    "hours": "8:30〜21:00（平日及び土日）",
    "opening": "日本年金機構専用電話窓口でございます。",
    "questions": QUESTIONS,
    "never_ask": ["口座番号", "暗証番号"],
    "escalation": ["責任者に引き継ぐ。", "折り返しの電話番号を伺う。"],
}


def rendered(own: dict[str, Any] | None = None, body: str = "情報が流出しました。", **changes: Any) -> Rendition:
    version = CallCentreVersion.model_validate(BRIEF | (own or {}))
    told = message(version, body, **({"title": "個人情報の流出について"} | changes))
    centre = Recipient("centre", {"name": "専用電話窓口", "email": "centre@nenkin.example"})
    return CallCentre("centres", "日本年金機構", DocumentSettings.model_validate(OFFICE)).render(told, centre)


def test_the_brief_says_what_to_say_what_never_to_ask_and_what_to_do_without_an_answer() -> None:
    rendition = rendered()
    assert rendition.problems == ()
    assert document(rendition, "電話応対の手引き.pdf") == (
        "平成27年6月5日（金）現在専用電話窓口御中厚生労働省年金局事業企画課長"
        "【担当】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
        "電話応対の手引き個人情報の流出について電話番号0120-818211受付時間8:30〜21:00（平日及び土日）"
        "お客様に決してお聞きしないこと・口座番号・暗証番号"
        "１最初に申し上げること日本年金機構専用電話窓口でございます。"
        "２お伝えする内容情報が流出しました。"
        "３お問い合わせへのお答え"
        "問１私の年金が減ってしまうことはないのですか。"
        "答○年金が減ることは、ありません。○年金記録の改ざんは、確認されていません。"
        "問２年金の支払いに滞りはできませんか。答○年金の支払いが滞ることは、ありません。"
        "４お答えできないとき１責任者に引き継ぐ。２折り返しの電話番号を伺う。"
    )


def test_a_centre_gets_the_brief_to_work_with_too() -> None:
    rendition = rendered()
    assert names(rendition) == ["電話応対の手引き.pdf", "電話応対の手引き.docx"]
    lines = docx_text(rendition.files[1].read()).splitlines()
    assert "お客様に決してお聞きしないこと\n・口座番号\n・暗証番号" in "\n".join(lines)
    assert "問１　私の年金が減ってしまうことはないのですか。" in lines
    assert lines[lines.index("４　お答えできないとき") + 1] == "１　責任者に引き継ぐ。"


def test_without_steps_for_what_has_no_answer_the_brief_has_no_such_part() -> None:
    assert "お答えできないとき" not in document(rendered({"escalation": []}), "電話応対の手引き.pdf")


@pytest.mark.parametrize("own", [{"hotline": "0120-000000"}, {"hours": "9:00〜17:00"}, {"questions": QUESTIONS[:1]}])
def test_a_fact_that_has_changed_makes_another_brief(own: dict[str, Any]) -> None:
    assert rendered(own).digest != rendered().digest
    assert CallCentre.reissued


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"questions": []}, ("questions", "the brief answers no question")),
        ({"never_ask": []}, ("never_ask", "the brief does not say what callers are never asked for")),
        (
            {"questions": [{"question": "𠮷野の年金", "answer": "ありません。"}]},
            ("questions", "the document's fonts lack 「𠮷」(U+20BB7)"),
        ),
    ],
)
def test_what_is_missing_is_a_problem(own: dict[str, Any], problem: tuple[str, str]) -> None:
    assert wrong(rendered(own)) == [problem]


def test_many_questions_with_long_answers_are_all_there_each_on_a_page_with_its_answer() -> None:
    many = [{"question": f"質問その{number}", "answer": "長い答えです。" * 30} for number in range(40)]
    text = unbroken(pdf_text(rendered({"questions": many}).files[0].read()))  # where a page's number would be between
    assert all(f"質問その{number}答長い答えです。" in text for number in range(40))
