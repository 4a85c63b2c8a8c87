"""A live run of letters that kills itself: ``python killed_printing.py FILE STEP CALL``, at the CALL-th STEP."""

from __future__ import annotations

import sys
from pathlib import Path

from people import LetterOffice
from torture.dying import Steps

STEPS = (
    "before the claim",
    "after the claim",
    "before typesetting",
    "after typesetting",
    "before a file is on the disk",
    "after a file is on the disk",
    "before a folder has its name",
    "after a folder has its name",
    "before the ending",
    "after the ending",
)
FOLDERS = 1
"""Folders above the print runs, whose names are brought to the disk first."""


def main(path: Path, step: str, call: int) -> None:
    Steps(call + (FOLDERS if "a file is on the disk" in step else 0), name=step).watch()
    LetterOffice(path).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
