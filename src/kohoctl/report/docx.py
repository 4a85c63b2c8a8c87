"""The report as a DOCX, on the paper and in the print of the other documents."""

from __future__ import annotations

import io
from typing import Any

from kohoctl.documents.docx import FONTS, blank, settled
from kohoctl.report.layout import Block, Cell, Listing, Paragraph, Part, Picture, Table
from kohoctl.texts import without_control_characters

TITLE_SIZE = 14
HEADING_SIZE = 12
TABLE_SIZE = 8
"""Sizes of print in points."""
NARROWEST, WIDEST = 5, 20
"""Characters by which a column's width is reckoned, at the least and at the most."""
TEXT_WIDTH = 160
"""Millimetres between the margins."""


def as_docx(parts: tuple[Part, ...]) -> bytes:
    """The report's parts, each on a page of its own: the same bytes each time with the same zlib."""
    document = blank(parts[0].title, FONTS["gothic"])
    for number, part in enumerate(parts):
        _heading(document, part.title, 1, TITLE_SIZE).paragraph_format.page_break_before = number > 0
        _text(document.add_paragraph(), part.standing)
        for section in part.sections:
            document.add_paragraph()
            _heading(document, section.heading, 2, HEADING_SIZE)
            for block in section.blocks:
                _block(document, block)
    written = io.BytesIO()
    document.save(written)
    return settled(written.getvalue())


def _heading(document: Any, text: str, level: int, size: int) -> Any:
    from docx.shared import Pt

    paragraph = document.add_heading(level=level)
    run = _text(paragraph, text)
    run.font.size, run.bold = Pt(size), True
    return paragraph


def _text(paragraph: Any, text: str) -> Any:
    return paragraph.add_run(without_control_characters(text))


def _block(document: Any, block: Block) -> None:
    match block:
        case Paragraph(text):
            _text(document.add_paragraph(), text)
        case Listing(points):
            for point in points:
                _point(document, point)
        case Picture():
            _picture(document, block)
        case Table():
            _table(document, block)


def _point(document: Any, text: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    _text(paragraph, f"・{text}")
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Pt(11), Pt(-11)


def _picture(document: Any, block: Picture) -> None:
    from docx.shared import Mm

    shape = document.add_picture(io.BytesIO(block.chart.drawn("png")), width=Mm(TEXT_WIDTH))
    shape._inline.docPr.set("descr", block.alt)


def _table(document: Any, block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    widths = _widths(block)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for number, row in enumerate((block.columns, *block.rows)):
        line = table.add_row()
        if number == 0:
            line._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for column, (cell, said) in enumerate(zip(line.cells, row, strict=True)):
            cell.width = Mm(widths[column])
            paragraph = cell.paragraphs[0]
            _small(_text(paragraph, _shown(said)))
            if column in block.numeric and number > 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(block: Table) -> list[float]:
    """Each column's width in millimetres, by the longest of its texts; together they fill the page."""
    lengths = [
        max(len(_shown(row[column])) for row in (block.columns, *block.rows)) for column in range(len(block.columns))
    ]
    shares = [min(max(length, NARROWEST), WIDEST) for length in lengths]
    return [TEXT_WIDTH * share / sum(shares) for share in shares]


def _small(run: Any) -> None:
    from docx.shared import Pt

    run.font.size = Pt(TABLE_SIZE)


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "\n".join(link.url for link in cell)
