from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from channels.requests_by_mail import CONTACT, DUE, FLYER, flyer, mail_in, message
from documents.letters import pdf_text, unbroken
from kohoctl import Recipient, Rendition
from kohoctl.campaign.load import load, read
from kohoctl.channels._advertisement import LIMITS, POINTS_LIMIT
from kohoctl.channels.flyer import Flyer, FlyerVersion
from kohoctl.channels.website import Website
from kohoctl.extensions import Extensions
from kohoctl.plan import slots
from kohoctl.wording import Wording
from support import write

KEY = "nenkin-2015/flyer/bureaus/kanto/2015-06-12"
BODY = "日頃より、年金行政に御協力を賜り、厚く御礼申し上げます。\n管内の市区町村等に配布してくださいますよう。"
KANTO = {"name": "関東信越厚生局", "email": "koho@kanto.example", "facilities": "さいたま市|千葉市|社会福祉協議会"}
WORDS: dict[str, Any] = {
    "headline": "「年金情報流出」を口実にした\n犯罪にご注意ください！",
    "points": (
        "日本年金機構から、この件でお客様に電話やメールで連絡することは、一切ありません。",
        "日本年金機構が、この件でお客様にお金やキャッシュカードを要求することは、一切ありません。",
        "日本年金機構が、この件でお客様にATMの操作をお願いすることは、一切ありません。",
    ),
    "hotline": "0120-818211",
    "hours": "8:30〜21:00（平日及び土日）",
}
CHANNELS = """\
site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
bureaus:
  kind: flyer
  owner: 厚生労働省
  recipients: bureaus
  sender: koho@mhlw.example
  office: 年金局
  contact: {department: 年金局, telephone: 03-0000-0000, email: koho@mhlw.example}
"""
MORE = """\
facts: {hotline: 0120-818211}
recipients:
  bureaus: [{id: kanto, name: 関東信越厚生局, email: koho@kanto.example, facilities: さいたま市|千葉市}]
"""
MESSAGE = """\
flyer:
  title: チラシを作成しました
  body: 印刷してお使いいただけます。
  when: 2015-06-12T10:00
  attachments: [チラシ.typ]
  channels: {site: {slug: chirashi}, bureaus: {title: チラシの配布について, body: 配布をお願いいたします。}}
"""


def rendered(attached: tuple[Any, ...] = (), recipient: dict[str, str] | None = None, **own: Any) -> Rendition:
    settings = {"sender": "広報係 <koho@mhlw.example>", "office": "厚生労働省年金局", "contact": CONTACT}
    channel = Flyer("bureaus", "厚生労働省", Flyer.settings_model.model_validate(settings))
    told = message(FlyerVersion(**own), BODY, title="チラシの配布について", attachments=attached)
    return channel.render(told, Recipient("kanto", KANTO | (recipient or {})))


def text_of(rendition: Rendition, name: str) -> str:
    return unbroken(pdf_text(next(file for file in rendition.files if file.name == name).read()))


def test_a_flyer_is_made_of_its_words_on_one_page_of_a4() -> None:
    rendition = rendered(**WORDS)
    assert rendition.problems == ()
    assert [file.name for file in rendition.files] == ["事務連絡.pdf", "チラシ.pdf"]
    said = text_of(rendition, "チラシ.pdf")
    for words in (WORDS["headline"], *WORDS["points"], WORDS["hotline"], WORDS["hours"], "厚生労働省"):
        assert unbroken(words) in said
    (page,) = PdfReader(io.BytesIO(rendition.files[1].read())).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_the_longest_words_that_are_taken_fit_on_one_page() -> None:
    most: dict[str, Any] = {name: "注" * limit.most for name, limit in LIMITS.items() if name != "points"}
    rendition = rendered(**most, points=("注" * LIMITS["points"].most,) * POINTS_LIMIT)
    assert rendition.problems == ()
    reader = PdfReader(io.BytesIO(rendition.files[1].read()))
    assert len(reader.pages) == 1
    assert unbroken(reader.pages[0].extract_text()).count("注") == sum(map(len, most.values())) + 3 * 90


def test_a_bureau_is_asked_by_a_memo_to_pass_it_on_to_its_bodies() -> None:
    rendition = rendered(**WORDS, reply_by="2015-06-19", items=["部数　実情に応じて印刷してください。"])
    memo = text_of(rendition, "事務連絡.pdf")
    assert memo.startswith("事務連絡平成27年6月5日関東信越厚生局御中厚生労働省年金局チラシの配布について")
    assert "１配布をお願いする市区町村、関係団体等・さいたま市・千葉市・社会福祉協議会２部数" in memo
    assert "３添付資料・チラシ.pdf４回答期限平成27年6月19日（金）以上" in memo
    assert rendition.task is not None
    assert rendition.task.places == ("さいたま市", "千葉市", "社会福祉協議会")
    assert str(rendition.task.reply_by) == "2015-06-19"


def test_the_mail_carries_the_memo_and_the_attached_flyer(tmp_path: Path) -> None:
    rendition = rendered((flyer(tmp_path),))
    assert rendition.problems == ()
    settings = Flyer.settings_model.model_validate({"sender": "a@mhlw.example", "office": "局", "contact": CONTACT})
    mail = mail_in(Flyer("bureaus", "厚生労働省", settings).artifacts(rendition, KEY, DUE))
    text, memo, attached = mail.iter_parts()
    assert "添付の事務連絡をお送りいたします。" in text.get_content()
    assert (memo.get_filename(), attached.get_filename()) == ("事務連絡.pdf", "flyer.pdf")
    assert attached.get_content() == FLYER


def test_the_site_offers_the_very_file_that_the_bureaus_pass_on(tmp_path: Path) -> None:
    layout = '#set document(title: "a")\n#set text(font: "BIZ UDGothic", lang: "ja")\n'
    typst = layout + "#json(bytes(sys.inputs.data)).facts.hotline"
    (tmp_path / "チラシ.typ").write_text(typst, encoding="utf-8")
    file = load(read(write(tmp_path, MESSAGE, CHANNELS, MORE)), Extensions({"website": Website, "flyer": Flyer}))
    wording = Wording(file)
    page, mail = (wording.render(slot) for slot in slots(file))
    assert page.problems == mail.problems == ()
    assert page.files[0].read() == mail.files[1].read()
    assert "0120-818211" in pdf_text(page.files[0].read())


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"headline": None}, "there is no flyer to pass on"),
        ({"hotline": None}, "there is no telephone number"),
        ({"points": ()}, "the flyer has no points"),
        ({"points": ("注意",) * 4}, "there are 4 points; 3 are taken in at a glance"),
        ({"points": ("あ" * 91,)}, "the points is over the limit of 90 characters by 1"),
        ({"headline": "あ" * 41}, "the headline is over the limit of 40 characters by 1"),
        ({"hours": "𠮷日"}, "the document's fonts lack 「𠮷」(U+20BB7)"),
    ],
)
def test_what_is_missing_or_too_much_is_a_problem(own: dict[str, Any], said: str) -> None:
    assert said in [str(problem) for problem in rendered(**(WORDS | own)).problems]


def test_a_flyer_is_attached_or_made_and_not_both(tmp_path: Path) -> None:
    (problem,) = rendered((flyer(tmp_path),), **WORDS).problems
    assert str(problem) == "the flyer is attached already, and a headline would make another one"
