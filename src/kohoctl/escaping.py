"""Text of a campaign as it may stand in Markdown and in a spreadsheet: shown as it is, and never read as anything."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_\[\]<>|#~]|&(?=#?\w+;)")
_LIST_MARK = re.compile(r"(?P<before>\d*)(?P<mark>[-+.)])(?=\s|$)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes a cell for a formula by (OWASP, CSV Injection), in both widths."""


def in_markdown(text: str) -> str:
    """``text`` on one line, so that Markdown shows it and reads nothing into it."""
    line = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_MARK.sub(r"\g<before>\\\g<mark>", line, count=1) if _LIST_MARK.match(line) else line


def in_spreadsheet(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text
