"""A letter's data, and what can be read in a document that was made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from pypdf import PdfReader

LETTER: dict[str, Any] = {
    "form": "依頼文書",
    "number": "年管企発0605第1号",
    "date": "2015-06-05",
    "addressee": "警察庁長官官房総務課長　殿",
    "sender": ["厚生労働省年金局", "事業企画課長"],
    "sealed": False,
    "title": "「年金情報流出」を口実にした犯罪に関するチラシの設置について（依頼）",
    "body": "日頃より、年金行政に御協力を賜り、厚く御礼申し上げます。\nつきましては、下記により、お願いいたします。",
    "items": [{"text": "設置をお願いする施設", "below": ["警察署", "運転免許センター"]}, "設置の期間　8月31日まで"],
    "reply_by": "2015-06-12",
    "contact": {"department": "年金局広報係", "telephone": "03-0000-0000", "email": "koho@mhlw.example"},
}


def letter(**changes: Any) -> dict[str, Any]:
    return LETTER | changes


def pdf_text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def unbroken(text: str) -> str:
    """Text without the breaks and spaces that a page's lines put into it."""
    return "".join(text.split()).replace("\u200b", "")


def docx_text(content: bytes) -> str:
    return "\n".join(_docx_lines(docx.Document(io.BytesIO(content))))


def _docx_lines(document: Any) -> Iterator[str]:
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            yield from ("\t".join(cell.text for cell in row.cells) for row in part.rows)
        else:
            yield part.text
