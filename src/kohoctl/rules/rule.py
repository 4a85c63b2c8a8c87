"""What a rule of ``kohoctl check`` is, and what it looks at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import NamedTuple

from kohoctl.campaign.facts import Filters, fill
from kohoctl.campaign.file import CampaignFile
from kohoctl.problem import Fix, Place, Problem, Severity
from kohoctl.rules.places import Filled, InFile
from kohoctl.rules.sent import Sent, sent_in
from kohoctl.rules.things import Thing, things_in

_REFERENCE = re.compile(r"\{\{[^{}]*\}\}")
SHOWN = 60
"""Characters of what was found that a sentence quotes."""
Placed = Callable[[int, int], Place]
"""Where the characters from one index to another of a text stand in its file."""


class Text(NamedTuple):
    """A text as it was typed, ``{{ facts }}`` in it.

    ``field`` is the key that it stands under, ``file`` the file as problems show it. ``campaign`` and ``message`` are
    the ids of the message that it is of, empty for a fact and for a channel's settings; ``channel`` is that of a
    message's own version, or of the settings.
    """

    value: str
    field: str
    file: str
    placed: Placed
    campaign: str = ""
    message: str = ""
    channel: str = ""
    is_extracted: bool = False
    """Whether it was read out of a PDF."""

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where a part of it stands in the file."""
        return self.placed(start, len(self.value) if end is None else end)

    def problem(
        self,
        match: re.Match[str] | tuple[int, int],
        said: str,
        *,
        hint: str | None = None,
        new: str | None = None,
        **values: object,
    ) -> Finding:
        """The problem that a part of the text has; ``new`` in its place would mend it. ``{found}`` is that part."""
        start, end = match if isinstance(match, tuple) else match.span()
        return Finding(self, start, end, said, values, hint, new)

    def is_of_a_fact(self, start: int, end: int) -> bool:
        """Whether a part of a text that was filled in is of one fact alone, which is looked at for itself."""
        return isinstance(self.placed, Filled) and self.placed.covers(start, end)

    def can_be_mended(self, found: str, new: str) -> bool:
        """Whether the campaign file stays readable with ``new`` there: braces outside of quotes begin a mapping."""
        if "\n" in found or not isinstance(self.placed, InFile):
            return False
        return "{" not in new or self.placed.takes_braces


class Finding(NamedTuple):
    """What a rule has found in a part of a text. It is placed and put into words where it is shown: of a hundred
    thousand, a thousand are."""

    text: Text
    start: int
    end: int
    said: str
    values: Mapping[str, object]
    hint: str | None
    new: str | None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.text.place(self.start, self.end)

    @property
    def problem(self) -> Problem:
        """What it is, in words."""
        found, new = self.text.value[self.start : self.end], self.new
        fix = Fix(found, new) if new is not None and self.text.can_be_mended(found, new) else None
        shown = found if len(found) <= SHOWN else f"{found[: SHOWN - 1]}…"
        return Problem(self.said, {"found": shown, **self.values}, hint=self.hint, place=self.place, fix=fix)


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

    @cached_property
    def read(self) -> tuple[Text, ...]:
        """What is said, as it is read: with the facts in their places."""
        word = cache(partial(_word, self.file.facts, self.file.extensions.filters))
        return tuple(_filled(text, word) if "{{" in text.value else text for text in self.said)

    @cached_property
    def things(self) -> tuple[tuple[Text, Thing], ...]:
        """What can be wrong by a digit in texts that readers see, each with its text, in the order of the texts."""
        return tuple((text, thing) for text in self.public for thing in things_in(text.value))

    @cached_property
    def sent(self) -> Sent:
        """On which days the messages go out."""
        return sent_in(self.file)

    @property
    def typed(self) -> Iterator[Text]:
        """What somebody typed and readers see: not what was read out of a PDF, whose letters may be others."""
        yield from self.facts
        yield from self.said
        yield from (text for text in self.attached if not text.is_extracted)

    @property
    def public(self) -> Iterator[Text]:
        """What readers see."""
        yield from self.said
        yield from self.attached


def _word(facts: Mapping[str, str], filters: Filters, braces: str) -> str:
    """What stands for ``{{ a_fact }}``: a recipient's words and an earlier receipt's parts stay as they were typed."""
    try:
        return fill(braces, facts, filters=filters)
    except ValueError:
        return braces


def _filled(text: Text, word_for: Callable[[str], str]) -> Text:
    """``text`` with its facts."""
    parts: list[str] = []
    brought: list[tuple[int, int, int, int]] = []
    length = typed = 0
    for found in _REFERENCE.finditer(text.value):
        word = word_for(found[0])
        parts += [text.value[typed : found.start()], word]
        length += found.start() - typed
        brought.append((length, length + len(word), found.start(), found.end()))
        length, typed = length + len(word), found.end()
    parts.append(text.value[typed:])
    return text._replace(value="".join(parts), placed=Filled(text.placed, brought))


Look = Callable[[Subject], Iterable[Finding | Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that ``kohoctl check`` looks for.

    ``title`` and ``why`` are each in English and in Japanese. ``wrong`` and ``right`` are a campaign file's lines that
    break it, and the same lines mended. ``look`` is None where the kinds of channel find it themselves, as they render
    a message: nothing goes out then, so that no comment switches it off.
    """

    name: str
    severity: Severity
    title: tuple[str, str]
    why: tuple[str, str]
    wrong: str
    right: str
    look: Look | None
