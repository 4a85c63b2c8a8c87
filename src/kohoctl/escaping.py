"""Text of a campaign as it may stand in Markdown: shown as it is, and never read as anything."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_\[\]<>|#~]|&(?=#?\w+;)")
_LIST_MARK = re.compile(r"(?P<before>\d*)(?P<mark>[-+.)])(?=\s|$)")


def in_markdown(text: str) -> str:
    """``text`` on one line, so that Markdown shows it and reads nothing into it."""
    line = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_MARK.sub(r"\g<before>\\\g<mark>", line, count=1) if _LIST_MARK.match(line) else line
