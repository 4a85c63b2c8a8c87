from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import ValidationError

from channels.requests_by_mail import CONTACT, DUE, FLYER, flyer, mail_in, message
from documents.letters import pdf_text, unbroken
from kohoctl import Recipient, Rendition
from kohoctl.channels.flyer_request import FlyerRequest, FlyerRequestSettings, FlyerRequestVersion
from kohoctl.redaction import Redactor
from kohoctl.settings import MailServer
from kohoctl.transport import open_transport
from servers.mail import Controller

KEY = "nenkin-2015/flyers/flyer-requests/npa/2015-06-05"
BODY = "日頃より、年金行政に御協力を賜り、厚く御礼申し上げます。\nつきましては、下記により、お願いいたします。"
MINISTRIES = {
    "厚生労働省": "年金事務所|労働基準監督署|ハローワーク|病院|診療所|薬局|老人クラブ|市区町村等の地方自治体",
    "警察庁": "警察署|運転免許センター",
    "金融庁": "銀行|信用金庫|信用組合",
    "消費者庁": "国民生活センター|消費生活センター等",
    "総務省": "郵便局",
    "文部科学省": "社会教育・文化・スポーツ施設",
    "農林水産省": "スーパーマーケット|農協|漁協",
    "経済産業省": "コンビニエンスストア|商店街|チェーンストア|百貨店等",
    "国土交通省": "鉄道の駅（JR、私鉄、地下鉄等）|バス待合所",
}
POLICE = {"name": "警察庁", "facilities": "警察署|運転免許センター", "email": "koho@npa.example", "contact": ""}


def channel(**settings: Any) -> FlyerRequest:
    told = {"sender": "広報係 <koho@mhlw.example>", "office": "厚生労働省年金局\n事業企画課長", "contact": CONTACT}
    return FlyerRequest("flyer-requests", "厚生労働省", FlyerRequestSettings(**(told | settings)))


def version(**fields: Any) -> FlyerRequestVersion:
    return FlyerRequestVersion(**({"number": "年管企発0605第1号"} | fields))


@pytest.fixture
def rendered(tmp_path: Path) -> Any:
    def render(
        own: FlyerRequestVersion | None = None,
        recipient: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Rendition:
        told = message(own or version(), BODY, **({"attachments": (flyer(tmp_path),)} | changes))
        ministry = Recipient("npa", POLICE | (recipient or {}))
        return channel(**(settings or {})).render(told, ministry)

    return render


def letter_of(rendition: Rendition) -> str:
    return unbroken(pdf_text(rendition.files[0].read()))


def texts(rendition: Rendition) -> list[str]:
    return [str(problem) for problem in rendition.problems]


@pytest.mark.parametrize("name", MINISTRIES)
def test_each_ministry_gets_a_letter_with_its_own_facilities(rendered: Any, name: str) -> None:
    rendition = rendered(recipient={"name": name, "facilities": MINISTRIES[name]})
    assert rendition.problems == ()
    letter = letter_of(rendition)
    assert f"{name}殿" in letter
    others = "|".join(text for other, text in MINISTRIES.items() if other != name).split("|")
    listed = "".join(f"・{facility}" for facility in MINISTRIES[name].split("|"))
    assert f"１設置をお願いする施設{listed}２添付資料・flyer.pdf以上" in letter
    assert not [other for other in others if f"・{other}" in letter]


def test_a_letter_bears_its_number_and_the_day_it_is_due(rendered: Any) -> None:
    assert letter_of(rendered()).startswith(
        "年管企発0605第1号平成27年6月5日警察庁殿厚生労働省年金局事業企画課長（公印省略）"
    )


def test_a_memo_needs_no_number(rendered: Any) -> None:
    memo = rendered(version(number=None), settings={"form": "事務連絡"})
    assert memo.problems == ()
    assert memo.files[0].name == "事務連絡.pdf"
    assert letter_of(memo).startswith("事務連絡平成27年6月5日警察庁殿")


def test_further_points_and_the_day_to_answer_stand_under_the_facilities(rendered: Any) -> None:
    letter = letter_of(rendered(version(items=["設置の期間　8月31日まで"], reply_by="2015-06-12")))
    assert "２設置の期間8月31日まで３添付資料・flyer.pdf４回答期限平成27年6月12日（金）以上" in letter


def test_the_addressee_may_be_written_with_the_recipients_columns(rendered: Any) -> None:
    to_a_post = rendered(recipient={"contact": "長官官房総務課長"})
    assert "警察庁長官官房総務課長殿" in letter_of(to_a_post)
    to_a_section = rendered(version(addressee="{name}広報担当課　御中"))
    assert "警察庁広報担当課御中" in letter_of(to_a_section)


def test_while_it_waits_for_another_message_the_letter_has_room_for_its_date(rendered: Any) -> None:
    assert rendered(due=None).problems == ()


def test_the_mail_carries_the_letter_and_the_flyer(rendered: Any) -> None:
    rendition = rendered()
    mail = mail_in(channel().artifacts(rendition, KEY, DUE))
    text, letter, picture = mail.iter_parts()
    assert mail["To"] == "koho@npa.example"
    assert mail["Subject"] == "「年金情報流出」を口実にした犯罪に関するチラシの設置について（依頼）"
    assert "標記について、添付の依頼文書のとおり、お願いいたします。" in text.get_content()
    assert letter.get_filename() == "依頼文書.pdf"
    assert letter.get_content() == rendition.files[0].read()
    assert (picture.get_filename(), picture.get_content()) == ("flyer.pdf", FLYER)


def test_what_a_rehearsal_keeps_is_the_same_each_time(rendered: Any) -> None:
    first, second = (channel().artifacts(rendered(), KEY, DUE) for _ in range(2))
    assert first == second
    assert set(first) == {"依頼文書.pdf", "flyer.pdf", "mail.eml"}


@pytest.mark.parametrize(
    ("recipient", "own", "changes", "problem"),
    [
        ({"name": " "}, {}, {}, "the recipient has no name"),
        ({"facilities": " | "}, {}, {}, "the recipient has no facilities"),
        ({"email": ""}, {}, {}, "the recipient's mail address is not a mail address"),
        ({}, {"number": None}, {}, "an 依頼文書 bears a number, and this one has none"),
        ({}, {}, {"attachments": ()}, "there is no flyer to put up"),
        ({}, {"addressee": "{post}　殿"}, {}, "the recipients have no column {column} for the addressee"),
        ({"facilities": "𠮷野駅"}, {}, {}, "the document's fonts lack 「𠮷」(U+20BB7)"),
    ],
)
def test_what_is_missing_is_a_problem(
    rendered: Any, recipient: dict[str, str], own: dict[str, Any], changes: dict[str, Any], problem: str
) -> None:
    assert texts(rendered(version(**own), recipient, **changes)) == [problem.replace("{column}", "post")]


def test_a_channel_without_recipients_is_a_problem(tmp_path: Path) -> None:
    told = message(version(), BODY, attachments=(flyer(tmp_path),))
    assert "a request is mailed to ministries, and this channel has none" in texts(channel().render(told, None))


def test_the_digest_tells_ministries_letters_and_flyers_apart(rendered: Any) -> None:
    digests = {
        rendered().digest,
        rendered(recipient={"name": "金融庁"}).digest,
        rendered(recipient={"email": "other@npa.example"}).digest,
        rendered(version(number="第2号")).digest,
        rendered(attachments=()).digest,
    }
    assert len(digests) == 5
    assert rendered().digest in digests


def test_the_form_is_one_of_the_two_that_there_are() -> None:
    with pytest.raises(ValidationError, match="依頼文書"):
        channel(form="letter")


class Inbox:
    """What an SMTP server was handed."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- its name
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()
    controller = Controller(inbox)
    controller.start()
    yield inbox, controller.port
    controller.stop()


def test_a_delivered_request_is_a_receipt_with_the_mails_id(
    rendered: Any, inbox: tuple[Inbox, int], tmp_path: Path
) -> None:
    kept, port = inbox
    server = MailServer(host="127.0.0.1", port=port, security="none")
    receipt = channel().deliver(rendered(), KEY, open_transport(tmp_path, server, Redactor()))
    assert receipt.form == "requested"
    [mail] = [mail_in({"mail.eml": content}) for content in kept.mails]
    assert mail["Message-ID"] == receipt.id
    assert [part.get_filename() for part in mail.iter_attachments()] == ["依頼文書.pdf", "flyer.pdf"]
