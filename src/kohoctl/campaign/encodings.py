"""Text that comes from any office: UTF-8 with or without its mark, or CP932 as Excel writes it in Japan."""

from __future__ import annotations

import re

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file begins that Excel saved as Unicode text."""
STRAY = re.compile("[\udc80-\udcff]")
"""What stands in a text for a byte that is no part of one."""

_MARKS = re.compile(b"^(?:\xef\xbb\xbf)+")
"""UTF-8's mark; several where a program has added one to a file that had it."""
_JAPANESE = re.compile(b"[\xe1-\xef][\x80-\xbf]{2}")
"""A Japanese character in UTF-8. In CP932 the same bytes are hardly ever a word: a text that has one is UTF-8."""


def decoded(content: bytes) -> str:
    """The text, with a `STRAY` for each byte that is neither UTF-8 nor CP932."""
    content = _MARKS.sub(b"", content)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        is_utf_8 = _JAPANESE.search(content, 0, error.start) is not None
    return content.decode("utf-8" if is_utf_8 else "cp932", "surrogateescape")
