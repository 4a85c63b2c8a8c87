"""Reading a campaign file: from its path to its text and the tree of what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kohoctl.campaign.problems import Problems, pack, unpack
from kohoctl.campaign.tree import CONTROL, Node, build
from kohoctl.errors import BadFile

FILE_BYTES = 16 * 1024 * 1024
"""The largest campaign file: more than 25,000 messages with their texts. A larger one is some other file."""


@dataclass(frozen=True, slots=True)
class Source:
    """A campaign file whose YAML could be read. ``problems`` already holds what was wrong with it.

    ``path`` is as it was given; its ``folder`` is absolute, wherever a plugin goes meanwhile.
    """

    path: Path
    folder: Path
    lines: tuple[str, ...]
    tree: Node
    problems: Problems

    def inside(self, mark: int, text: str, start: int, length: int = 2) -> int:
        """The mark of the ``length`` characters at ``start`` in ``text``, the value at ``mark``, however YAML wrote it.

        ``mark`` itself where they cannot be found there: an alias, a text that is folded or has escapes.
        """
        spot = text[start : start + length].partition("\n")[0]
        if not spot or self._has_alias(mark):
            return mark
        left = text.count(spot, 0, start)
        first, column = unpack(mark)
        for line in range(first, len(self.lines)):
            while (column := self.lines[line].find(spot, column)) >= 0:
                if left == 0:
                    return pack(line, column)
                left -= 1
                column += len(spot)
            column = 0
        return mark

    def _has_alias(self, mark: int) -> bool:
        line, column = unpack(mark)
        return self.lines[line].startswith("*", column)


def read(path: Path) -> Source:
    """The campaign file at ``path``. Raises `BadFile` where it cannot be read, or is no YAML mapping."""
    problems = Problems(str(path))
    text = _text(path, problems)
    _check_characters(text, problems)
    tree = build(text, problems)
    if not isinstance(tree, Node):
        problems.add(0, "a campaign file is a mapping", "begin with version: 1")
        raise BadFile(problems.in_order())
    return Source(path, path.absolute().parent, tuple(split_lines(text)), tree, problems)


def split_lines(text: str) -> list[str]:
    """The lines as editors count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_bounded(path: Path, limit: int) -> bytes | None:
    """The file's bytes, None where there are more than ``limit``. Raises OSError where it cannot be read."""
    if not path.is_file() and path.exists():
        raise IsADirectoryError("it is no file" if not path.is_dir() else "it is a folder")
    with path.open("rb") as file:
        content = file.read(limit + 1)
    return None if len(content) > limit else content


def reason(error: Exception) -> str:
    """Why a file could not be read, without its path."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _text(path: Path, problems: Problems) -> str:
    try:
        content = read_bounded(path, FILE_BYTES)
    except (OSError, ValueError) as error:
        problems.add(0, "this file cannot be read: {reason}", reason=reason(error))
        raise BadFile(problems.in_order()) from None
    if content is None:
        problems.add(0, "this file has more than {limit} bytes", "divide it into several", limit=FILE_BYTES)
        raise BadFile(problems.in_order())
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = split_lines(error.object[: error.start].decode("utf-8-sig", "replace"))
        mark = pack(len(before) - 1, len(before[-1]))
        problems.add(mark, "the bytes here are not UTF-8", "save the file as UTF-8")
        raise BadFile(problems.in_order()) from None


def _check_characters(text: str, problems: Problems) -> None:
    if not CONTROL.search(text):
        return
    for line, content in enumerate(split_lines(text)):
        for match in CONTROL.finditer(content):
            code = f"U+{ord(match[0]):04X}"
            problems.add(pack(line, match.start()), "the control character {code} is not allowed", code=code)
    if problems.found:
        raise BadFile(problems.in_order())
