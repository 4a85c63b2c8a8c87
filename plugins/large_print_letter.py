"""A letter in large type, for readers with low vision.

An example of a document's template: ``large_print_letter.typ`` beside this file, which takes the data of kohoctl's
own ``letter``. A channel has it with ``template: large-print-letter``. It lays out its page by itself, so it makes a
PDF and no DOCX.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kohoctl import hookimpl


@hookimpl
def kohoctl_templates() -> Mapping[str, Path]:
    return {"large-print-letter": Path(__file__).with_suffix(".typ")}
