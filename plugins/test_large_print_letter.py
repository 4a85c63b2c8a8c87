"""The letter in large type: what it says, and how large."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import large_print_letter
import pytest
from large_print_letter import kohoctl_templates
from pypdf import PdfReader

from kohoctl import Document

SMALLEST = 18
"""Points: the least that the standard for enlarged school books takes."""
LETTER: dict[str, Any] = {
    "form": "依頼文書",
    "number": "年管企発0605第1号",
    "date": "2015-06-05",
    "addressee": "日本視覚障害者団体　御中",
    "sender": ["厚生労働省年金局", "事業企画課長"],
    "sealed": False,
    "title": "「年金情報流出」を口実にした犯罪に関する周知について（依頼）",
    "body": "日頃より、年金行政に御協力を賜り、厚く御礼申し上げます。\nつきましては、下記により、お願いいたします。",
    "items": [{"text": "周知をお願いする施設", "below": ["点字図書館", "盲学校"]}, "期間　8月31日まで"],
    "reply_by": "2015-06-12",
    "contact": {"department": "年金局広報係", "telephone": "03-0000-0000", "email": "koho@mhlw.example"},
}
TEMPLATE = kohoctl_templates()["large-print-letter"]


def pages(template: str | Path = TEMPLATE, **changes: Any) -> PdfReader:
    return PdfReader(io.BytesIO(Document("手紙.pdf", template, LETTER | changes).read()))


def said(pdf: PdfReader) -> str:
    """Its text without the breaks and spaces that lines put into it."""
    return "".join("".join(page.extract_text() for page in pdf.pages).split())


def sizes(pdf: PdfReader) -> set[float]:
    """The sizes of its type, in points."""
    found: set[float] = set()

    def seen(text: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        if text.strip():
            found.add(round(size * abs(matrix[3]), 1))

    for page in pdf.pages:
        page.extract_text(visitor_text=seen)
    return found


def test_nothing_in_it_is_smaller_than_large_type_is() -> None:
    assert min(sizes(pages())) == SMALLEST
    assert min(sizes(pages("letter"))) < SMALLEST


def test_a_long_letter_has_numbered_pages_in_large_type_too() -> None:
    pdf = pages(body="長い本文です。\n" * 60)
    assert len(pdf.pages) > 1
    assert f"2/{len(pdf.pages)}" in said(pdf)
    assert min(sizes(pdf)) == SMALLEST


@pytest.mark.parametrize("form", ["依頼文書", "事務連絡"])
@pytest.mark.parametrize("reply_by", ["2015-06-12", None])
def test_it_says_all_that_the_letter_says(form: str, reply_by: str | None) -> None:
    number = LETTER["number"] if form == "依頼文書" else ""
    plain, large = (said(pages(each, form=form, number=number, reply_by=reply_by)) for each in ("letter", TEMPLATE))
    half_width = plain.translate(str.maketrans("１２３", "123"))
    assert sorted(re.sub(r"\d/\d", "", large)) == sorted(half_width)  # in another order of lines and pages


def test_a_screen_reader_finds_its_title_and_its_lists() -> None:
    pdf = pages()
    assert pdf.metadata is not None
    assert pdf.metadata.title == LETTER["title"]
    document = Document("手紙.pdf", TEMPLATE, LETTER).read()
    assert document.count(b"/S/H1") == 1
    assert document.count(b"/S/LI") == len(["周知をお願いする施設", "点字図書館", "盲学校", "期間", "回答期限"])


def test_a_channel_has_it_by_its_name(tmp_path: Path) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    for suffix in (".py", ".typ"):
        shutil.copy(Path(large_print_letter.__file__).with_suffix(suffix), plugins)
    (tmp_path / "libraries.csv").write_text(
        "id,name,email,facilities\nlibrary,点字図書館,library@example.jp,閲覧室\n", encoding="utf-8"
    )
    (tmp_path / "flyer.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (tmp_path / "campaigns.yaml").write_text(
        """\
version: 1
plugins: [plugins/]
recipients: {libraries: {file: libraries.csv}}
mail: {host: smtp.mhlw.example}
channels:
  letters:
    kind: flyer-request
    owner: 厚生労働省
    recipients: libraries
    template: large-print-letter
    form: 事務連絡
    sender: koho@mhlw.example
    office: 年金局
    contact: {department: 年金局, telephone: 03-0000-0000, email: koho@mhlw.example}
campaigns:
  nenkin:
    title: 年金情報の流出
    owner: 厚生労働省
    messages:
      flyer:
        title: チラシの設置について
        when: 2015-06-05T10:00
        channels: [letters]
        attachments: [flyer.pdf]
        body: 添付のチラシを設置してくださいますようお願いいたします。
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "kohoctl", "run", "campaigns.yaml"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own
    assert run.returncode == 0, run.stdout + run.stderr
    (letter,) = (tmp_path / "outbox").rglob("事務連絡.pdf")
    assert min(sizes(PdfReader(letter))) == SMALLEST
