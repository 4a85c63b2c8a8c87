"""HTML pages made of templates, in which everything is escaped that is not known to be HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def page_environment(finalize: Callable[[object], object] | None = None) -> Environment:
    """What fills the templates of this package; ``finalize`` is given each value before it is put in."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("kohoctl", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
