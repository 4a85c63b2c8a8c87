"""A live run that kills itself: ``python killed_run.py FILE STEP CALL`` does so at the CALL-th passing of STEP."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kohoctl.http import HttpSession
from kohoctl.ledger import Ledger
from kohoctl.states import Outcome
from support import Office

STEPS = (
    "before the claim",
    "after the claim",
    "before the request",
    "after the request",
    "before the outcome",
    "after the outcome",
)


class Killer:
    """Counts how often the step is passed, and ends the process at the one it was given."""

    def __init__(self, step: str, call: int) -> None:
        self.step = step
        self.left = call

    def passing(self, step: str) -> None:
        if step == self.step:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.passing(f"before {what}")
            answer = real(*args, **kwargs)
            self.passing(f"after {what}")
            return answer

        return wrapped


def main(path: Path, step: str, call: int) -> None:
    killer = Killer(step, call)
    settle = killer.around("the outcome", Ledger.settle)

    def settle_if_any(ledger: Ledger, outcomes: Sequence[Outcome], at: datetime) -> None:
        if outcomes:
            settle(ledger, outcomes, at)

    Ledger.claim = killer.around("the claim", Ledger.claim)  # type: ignore[method-assign]  # this process dies of it
    Ledger.settle = settle_if_any  # type: ignore[method-assign,assignment]
    HttpSession.post = killer.around("the request", HttpSession.post)  # type: ignore[method-assign]
    print("begins", flush=True)
    Office(path).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
