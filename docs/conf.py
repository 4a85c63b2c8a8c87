"""The documentation's site: the Markdown pages, and the reference from the docstrings. ``make docs`` builds it.

Sphinx reads the whole repository and not this folder alone, so that a link from page to page is the same here as on
GitHub: ``sphinx-build -c docs . docs/_build/html``.
"""

from __future__ import annotations

import builtins
import inspect
import re
import sys
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any

import requests
from pydantic import BaseModel
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.logging import getLogger
from sphinx.util.nodes import make_refnode

import kohoctl
import kohoctl.testing
from kohoctl import Transport
from kohoctl.mailer import Mailer

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

LIBRARIES = (
    "annotated_types", "collections", "contextlib", "datetime", "email", "enum", "pathlib", "pluggy", "pydantic",
    "pytest", "requests", "smtplib", "typing",
)  # fmt: skip
"""Whose names are not linked to."""
UNQUALIFIED = (
    "BaseModel",
    "Path",
    "date",
    "datetime",
    r"kohoctl\.model\.M",
    r"kohoctl\.problem\.Fix",
    r"kohoctl\.settings\.Written",
    r"kohoctl\.\S*\._\w+",
)
"""Names that only type checkers look up."""

project = "kohoctl"
version = release = version_of("kohoctl")
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "docs/rules/*.md", "bench/*.md"]
exclude_patterns = [
    ".*",
    "build",
    "campaigns",
    "dist",
    "docs/_*",
    "outbox",
    "plugins",
    "public",
    "src",
    "tests",
]
extensions = ["myst_parser", "sphinx.ext.autodoc"]

# Markdown
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = [
    "misc.highlighting_failure",  # of YAML with a full-width space, which it may hold and Pygments does not know
    "myst.header",  # the changelog's levels, which its format gives
]

# The reference
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "exclude-members": "model_config"}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
nitpick_ignore_regex = [  # this site is built without a network, so it cannot link to other projects' sites
    ("py:.*", rf"({'|'.join(LIBRARIES)})\..*"),
    ("py:.*", rf"({'|'.join(dir(builtins))}|{'|'.join(UNQUALIFIED)})"),
]

# The site
html_theme = "furo"
html_title = "kohoctl"
html_theme_options: dict[str, Any] = {"footer_icons": []}
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_additional_pages = {"index": "to-docs.html"}


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-process-docstring", add_to_docstring)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", by_its_name_alone)
    app.connect("html-page-context", say_language)
    app.connect("build-finished", miss_no_public_name)


JSON = re.compile(r"str \| int \| float \| bool \| None \| ~?\S*Sequence\[Json\] \| ~?\S*Mapping\[str, Json\]")
MADE = re.compile(r"<(?:factory|function .*?<lambda>)>")
"""A default that is made for each value, which no Python says."""
NOT_CALLED = (BaseModel, requests.Session, Transport, Mailer)
"""Classes whose objects nobody makes, or whose fields are listed."""


def signature(
    app: Sphinx, what: str, name: str, documented: Any, options: Any, arguments: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """A signature as one reads it."""
    if isinstance(documented, type) and issubclass(documented, NOT_CALLED):
        return "", None
    if name.startswith("kohoctl.testing.fixtures."):
        return "()", returns  # pytest gives them what they need
    return arguments and MADE.sub("...", _with_json(arguments)), returns and _with_json(returns)


def _with_json(text: str) -> str:
    """``text`` with what JSON can hold, which is spelt out to a depth, by its name again."""
    while (shorter := JSON.sub("Json", text)) != text:
        text = shorter
    return text


def skip(app: Sphinx, what: str, name: str, member: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out attributes that hold a class, of which autodoc says no more than that; `add_to_docstring` has them."""
    return True if what == "class" and isinstance(member, type) else None


def add_to_docstring(app: Sphinx, what: str, name: str, documented: Any, options: Any, lines: list[str]) -> None:
    """Add to a class its fields and the attributes that hold a class, and fetch what stands under any other name."""
    if isinstance(documented, type):
        notes = ModuleAnalyzer.for_module(documented.__module__).find_attr_docs()
        fields = documented.model_fields if issubclass(documented, BaseModel) else {}
        for attribute, kind in inspect.get_annotations(documented).items():
            if attribute in fields:
                note = [fields[attribute].description or ""]
            elif isinstance(getattr(documented, attribute, None), type):
                note = notes.get((documented.__name__, attribute), [])
            else:
                continue
            lines += ["", f".. py:attribute:: {attribute}", f"   :type: {kind}", "", *(f"   {n}" for n in note)]
    elif what == "data":
        package, _, short = name.rpartition(".")
        homes = [one for one in sorted(sys.modules) if one.startswith(package) and short in vars(sys.modules[one])]
        for written in (ModuleAnalyzer.for_module(home).find_attr_docs() for home in homes):
            lines[:] = written.get(("", short), lines)


TOP_LEVEL = ("class", "exception", "data", "function")


def by_its_name_alone(app: Sphinx, env: BuildEnvironment, node: pending_xref, text: Any) -> Any:
    """A link to what the reference has under another module's name: the public one, mostly."""
    if node.get("refdomain") != "py":
        return None
    name = node["reftarget"].rpartition(".")[2]
    found = [
        (full, entry)
        for full, entry in env.domains.python_domain.objects.items()
        if full.rpartition(".")[2] == name
        and not entry.aliased
        and entry.objtype in ("class", "exception", "data", "function")
    ]
    if len(found) != 1:
        return None
    ((full, entry),) = found
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, [text], full)


def say_language(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Mark the Japanese pages as Japanese, so that they are shown and read aloud as such."""
    if page.endswith(".ja"):
        context["language"] = "ja"


def miss_no_public_name(app: Sphinx, error: Exception | None) -> None:
    """Fails where a plugin may import what the reference does not have."""
    public = {f"{module.__name__}.{name}" for module in (kohoctl, kohoctl.testing) for name in module.__all__}
    if error is None and (missing := public - set(app.env.domains.python_domain.objects)):
        getLogger(__name__).warning("docs/reference.md lacks %s", ", ".join(sorted(missing)))
