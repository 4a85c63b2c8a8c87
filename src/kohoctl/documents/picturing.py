"""The pages of a PDF as pictures, for those who only want to look: Typst draws any PDF, not only its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kohoctl.documents.template import DocumentError

if TYPE_CHECKING:
    import typst

WIDTH_MM = 210
"""Every page is drawn as wide as an A4 sheet, whatever its size: it is looked at on a screen."""
DOTS_PER_INCH = 96.0
"""794 dots across, twice what the preview shows it in: small type stays sharp, and a page has some 80 kB."""
TALLEST = 5
"""Times its width that a page may be high: no paper is, and a higher one would fill the memory."""
_NO_SUCH_PAGE = "does not exist"
_PAGE = f"""\
#let page-of-it = image(sys.inputs.file, format: "pdf", page: int(sys.inputs.page), width: {WIDTH_MM}mm)
#set page(width: {WIDTH_MM}mm, height: auto, margin: 0mm, fill: white)
#context assert(measure(page-of-it).height < {WIDTH_MM * TALLEST}mm, message: "a page is too high to be drawn")
#page-of-it
"""


def pages_of(pdf: bytes) -> Iterator[bytes]:
    """Each page as a PNG, drawn when it is asked for. Raises `DocumentError` for what is no PDF that can be drawn."""
    import typst

    with tempfile.TemporaryDirectory(prefix="kohoctl-pages-") as folder:
        main = Path(folder, "page.typ")
        main.write_text(_PAGE, encoding="utf-8")
        Path(folder, "document.pdf").write_bytes(pdf)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
        compiler = typst.Compiler(main, root=Path(folder), font_paths=fonts)
        number = 1
        while (page := _page(compiler, number)) is not None:
            yield page
            number += 1


def _page(compiler: typst.Compiler, number: int) -> bytes | None:
    """The page of that number, None after the last one."""
    import typst

    try:
        made = compiler.compile(
            format="png", ppi=DOTS_PER_INCH, sys_inputs={"file": "document.pdf", "page": str(number)}
        )
    except typst.TypstError as error:
        if number > 1 and _NO_SUCH_PAGE in error.message:
            return None
        raise DocumentError(f"the PDF cannot be drawn: {error.message}") from None
    if not isinstance(made, bytes):
        raise TypeError(f"Typst made {type(made).__name__} of a page, not one picture")
    return made
