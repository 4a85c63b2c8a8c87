"""Text as it may stand in Markdown or an annotation: shown as it is, and never read as anything."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_MARKS = re.compile(r"[\\`*_\[\]<>|#~]|&(?=#?\w+;)")
_BACKTICKS = re.compile("`+")
_REFERENCE = re.compile(r"[@#!~%$&](?=\w)|\bGH-(?=\d)|:/(?=/)")
"""What calls a person or leads to another comment, an address among it, on GitHub and on GitLab."""
_JOINER = "\u2060"
_LIST_MARK = re.compile(r"(?P<before>\d*)(?P<mark>[-+.)])(?=\s|$)")


def in_markdown(text: str) -> str:
    """``text`` on one line, so that Markdown shows it and reads nothing into it."""
    line = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_MARK.sub(r"\g<before>\\\g<mark>", line, count=1) if _LIST_MARK.match(line) else line


def in_annotation(text: str) -> str:
    """``text`` as GitHub's workflow commands take it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_html(text: str) -> str:
    """``text`` on one line as HTML, which a comment shows as it is: it calls nobody and refers to nothing."""
    return html.escape(unlinked(" ".join(text.split())))


def unlinked(text: str) -> str:
    """``text`` in which a comment sees no person to call (``@name``) and nothing to refer to (``#12``): a character of
    no width stands behind the sign."""
    return _REFERENCE.sub(f"\\g<0>{_JOINER}", text)


def in_code(text: str) -> str:
    """``text`` on one line as code in Markdown, whatever backticks are in it."""
    line = " ".join(text.split())
    marks = "`" * (_longest_run(line) + 1)
    blank = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{marks}{blank}{line}{blank}{marks}"


def fenced(lines: Sequence[str], language: str = "") -> str:
    """The lines as a block of code in Markdown, behind a fence that none of them can close."""
    fence = "`" * max(3, _longest_run("\n".join(lines)) + 1)
    return "\n".join([f"{fence}{language}", *lines, fence])


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
