"""A shell on a terminal, as a person types into it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 60.0
"""Seconds for a shell to show something: it takes less than one where the machine is not busy."""
TAB = "\t"


class Terminal:
    """A running shell. What it shows is kept, without the codes that colour it and move the cursor."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._fd, theirs = pty.openpty()
        whole = {"HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8", "COLUMNS": "200", **environment}
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=whole, start_new_session=True
        )
        os.close(theirs)
        self._shown = ""

    def type(self, keys: str) -> None:
        """Press keys; what was shown before is forgotten."""
        self._shown = ""
        os.write(self._fd, keys.encode())

    def shows(self, text: str) -> str:
        """Wait until ``text`` is shown; all that was shown meanwhile."""
        end = time.monotonic() + PATIENCE
        while text not in self._shown:
            left = end - time.monotonic()
            assert left > 0, f"{text!r} did not come: {self._shown!r}"
            if select.select([self._fd], [], [], left)[0]:
                self._shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x07|\r", "", os.read(self._fd, 65536).decode())
        return self._shown

    def close(self) -> None:
        """Hang up."""
        self._process.kill()
        self._process.wait()
        os.close(self._fd)
