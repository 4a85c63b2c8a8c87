"""A document as a DOCX: the blocks that its template names, with the paper and the print of the PDF."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kohoctl.documents.template import DocumentError, Template
from kohoctl.documents.typesetting import blocks_of
from kohoctl.model import Json, canonical_json

MADE_AT = datetime(1980, 1, 1, tzinfo=UTC)
"""The time that every part bears, so that the same data gives the same bytes: the first that a ZIP archive can name."""

FONTS = {"mincho": "BIZ UDMincho", "gothic": "BIZ UDGothic"}
"""The PDF's fonts. A DOCX does not carry them: Windows has them since 2018."""

FONT_TABLE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:font w:name="BIZ UDMincho"><w:altName w:val="游明朝"/><w:charset w:val="80"/><w:family w:val="roman"/></w:font>
<w:font w:name="BIZ UDGothic"><w:altName w:val="游ゴシック"/><w:charset w:val="80"/><w:family w:val="modern"/></w:font>
</w:fonts>
"""
"""What Word takes where it does not find a font: one of the same kind, which comes with every Japanese Office."""

SIZE = 11
FRAMED_SIZE = 15
"""Sizes of print in points, those of the PDF."""

MARGINS = {"top_margin": 25, "bottom_margin": 20, "left_margin": 25, "right_margin": 25}
"""In millimetres, those of the PDF. The paper is A4."""

SHEET_COLUMNS = (35, 125)
CONTACT_INDENT = 85
"""Widths in millimetres; the columns fill the paper between its margins."""

PROPERTY_LENGTH = 255
"""Characters of a property, such as the title: Office Open XML allows no more."""

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_MARK = re.compile(r"[・○●※◎■□◆◇]　?")


def make_docx(template: Template, name: str, data: Mapping[str, Json]) -> bytes:
    """The DOCX: the same bytes each time with the same zlib.

    Raises `DocumentError` where the template fails, or lays its page out freely and so names no blocks.
    """
    found = json.loads(blocks_of(template, name, {"data": canonical_json(data)}))
    if not found:
        raise DocumentError(f"{name} cannot be made: {template.path.name} names no blocks, so it is for PDF only")
    whole = found[0]
    try:
        document = blank(whole["title"], FONTS[whole["font"]])
        for block in whole["blocks"]:
            _WRITERS[block["block"]](document, block)
    except ValueError:
        raise DocumentError(f"{name} cannot be made: its text holds control characters; take them out") from None
    written = io.BytesIO()
    document.save(written)
    return settled(written.getvalue())


def blank(title: str, font: str) -> Any:
    """A document with paper and print, and nothing on it."""
    import docx
    from docx.shared import Mm, Pt

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side, width in MARGINS.items():
        setattr(page, side, Mm(width))
    normal = document.styles["Normal"]
    for style in (normal, document.styles["Heading 1"], document.styles["Heading 2"]):
        _print_in(style, font)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    normal.font.size = Pt(SIZE)
    normal.paragraph_format.line_spacing = 1.4
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title[:PROPERTY_LENGTH], "", ""
    properties.language = "ja-JP"
    properties.created = properties.modified = MADE_AT
    return document


def _print_in(style: Any, font: str) -> None:
    """Let a style print Latin and Japanese text in one font, black and upright, whatever the theme says."""
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name, style.font.bold, style.font.color.rgb = font, False, RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    fonts.set(qn("w:eastAsia"), font)


def _line(document: Any, block: Mapping[str, Any]) -> None:
    for text in _lines(block["text"]):
        paragraph = document.add_paragraph()
        paragraph.add_run(text).bold = block["strong"]
        paragraph.alignment = _alignment(block["align"])


def _title(document: Any, block: Mapping[str, Any]) -> None:
    from docx.shared import Pt

    paragraph = document.add_heading(level=1)
    paragraph.alignment = _alignment("center")
    paragraph.add_run("\n".join(_lines(block["text"]))).font.size = Pt(block["size"])


def _section(document: Any, block: Mapping[str, Any]) -> None:
    from docx.shared import Pt

    run = document.add_heading(level=2).add_run("　".join(_lines(block["text"])))
    run.font.size, run.bold = Pt(SIZE), True


def _paragraph(document: Any, block: Mapping[str, Any]) -> None:
    from docx.shared import Pt

    for text in _lines(block["text"]):
        mark = _MARK.match(text)
        shape = document.add_paragraph(text.lstrip("　")).paragraph_format
        shape.left_indent = Pt(SIZE * len(mark[0])) if mark else None
        shape.first_line_indent = Pt(-SIZE * len(mark[0])) if mark else Pt(SIZE)


def _points(document: Any, block: Mapping[str, Any]) -> None:
    for number, point in enumerate(block["points"], start=1):
        _hanging(document, f"{_full_width(number)}　{'　'.join(_lines(point['text']))}", 3, 2)
        for place, below in enumerate(point["below"], start=1):
            _hanging(document, f"({place})　{below}" if point["numbered"] else f"・{below}", 3, 1)


def _dialogue(document: Any, block: Mapping[str, Any]) -> None:
    for number, (question, answer) in enumerate(map(_said, block["questions"]), start=1):
        asked = _hanging(document, f"問{_full_width(number)}　{'　'.join(question)}", 3, 3)
        asked.runs[0].bold = asked.paragraph_format.keep_with_next = True
        for place, line in enumerate(answer):
            _hanging(document, f"答　{line}" if place == 0 else line, 3, 0 if place else 2)
        document.add_paragraph()


def _said(pair: Mapping[str, str]) -> tuple[list[str], list[str]]:
    return _lines(pair["question"]), _lines(pair["answer"])


def _hanging(document: Any, text: str, indent: int, hanging: int) -> Any:
    """A paragraph ``indent`` characters in, whose first line begins ``hanging`` characters before the others."""
    from docx.shared import Pt

    paragraph = document.add_paragraph(text)
    shape = paragraph.paragraph_format
    shape.left_indent, shape.first_line_indent = Pt(SIZE * indent), Pt(-SIZE * hanging)
    return paragraph


def _sheet(document: Any, block: Mapping[str, Any]) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, SHEET_COLUMNS, strict=True):
        column.width = Mm(width)
    for row in block["rows"]:
        for cell, width, text in zip(table.add_row().cells, SHEET_COLUMNS, row, strict=True):
            cell.width = Mm(width)
            _write_in(cell, text, SIZE)


def _framed(document: Any, block: Mapping[str, Any]) -> None:
    _write_in(document.add_table(rows=1, cols=1, style="Table Grid").cell(0, 0), block["text"], FRAMED_SIZE)


def _boxed(document: Any, block: Mapping[str, Any]) -> None:
    cell = document.add_table(rows=1, cols=1, style="Table Grid").cell(0, 0)
    _write_in(cell, block["heading"], SIZE)
    cell.paragraphs[0].runs[0].bold = True
    for line in _lines("\n".join(block["lines"])):
        cell.add_paragraph(line)


def _write_in(cell: Any, text: str, size: int) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.add_run("\n".join(_lines(text))).font.size = Pt(size)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(size / 3)


def _contact(document: Any, block: Mapping[str, Any]) -> None:
    from docx.shared import Mm

    for text in block["lines"]:
        document.add_paragraph(text).paragraph_format.left_indent = Mm(CONTACT_INDENT)


def _gap(document: Any, block: Mapping[str, Any]) -> None:
    for _ in range(block["lines"]):
        document.add_paragraph()


_WRITERS = {
    "line": _line,
    "title": _title,
    "section": _section,
    "paragraph": _paragraph,
    "points": _points,
    "dialogue": _dialogue,
    "sheet": _sheet,
    "framed": _framed,
    "boxed": _boxed,
    "contact": _contact,
    "gap": _gap,
}


def _full_width(number: int) -> str:
    return str(number).translate(_FULL_WIDTH)


def _lines(text: str | None) -> list[str]:
    return [line for line in map(str.strip, (text or "").split("\n")) if line]


def _alignment(side: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return {name: getattr(WD_ALIGN_PARAGRAPH, name.upper()) for name in ("left", "center", "right")}[side]


def settled(archive: bytes) -> bytes:
    """The archive with our table of fonts, and with every part dated `MADE_AT`."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, MADE_AT.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0  # one and the same for every operating system
            new.writestr(part, FONT_TABLE if name == "word/fontTable.xml" else old.read(name))
    return made.getvalue()
