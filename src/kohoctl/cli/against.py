"""Another version of the file, to compare with: ``--against``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.changes import Change, Changes, Kind, change_of, compare
from kohoctl.cli.common import read_source
from kohoctl.errors import BadFile
from kohoctl.language import Sentence, counted, listed, said, said_with_hint
from kohoctl.language import translated as _
from kohoctl.problem import Problem
from kohoctl.states import Delivery
from kohoctl.versions import OtherVersion, load_version

against_option = click.option(
    "--against",
    "against",
    metavar="REV|FILE",
    help="Show what is new, changed and gone since another version of FILE: a revision of its folder in git, such as"
    " origin/main, or a path.",
)


@dataclass(frozen=True, slots=True)
class Against:
    """What ``file`` is compared with: the version as it was ``meant`` and as it is called, and how each delivery
    differs; None where that version cannot be used, for its ``problems``."""

    file: CampaignFile
    meant: str
    name: str
    old: CampaignFile | None = None
    changes: Changes | None = field(default=None, repr=False)
    problems: Sequence[Problem] = ()

    def kind(self, delivery: Delivery) -> Kind | None:
        """What became of a delivery of the file; None where nothing can be compared."""
        if self.changes is None:
            return None
        change = change_of(self.changes, self.file, delivery)
        return change.kind if change else None

    @property
    def gone(self) -> list[Change]:
        """What the older version has and the file has not."""
        return [change for change in (self.changes or {}).values() if change.kind is Kind.GONE]

    def summary(self) -> str:
        """``since main (1a2b3c4d5): 2 new, 1 gone``; why not, where nothing can be compared."""
        if self.changes is None:
            return _("not compared with {name}: {why}", name=self.name, why=self.why_not())
        counts = Counter(change.kind for change in self.changes.values())
        kinds = [kind for kind in Kind if counts[kind] and kind is not Kind.SAME]
        if not kinds:
            return _("since {name}: nothing has changed", name=self.name)
        told = listed(_("{number} {word}", number=counts[kind], word=said(str(kind))) for kind in kinds)
        return _("since {name}: {changes}", name=self.name, changes=told)

    def why_not(self, language: str | None = None) -> str | None:
        """Why nothing can be compared, in ``language``, or in the one that is spoken; None where it is."""
        if not self.problems:
            return None
        first, number = self.problems[0], counted(len(self.problems), "problem", language=language)
        values = {"problems": number, "first": said_with_hint(first, language)}
        if first.place is None:
            return said(Sentence("that version has {problems}; {first}", **values), language)
        text = "that version has {problems}; line {line}: {first}"
        return said(Sentence(text, line=first.place.line, **values), language)

    def as_json(self) -> dict[str, object]:
        """With what the plan is compared, or why it is not, and what is gone."""
        gone = [
            {
                "key": change.key,
                "campaign": change.latest.slot.message.campaign,
                "message": change.latest.slot.message.id,
                "channel": change.latest.slot.way.channel,
                "digest": change.latest.rendition.digest,
                "change": change.kind,
            }
            for change in self.gone
        ]
        return {"against": {"version": self.meant, "name": self.name, "problem": self.why_not()}, "gone": gone}


def compared(version: OtherVersion, meant: str, file: CampaignFile) -> Against:
    """``file`` compared with another version of itself, which may be there and yet be unusable."""
    try:
        old = load_version(version, file, partial(read_source, beside=file.folder))
    except BadFile as error:
        return Against(file, meant, version.name, problems=error.problems)
    return Against(file, meant, version.name, old, compare(old, file))
