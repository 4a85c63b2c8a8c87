from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels.requests_by_mail import OFFICE, PRESS, document, flyer, message
from kohoctl import DocumentVersion, Recipient, Rendition
from kohoctl.channels.partner_notice import PartnerNotice, PartnerNoticeSettings

POLICE = {
    "office": "警察庁生活安全局\n生活安全企画課長",
    "contact": {"department": "犯罪抑止対策室", "telephone": "03-1111-1111", "email": "koho@npa.example"},
}
CONSUMERS = {
    "office": "消費者庁\n消費者政策課長",
    "contact": {"department": "政策課", "telephone": "03-2222-2222", "email": "koho@caa.example"},
}


def rendered(*partners: dict[str, Any], **changes: Any) -> Rendition:
    settings = PartnerNoticeSettings.model_validate({**OFFICE, "partners": partners or (POLICE,)})
    told = message(DocumentVersion(), "犯罪にご注意ください。", **({"title": "犯罪の防止について"} | changes))
    return PartnerNotice("police", "警察庁", settings).render(told, Recipient("club", PRESS))


def test_the_notice_bears_the_names_of_both_and_says_whom_to_ask_at_each() -> None:
    rendition = rendered()
    assert rendition.problems == ()
    assert document(rendition, "連名のお知らせ.pdf") == (
        "平成27年6月5日厚生労働記者会御中厚生労働省年金局事業企画課長警察庁生活安全局生活安全企画課長"
        "犯罪の防止について犯罪にご注意ください。"
        "【照会先】年金局事業企画課広報係電話：03-0000-0000メール：koho@mhlw.example"
        "犯罪抑止対策室電話：03-1111-1111メール：koho@npa.example"
    )


def test_more_than_two_may_say_it_in_the_order_of_the_file() -> None:
    rendition = rendered(CONSUMERS, POLICE)
    text = document(rendition, "連名のお知らせ.pdf")
    assert "事業企画課長消費者庁消費者政策課長警察庁生活安全局" in text
    assert "消費者庁、警察庁生活安全局との連名により、添付のとおりお知らせいたします。" in rendition.content["text"]


def test_what_is_attached_is_listed(tmp_path: Path) -> None:
    assert "添付資料・flyer.pdf【照会先】" in document(rendered(attachments=(flyer(tmp_path),)), "連名のお知らせ.pdf")


def test_a_notice_of_one_office_alone_is_none() -> None:
    with pytest.raises(ValidationError, match="partners"):
        PartnerNoticeSettings.model_validate({**OFFICE, "partners": []})


def test_another_partner_makes_another_notice() -> None:
    assert len({rendered().digest, rendered(CONSUMERS).digest, rendered(POLICE, CONSUMERS).digest}) == 3
