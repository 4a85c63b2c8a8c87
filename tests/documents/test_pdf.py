from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents.letters import letter, pdf_text, unbroken
from kohoctl import Document, Refused
from kohoctl.documents import DocumentError

MAKE = """
import hashlib, json, sys
from kohoctl import Document
print(hashlib.sha256(Document("依頼文書.pdf", "letter", json.load(sys.stdin)).read()).hexdigest())
"""

LINE = 82
"""Half-widths of 11 points that fit between the margins: 160 mm."""


def half_widths(text: str) -> int:
    return sum(1 if unicodedata.east_asian_width(character) in "NaH" else 2 for character in text.replace("\u200b", ""))


def made(**changes: object) -> bytes:
    return Document("依頼文書.pdf", "letter", letter(**changes)).read()


def test_a_letter_has_its_parts_in_the_order_of_official_letters() -> None:
    text = unbroken(pdf_text(made()))
    parts = [
        "年管企発0605第1号",
        "平成27年6月5日",
        "警察庁長官官房総務課長殿",
        "厚生労働省年金局事業企画課長（公印省略）",
        "「年金情報流出」を口実にした犯罪に関するチラシの設置について（依頼）",
        "下記により",
        "記１設置をお願いする施設",
        "・警察署・運転免許センター",
        "２設置の期間8月31日まで",
        "３回答期限平成27年6月12日（金）",
        "以上",
        "【担当】年金局広報係電話：03-0000-0000メール：koho@mhlw.example",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_a_memo_says_so_above_its_date_and_has_neither_number_nor_seal() -> None:
    text = unbroken(pdf_text(made(form="事務連絡")))
    assert text.startswith("事務連絡平成27年6月5日")
    assert "年管企発" not in text
    assert "公印" not in text


def test_a_sealed_letter_leaves_its_seal_to_a_person() -> None:
    assert "公印省略" not in pdf_text(made(sealed=True))


def test_a_letter_without_its_date_yet_leaves_room_for_it() -> None:
    assert "年　　月　　日" in pdf_text(made(date=None))


def test_text_from_the_file_is_never_read_as_markup() -> None:
    text = '#panic("no") $x^2$ *bold* _it_ [a] <label> @ref \\ "quoted" // comment `raw` = heading'
    printed = unbroken(pdf_text(made(body=text, title=text, items=[text], addressee=text)))
    assert printed.count(unbroken(text)) == 4


def test_the_pdf_is_archivable_accessible_and_in_japanese() -> None:
    reader = PdfReader(io.BytesIO(made()))
    metadata = reader.xmp_metadata
    assert metadata is not None
    declared = metadata.rdf_root.toxml()
    assert "<pdfaid:part>2</pdfaid:part>" in declared
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in declared
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert str(reader.root_object["/Lang"]) == "ja-JP"
    assert "/StructTreeRoot" in reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == letter()["title"]


def test_the_paper_is_a4_and_nothing_is_printed_outside_its_margins() -> None:
    long = "https://www.mhlw.example/" + "a" * 300
    wide = made(body=long, title="長い件名" * 40, addressee=long, items=[long], sender=["長い名前" * 40], number=long)
    for page in PdfReader(io.BytesIO(wide)).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert max(map(half_widths, pdf_text(wide).splitlines())) <= LINE


def test_a_long_list_goes_on_to_numbered_pages() -> None:
    items = [{"text": "施設", "below": [f"第{number}施設" for number in range(200)]}]
    reader = PdfReader(io.BytesIO(made(items=items)))
    assert len(reader.pages) > 3
    assert f"2 / {len(reader.pages)}" in reader.pages[1].extract_text()
    assert "第199施設" in pdf_text(made(items=items))


def test_the_same_data_gives_the_same_bytes() -> None:
    assert made() == made()


def test_the_bytes_are_the_same_on_a_machine_with_another_home_locale_timezone_and_no_fonts(tmp_path: Path) -> None:
    bare = {"HOME": str(tmp_path), "TZ": "America/New_York", "LC_ALL": "C", "FONTCONFIG_FILE": "/dev/null"}
    environment = bare | {"PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    elsewhere = subprocess.run(
        [sys.executable, "-c", MAKE],
        input=json.dumps(letter()),
        env=environment,
        cwd=tmp_path,
        text=True,
        capture_output=True,
    )
    assert elsewhere.stdout.strip() == hashlib.sha256(made()).hexdigest(), elsewhere.stderr


def test_several_threads_make_the_same_documents_as_one() -> None:
    numbers = [f"第{number}号" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda number: made(number=number), numbers))
    assert together == [made(number=number) for number in numbers]


def test_a_character_that_no_font_has_is_named_when_the_document_is_made() -> None:
    with pytest.raises(DocumentError, match=r"依頼文書\.pdf cannot be made: its fonts lack 「𠮷」\(U\+20BB7\)"):
        made(addressee="𠮷野　殿")


def test_a_document_that_cannot_be_made_counts_as_refused_since_nothing_was_sent() -> None:
    with pytest.raises(Refused, match="number"):
        Document("依頼文書.pdf", "letter", {name: value for name, value in letter().items() if name != "number"}).read()
