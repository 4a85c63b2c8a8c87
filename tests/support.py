"""What many tests need: a campaign file from a few lines, and a run over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent, indent

import kinds
from kohoctl.attempt import Ended, Patience
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.delivery import deliver
from kohoctl.extensions import Extensions
from kohoctl.ledger import Ledger
from kohoctl.live import Live
from kohoctl.redaction import Redactor
from kohoctl.run import Run
from kohoctl.states import Entry, State
from kohoctl.transport import open_transport

KINDS = {kind.kind: kind for kind in kinds.kohoctl_channels()}
TEN = datetime(2015, 6, 4, 1, 0, tzinfo=UTC)
"""Ten in the morning in Tokyo, when most of the tests' messages are due."""
QUICK = Patience(tries=4, first=0.01, longest=0.05, limit=1.0)


def write(folder: Path, messages: str, channels: str, more: str = "") -> Path:
    """A campaign file with these messages and channels, each given as YAML."""
    path = folder / "campaigns.yaml"
    path.write_text(
        "version: 1\n"
        + dedent(more)
        + "channels:\n"
        + indent(dedent(channels), "  ")
        + "campaigns:\n  nenkin:\n    title: 年金情報の流出に関する広報\n    owner: 厚生労働省\n    messages:\n"
        + indent(dedent(messages), "      "),
        encoding="utf-8",
    )
    return path


def loaded(path: Path) -> CampaignFile:
    return load(read(path), Extensions(KINDS))


@dataclass
class Office:
    """A campaign file and its ledger, and a clock that the test sets: what a secretariat has on its desk."""

    path: Path
    now: datetime = TEN
    redactor: Redactor = field(default_factory=Redactor)
    patience: Patience = QUICK

    @property
    def file(self) -> CampaignFile:
        return loaded(self.path)

    @property
    def ledger_path(self) -> Path:
        return self.path.with_suffix(".ledger.sqlite")

    def run(self) -> list[Ended]:
        """A live run, as the command would do it; what ended, in order."""
        ended: list[Ended] = []
        file = self.file
        with Ledger.open(self.ledger_path, "live") as ledger:
            sender = Live(open_transport(file.folder, file.mail, self.redactor))
            run = Run(
                file,
                ledger,
                sender,
                lambda: self.now,
                ended.append,
                redactor=self.redactor,
                patience=self.patience,
            )
            self.deliver(run)
        return ended

    def deliver(self, run: Run) -> None:
        deliver(run)

    def edit(self, old: str, new: str) -> None:
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new), encoding="utf-8")

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def entries(self) -> dict[str, Entry]:
        with Ledger.read(self.ledger_path, "live") as ledger:
            return {entry.key: entry for entry in ledger.under("nenkin/")}

    def states(self) -> dict[str, State]:
        return {key: entry.state for key, entry in self.entries().items()}

    def history(self, key: str) -> list[str]:
        with Ledger.read(self.ledger_path, "live") as ledger:
            return [event["state"] for event in ledger.history(key)]
