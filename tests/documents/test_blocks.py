"""The blocks that documents are made of, as a PDF and as a DOCX show them."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from documents.letters import docx_text, pdf_text, unbroken
from kohoctl import Document

BLOCKS = """
#import "@kohoctl/documents:1.0.0": *
#compose(title: "題", (
  title("題名"),
  boxed("取扱注意", ("・口座番号", "・暗証番号")),
  ..sections(("趣旨", (paragraph("開催する。\\n・一つ目\\n○　二つ目"),)), none, ("その他", (paragraph("庶務。"),))),
  points(((text: "議題", below: ("設置", "配布"), numbered: true), none, "資料")),
  dialogue(((question: "減りますか。", answer: "○減りません。\\n○確認しました。"),)),
  line(era-span("2015-06-24T14:00:00+09:00", "2015-06-24T15:05")),
  ask(mark: "【照会先】", ..data.people),
))
"""
PEOPLE = [
    {"department": "広報係", "telephone": "03-0000-0000", "email": "koho@mhlw.example"},
    {"department": "対策室", "telephone": "03-1111-1111", "email": "koho@npa.example"},
]
KEPT = """
#import "@kohoctl/documents:1.0.0": *
#compose(title: "題", (
  title("題名"),
  paragraph(range(data.lines).map(str).join("\\n")),
  section("見出し"),
  paragraph("本文"),
  dialogue(((question: "質問", answer: "答え"),)),
))
"""


def made(folder: Path, ending: str) -> bytes:
    (folder / "blocks.typ").write_text(BLOCKS, encoding="utf-8")
    return Document(f"題{ending}", folder / "blocks.typ", {"people": PEOPLE}).read()


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    expected = (
        "題名取扱注意・口座番号・暗証番号１趣旨開催する。・一つ目○二つ目２その他庶務。"
        "１議題(1)設置(2)配布２資料問１減りますか。答○減りません。○確認しました。"
        "平成27年6月24日（水）14時00分から15時05分まで"
        "【照会先】広報係電話：03-0000-0000メール：koho@mhlw.example対策室電話：03-1111-1111メール：koho@npa.example"
    )
    assert unbroken(pdf_text(made(tmp_path, ".pdf"))) == expected
    assert unbroken(docx_text(made(tmp_path, ".docx"))) == expected


def test_headings_of_parts_are_headings_in_both(tmp_path: Path) -> None:
    assert made(tmp_path, ".pdf").count(b"/S/H2") == 2
    document = docx.Document(io.BytesIO(made(tmp_path, ".docx")))
    headings = [line for line in document.paragraphs if line.style and line.style.name == "Heading 2"]
    assert [line.text for line in headings] == ["１　趣旨", "２　その他"]
    assert set(document.styles["Heading 2"].element.rPr.rFonts.attrib.values()) == {"BIZ UDMincho"}


def test_a_line_with_a_mark_hangs_after_it(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(made(tmp_path, ".docx")))
    shapes = {line.text: line.paragraph_format for line in document.paragraphs}
    for text, characters in (("・一つ目", 1), ("○　二つ目", 2)):
        assert (
            shapes[text].left_indent
            == -shapes[text].first_line_indent
            == shapes["開催する。"].first_line_indent * (characters)
        )


@pytest.mark.parametrize("lines", range(30, 44))
def test_a_heading_and_a_question_stand_on_one_page_with_what_follows(tmp_path: Path, lines: int) -> None:
    (tmp_path / "kept.typ").write_text(KEPT, encoding="utf-8")
    content = Document("題.pdf", tmp_path / "kept.typ", {"lines": lines}).read()
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    for first, second in (("見出し", "本文"), ("質問", "答え")):
        assert [first in page for page in pages] == [second in page for page in pages]
