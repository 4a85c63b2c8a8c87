"""A live run of letters that kills itself: ``python killed_printing.py FILE STEP CALL``, as `killed_run` does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from killed_run import Killer
from kohoctl.documents import Document
from kohoctl.ledger import Ledger
from people import LetterOffice

STEPS = (
    "before the claim",
    "after the claim",
    "before typesetting",
    "after typesetting",
    "before a file is on the disk",
    "after a file is on the disk",
    "before the run is there",
    "after the run is there",
    "before the outcome",
    "after the outcome",
)


def main(path: Path, step: str, call: int) -> None:
    killer = Killer(step, call)
    Ledger.claim = killer.around("the claim", Ledger.claim)  # type: ignore[method-assign]  # this process dies of it
    Ledger.settle = killer.around("the outcome", Ledger.settle)  # type: ignore[method-assign]
    Document.read = killer.around("typesetting", Document.read)  # type: ignore[method-assign]
    Path.rename = killer.around("the run is there", Path.rename)  # type: ignore[method-assign]
    os.fsync = killer.around("a file is on the disk", os.fsync)
    LetterOffice(path).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
