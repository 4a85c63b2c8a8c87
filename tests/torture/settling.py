"""One run to which something happens, and how a secretariat goes on after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from torture.dying import Steps
from torture.forking import Forks
from torture.invariants import check, check_settled
from torture.offices import Breaker, Secretariat
from torture.places import Place


@dataclass
class Case:
    """A new campaign at a place whose service knows nothing yet."""

    place: Place
    forks: Forks
    memory: Path
    broken: Breaker | None = None
    secretariat: Secretariat = field(init=False)
    shadow: Path = field(init=False)
    """Where what is sure to be on the disk is kept."""

    def __post_init__(self) -> None:
        self.place.forget()
        desk = self.place.desk(Path(mkdtemp(dir=self.memory)))
        self.shadow = Path(mkdtemp(dir=self.memory), "shadow")
        self.secretariat = Secretariat(desk, self.forks, self.broken)

    def steps(self, fault: str | None = None) -> list[str]:
        """The steps of a run to which nothing happens but that fault of the service."""
        self.place.fail(fault)
        return self.secretariat.run()

    def run_until(self, steps: Steps, fault: str | None = None) -> int:
        """A run to which something happens at a step; its exit code."""
        self.place.fail(fault)
        code = self.secretariat.start(steps).wait()
        self.place.mend()
        self.check()
        return code

    def check(self, *, at_once: bool = False) -> None:
        """Raise `BrokenError` where something was sent twice or is lost already. With ``at_once``, while a process that
        has sent is still there."""
        if not at_once:
            self.place.wait()
        check(self.secretariat.desk, self.place.taken(self.secretariat.desk))

    def settle(self) -> None:
        """Go on as a secretariat would: run again, look at the service for each unknown, say which, run again. Raises
        `BrokenError` unless each delivery then has gone out once, or was refused."""
        desk = self.secretariat.desk
        desk.later(minutes=20)  # no service here asks for a longer rest
        self.secretariat.run()
        self.check()
        if self.secretariat.settle_doubts(self.place.taken(desk)):
            self.secretariat.run()
        self.place.wait()
        check_settled(desk, self.place.taken(desk), self.place.wanted)
