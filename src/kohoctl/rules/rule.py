"""What a rule of ``kohoctl check`` is, and what it looks at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kohoctl.campaign.file import CampaignFile
from kohoctl.problem import Fix, Place, Problem, Severity

Placed = Callable[[int, int], Place]
"""Where the characters from one index to another of a text stand in its file."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it was typed, ``{{ facts }}`` in it.

    ``field`` is the key that it stands under. ``campaign`` and ``message`` are the ids of the message that it is of,
    empty for a fact and for a channel's settings; ``channel`` is that of a message's own version, or of the settings.
    """

    value: str
    field: str
    placed: Placed
    campaign: str = ""
    message: str = ""
    channel: str = ""

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where a part of it stands in the file."""
        return self.placed(start, len(self.value) if end is None else end)

    def problem(
        self,
        match: re.Match[str] | tuple[int, int],
        text: str,
        *,
        hint: str | None = None,
        new: str | None = None,
        **values: object,
    ) -> Problem:
        """The problem that a part of the text has; ``new`` in its place would mend it. ``{found}`` is that part."""
        start, end = match if isinstance(match, tuple) else match.span()
        found = self.value[start:end]
        fix = Fix(found, new) if new is not None and "\n" not in found else None
        return Problem(text, {"found": found, **values}, hint=hint, place=self.place(start, end), fix=fix)


@dataclass(frozen=True)
class Subject:
    """What rules look at: the file, and every text that it and its attachments hold."""

    file: CampaignFile
    facts: tuple[Text, ...]
    settings: tuple[Text, ...]
    """Of the channels."""
    said: tuple[Text, ...]
    """Of the messages and their versions."""
    attached: tuple[Text, ...]
    """Of the files that go with messages, as far as they hold text."""

    @property
    def public(self) -> Iterator[Text]:
        """What readers see."""
        yield from self.said
        yield from self.attached


Look = Callable[[Subject], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that ``kohoctl check`` looks for.

    ``title`` and ``why`` are each in English and in Japanese. ``wrong`` and ``right`` are a campaign file's lines that
    break it, and the same lines mended.
    """

    name: str
    severity: Severity
    title: tuple[str, str]
    why: tuple[str, str]
    wrong: str
    right: str
    look: Look
