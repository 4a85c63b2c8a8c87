from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.shared import Mm

from documents.letters import docx_text, letter
from kohoctl import Document
from kohoctl.documents import DocumentError

BRIEF = {
    "date": "2015-06-05",
    "addressee": "みなと放送",
    "sender": "厚生労働省年金局",
    "advertiser": "厚生労働省",
    "material": "年金犯罪注意",
    "material_code": None,
    "seconds": 20,
    "speech_seconds": "19.8",
    "reading_seconds": "18.0",
    "morae": 126,
    "estimated": True,
    "programme": None,
    "stations": ["みなと放送"],
    "air_dates": ["2015-06-13"],
    "air_note": None,
    "script": "ご注意ください。\n電話は 0120-818211 へ。",
    "reading": None,
    "contact": None,
}


def made(**changes: object) -> bytes:
    return Document("依頼文書.docx", "letter", letter(**changes)).read()


def test_a_docx_says_what_the_pdf_says() -> None:
    lines = [line for line in docx_text(made()).splitlines() if line.strip()]
    assert lines == [
        "年管企発0605第1号",
        "平成27年6月5日",
        "警察庁長官官房総務課長　殿",
        "厚生労働省年金局",
        "事業企画課長",
        "（公印省略）",
        "「年金情報流出」を口実にした犯罪に関するチラシの設置について（依頼）",
        "日頃より、年金行政に御協力を賜り、厚く御礼申し上げます。",
        "つきましては、下記により、お願いいたします。",
        "記",
        "１　設置をお願いする施設",
        "・警察署",
        "・運転免許センター",
        "２　設置の期間　8月31日まで",
        "３　回答期限　平成27年6月12日（金）",
        "以上",
        "【担当】",
        "年金局広報係",
        "電話：03-0000-0000",
        "メール：koho@mhlw.example",
    ]


def test_a_brief_is_a_table_and_a_framed_script() -> None:
    text = docx_text(Document("原稿.docx", "radio-brief", BRIEF).read())
    assert "広告主名\t厚生労働省\n素材名\t年金犯罪注意\n秒数\t20秒\n" in text
    assert "読みの時間\t約18.0秒（126拍、目安。無音の部分を除き19.8秒以内）" in text
    assert "放送日\t平成27年6月13日（土）" in text
    assert "ご注意ください。\n電話は 0120-818211 へ。" in text
    assert "None" not in text


def test_its_print_is_the_pdfs_in_japanese_too() -> None:
    styles = docx.Document(io.BytesIO(made())).styles
    for name in ("Normal", "Heading 1"):
        fonts = styles[name].element.rPr.rFonts
        assert set(fonts.attrib.values()) == {"BIZ UDMincho"}
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        assert '<w:altName w:val="游明朝"/>' in archive.read("word/fontTable.xml").decode()


def test_the_paper_is_a4_and_the_title_is_a_heading() -> None:
    document = docx.Document(io.BytesIO(made()))
    page = document.sections[0]
    assert page.page_width == pytest.approx(Mm(210), rel=1e-4)
    assert page.page_height == pytest.approx(Mm(297), rel=1e-4)
    headings = [line.text for line in document.paragraphs if line.style and line.style.name == "Heading 1"]
    assert headings == [letter()["title"]]
    assert document.core_properties.title == letter()["title"]


@pytest.mark.slow
def test_the_same_data_gives_the_same_bytes_at_any_time_and_place(tmp_path: Path) -> None:
    first = made()
    time.sleep(2.1)  # a ZIP archive counts time in two seconds
    make = "import json, sys; from kohoctl import Document; d = json.load(sys.stdin)\n"
    make += "sys.stdout.buffer.write(Document('依頼文書.docx', 'letter', d).read())"
    environment = {"HOME": str(tmp_path), "TZ": "America/New_York", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", make],
        input=json.dumps(letter()).encode(),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
    )
    assert run.stdout == first, run.stderr.decode()


def test_control_characters_are_refused_in_words() -> None:
    with pytest.raises(DocumentError, match="control characters"):
        made(body="a\u0007b")


def test_a_title_may_be_longer_than_a_property() -> None:
    assert "長い件名" * 100 in docx_text(made(title="長い件名" * 100))
