"""A Typst file among the attachments: what goes out is the PDF that is made of it, with the facts as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from channels.website_messages import transport
from documents.letters import pdf_text, unbroken
from kohoctl import Receipt, Rendition
from kohoctl.campaign.load import load, read
from kohoctl.channels.flyer_request import FlyerRequest
from kohoctl.channels.website import Website
from kohoctl.extensions import Extensions
from kohoctl.plan import slots
from kohoctl.problem import Place
from kohoctl.wording import Wording
from support import KINDS, write

FLYER = """\
#let data = json(bytes(sys.inputs.data))
#set document(title: "チラシ")
#set text(font: "BIZ UDGothic", lang: "ja")
{}
"""
HOTLINE = "ご心配の方は #data.facts.hotline へ"
EVERYTHING = "#data.title／#data.body／#data.date／#data.owner／#data.facts.hotline"
CHANNELS = """\
site: {kind: website, owner: 厚生労働省, folder: {path: public, url: "https://www.mhlw.example", title: 厚生労働省}}
requests:
  kind: flyer-request
  owner: 厚生労働省
  recipients: ministries
  form: 事務連絡
  sender: koho@mhlw.example
  office: 年金局
  contact: {department: 年金局, telephone: 03-0000-0000, email: koho@mhlw.example}
board: {kind: board, owner: 首相官邸, url: "http://127.0.0.1:9"}
"""
MINISTRIES = (
    "recipients: {ministries: [{id: npa, name: 警察庁, facilities: 警察署, email: a@npa.example},"
    " {id: fsa, name: 金融庁, facilities: 銀行, email: a@fsa.example}]}\n"
)
FACTS = "facts: {hotline: 0120-818211, mayor: 𠮷野}\n"
MESSAGE = """\
flyer:
  title: チラシの設置
  body: 設置のお願い
  when: 2015-06-05T10:00
  attachments: [チラシ.typ]
  channels: {site: {slug: flyer, title: チラシ, body: 印刷してお使いいただけます。}, requests: }
"""


def renditions(
    folder: Path, layout: str = HOTLINE, message: str = MESSAGE, more: str = FACTS + MINISTRIES
) -> dict[str, Rendition]:
    """What each delivery of a file with this message would send, by its key."""
    (folder / "チラシ.typ").write_text(FLYER.format(layout), encoding="utf-8")
    kinds = {**KINDS, "website": Website, "flyer-request": FlyerRequest}
    file = load(read(write(folder, message, CHANNELS, more)), Extensions(kinds))
    wording = Wording(file)
    return {slot.key: wording.render(slot) for slot in slots(file)}


def flyer_in(rendition: Rendition) -> Any:
    return next(file for file in rendition.files if file.name == "チラシ.pdf")


def test_every_channel_of_the_message_sends_the_very_same_pdf(tmp_path: Path) -> None:
    made = renditions(tmp_path, EVERYTHING)
    assert set(made) == {
        "nenkin/flyer/site/2015-06-05",
        "nenkin/flyer/requests/npa/2015-06-05",
        "nenkin/flyer/requests/fsa/2015-06-05",
    }
    assert [rendition.problems for rendition in made.values()] == [(), (), ()]
    first, *others = [flyer_in(rendition).read() for rendition in made.values()]
    assert others == [first, first]
    said = "チラシの設置／設置のお願い／2015-06-05／厚生労働省／0120-818211"
    assert unbroken(pdf_text(first)) == said
    assert flyer_in(made["nenkin/flyer/site/2015-06-05"]).media_type == "application/pdf"


def test_a_changed_fact_is_in_the_pdf_and_in_the_digest(tmp_path: Path) -> None:
    before = renditions(tmp_path)
    after = renditions(tmp_path, more=FACTS.replace("818211", "000000") + MINISTRIES)
    for key, rendition in after.items():
        assert rendition.digest != before[key].digest
        assert "0120-000000" in unbroken(pdf_text(flyer_in(rendition).read()))


def test_a_message_on_several_days_has_each_day_in_its_pdf(tmp_path: Path) -> None:
    message = MESSAGE.replace("2015-06-05T10:00", "[2015-06-05T10:00, 2015-06-24T10:00]")
    made = renditions(tmp_path, "#data.date", message)
    days = {key.rpartition("/")[2]: unbroken(pdf_text(flyer_in(one).read())) for key, one in made.items()}
    assert days == {"2015-06-05": "2015-06-05", "2015-06-24": "2015-06-24"}


def test_a_site_serves_the_pdf_that_its_page_links_to(tmp_path: Path) -> None:
    rendition = renditions(tmp_path)["nenkin/flyer/site/2015-06-05"]
    site = Website("site", "厚生労働省", _site_settings())
    site.deliver(rendition, "nenkin/flyer/site/2015-06-05", transport(tmp_path))
    (served,) = (tmp_path / "public" / "flyer").glob("*.pdf")
    page = (tmp_path / "public" / "flyer" / "index.html").read_text(encoding="utf-8")
    assert f'<li><a href="{served.name}">チラシ.pdf</a> (PDF)</li>' in page
    assert served.read_bytes() == flyer_in(rendition).read()


def test_the_receipt_of_an_earlier_message_stands_in_the_pdf_and_the_page_still_finds_it(tmp_path: Path) -> None:
    notice = "notice: {title: 告知, body: 文, when: 2015-06-03T10:00, channels: [board]}\n"
    message = MESSAGE.replace("2015-06-05T10:00", "{after: notice}").replace("のお願い", "は {{ earlier.url }} へ")
    rendition = renditions(tmp_path, "#data.body", notice + message)["nenkin/flyer/site/after-notice"]
    (earlier,) = rendition.needs
    told = rendition.with_receipts({earlier: Receipt.published(url="https://www.kantei.example/nenkin/")})
    assert "https://www.kantei.example/nenkin/" in unbroken(pdf_text(flyer_in(told).read()))
    Website("site", "厚生労働省", _site_settings()).deliver(told, "key", transport(tmp_path))
    (served,) = (tmp_path / "public" / "flyer").glob("*.pdf")
    assert served.read_bytes() == flyer_in(told).read()


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("#data.facts.hotlin", 'チラシ.pdf cannot be made: dictionary does not contain key "hotlin"'),
        ("#data.facts.mayor", "チラシ.pdf cannot be made: its fonts lack 「𠮷」(U+20BB7)"),
        ("#text(", "チラシ.pdf cannot be made: unclosed delimiter"),
    ],
)
def test_what_keeps_the_pdf_from_being_made_is_a_problem_where_it_is_named(
    tmp_path: Path, layout: str, said: str
) -> None:
    (problem,) = renditions(tmp_path, layout)["nenkin/flyer/requests/npa/2015-06-05"].problems
    assert str(problem) == said
    lines = (tmp_path / "campaigns.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "チラシ.typ" in text)
    assert problem.place == Place(str(tmp_path / "campaigns.yaml"), line, 22)


def test_a_fact_that_the_pdf_does_not_use_keeps_nothing_back(tmp_path: Path) -> None:
    assert "𠮷" in FACTS
    assert all(not rendition.problems for rendition in renditions(tmp_path).values())


def _site_settings() -> Any:
    folder = {"path": "public", "url": "https://www.mhlw.example", "title": "厚生労働省"}
    return Website.settings_model.model_validate({"folder": folder})
