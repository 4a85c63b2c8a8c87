"""Mending what rules have found, where only one thing can be meant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kohoctl.disk import write_whole
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence
from kohoctl.problem import Fix, Place, Problem


def mend(problems: Iterable[Problem]) -> int:
    """Write the fixes of ``problems`` into their files, and return how many were made.

    A fix is made only where its old text still stands at its place, and of two that overlap the first alone. Raises
    `KohoctlError` where a file cannot be written.
    """
    by_file: dict[str, dict[Place, Fix]] = {}
    for problem in problems:
        if problem.place is not None and problem.fix is not None:
            by_file.setdefault(problem.place.file, {}).setdefault(problem.place, problem.fix)
    return sum(_mend_file(Path(file), fixes) for file, fixes in by_file.items())


def _mend_file(path: Path, fixes: dict[Place, Fix]) -> int:
    try:
        lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
        made = 0
        for place in sorted(fixes, key=lambda place: (place.line, place.column), reverse=True):
            line, start, fix = lines[place.line - 1], place.column - 1, fixes[place]
            if line.startswith(fix.old, start):
                lines[place.line - 1] = line[:start] + fix.new + line[start + len(fix.old) :]
                made += 1
        if made:
            write_whole(path, "".join(lines).encode(), path.stat().st_mode & 0o777)
    except (OSError, UnicodeDecodeError) as error:
        raise KohoctlError(Sentence("{path} cannot be mended: {error}", path=path, error=error)) from error
    return made
