"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from kohoctl.escaping import in_markdown
from kohoctl.report.layout import Block, Cell, Listing, Paragraph, Part, Picture, Table


def as_markdown(parts: tuple[Part, ...]) -> str:
    """The report's parts, one after another. A picture is told in words, above the table of its numbers."""
    return "\n\n".join(text for part in parts for text in _part(part)) + "\n"


def _part(part: Part) -> Iterator[str]:
    yield f"# {in_markdown(part.title)}"
    yield in_markdown(part.standing)
    for section in part.sections:
        yield f"## {in_markdown(section.heading)}"
        yield from map(_block, section.blocks)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return in_markdown(text)
        case Listing(points):
            return "\n".join(f"- {in_markdown(point)}" for point in points)
        case Picture(alt=alt):
            return in_markdown(alt)
        case Table():
            return "\n".join(_table(block))


def _table(table: Table) -> Iterator[str]:
    yield _row(table.columns)
    yield "|" + "|".join("---:" if index in table.numeric else "---" for index in range(len(table.columns))) + "|"
    yield from map(_row, table.rows)


def _row(cells: tuple[Cell, ...]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return in_markdown(cell)
    return " ".join(f"<{_address(link.url)}>" for link in cell)


def _address(url: str) -> str:
    """``url`` as it may stand between angle brackets in a table's cell."""
    return "".join(f"%{ord(one):02X}" if one in ' <>|\\`"' or ord(one) < ord(" ") else one for one in url)
