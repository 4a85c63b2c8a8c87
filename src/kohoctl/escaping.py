"""Text as it may stand in Markdown or an annotation: shown as it is, and never read as anything."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_\[\]<>|#~]|&(?=#?\w+;)")
_LIST_MARK = re.compile(r"(?P<before>\d*)(?P<mark>[-+.)])(?=\s|$)")


def in_markdown(text: str) -> str:
    """``text`` on one line, so that Markdown shows it and reads nothing into it."""
    line = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_MARK.sub(r"\g<before>\\\g<mark>", line, count=1) if _LIST_MARK.match(line) else line


def in_annotation(text: str) -> str:
    """``text`` as GitHub's workflow commands take it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
