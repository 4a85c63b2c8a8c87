"""``letter``: a letter to each of many people, in print runs of a thousand, with an index of the pages.

The address stands where the window of an envelope 長形3号 (JIS S 5502: 120 mm × 235 mm) shows it with an A4 sheet
folded in three. No standard fixes that window; most makers' is 90 mm × 45 mm, 20 to 25 mm from the left and 11 to 13 mm
from the top (the survey of Japanese window envelopes in the KOMA-Script guide, appendix A), so 22 mm and 12 mm are
taken. Japan Post asks that the address stays within the window however the sheet moves in the envelope
(定形郵便物・はがき作成のガイドライン, 窓付封筒): it has what is left then, 65 mm × 24 mm. The template
``personal-letter`` says the same in millimetres.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, field_validator

from kohoctl import (
    Batch,
    Channel,
    Contact,
    Document,
    DocumentTemplate,
    Limit,
    Message,
    Problem,
    Receipt,
    Recipient,
    Rendition,
    Settings,
    Task,
    hookimpl,
    text_problems,
)
from kohoctl.channels._print_runs import batches_in, find_in_runs, mark_of, write_run

if TYPE_CHECKING:
    from kohoctl import Transport

ADDRESS_WIDTH = 20
"""Full-width characters on a line of the address: at 9 points, 64 of the 65 mm that are always seen."""
NAME_WIDTH = 14
"""The same of the name, at 11 points and with 様 behind it."""
LINES_SHOWN = 4
"""Lines of address and name together, under the postcode: with it, 23 of the 24 mm that are always seen."""
BODY_WIDTH = 40
"""Characters on a line of the text, at 10.5 points; what line-breaking rules push to the next line is allowed for."""
BODY_LINES = 29
"""Lines of the text that one page has room for, under a title of two lines."""
PRINT_RUN = 1000
"""Letters in a print run, unless the settings say otherwise: a PDF that any print shop's computer opens."""

_WIDE = frozenset("WFA")


class LetterSettings(Settings):
    """What a channel of letters may set."""

    office: str = Field(description="Who writes, a line each: the office, then its head by title.")
    contact: Contact = Field(description="Whom people ask.")
    template: DocumentTemplate = Field(
        "personal-letter", description="The letter's template: one that a plugin brings, or a Typst file's path."
    )
    print_run: int = Field(PRINT_RUN, ge=2, le=5000, description="Letters in one print run at the most.")
    folder: str = Field("print", description="Where the print runs are written, below the campaign file's folder.")

    @field_validator("folder")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        parts = Path(value).parts
        if not parts or Path(value).is_absolute() or ".." in parts or "\0" in value:
            raise ValueError("the folder is a path from the campaign file's folder, without .. in it")
        return value


class Letter(Channel):
    """People are the recipients: ``name``, ``postcode``, ``address`` and, where there is one, ``address2``."""

    kind = "letter"
    settings: LetterSettings
    settings_model = LetterSettings
    form = "requested"
    limits: ClassVar = {
        "title": Limit(60, "characters", "what a letter's title shows in two lines"),
        "body": Limit(BODY_WIDTH * BODY_LINES, "characters", "what one page has room for"),
    }

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        person = recipient or Recipient("", {})
        letter = _letter(message, self.settings)
        to = _addressed(person)
        paper = Document("手紙.pdf", self.settings.template, {**letter, **to})
        problems = (
            *_person_problems(recipient, to),
            *text_problems(message.title, "title", self.limits["title"]),
            *text_problems(message.body, "body", self.limits["body"]),
            *_length_problems(message.body),
            *_character_problems(paper.lacking()),
        )
        content = {**letter, "template": paper.identity()["template"]}
        posted = Task(onwards=True)  # a print run after another: nobody has them all on one day
        printed = {"folder": self.settings.folder, "channel": self.name}  # by whose name print runs are called
        return Rendition(content, {**to, **printed}, problems=problems, task=posted)

    def batch_size(self) -> int:
        return self.settings.print_run

    def deliver(self, rendition: Rendition, key: str, transport: Transport) -> Receipt:
        return self.deliver_batch([(rendition, key)], transport)[0]

    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        first, keys = items[0][0], [key for _, key in items]
        day, typeset = first.content["date"] or "undated", partial(self._typeset, items)
        place = (transport.folder, self.settings.folder, first.destination["channel"])
        run = write_run(*place, day, keys, typeset)
        return [run.receipt(page) for page in range(1, len(items) + 1)]

    def find(self, rendition: Rendition, key: str, since: datetime, transport: Transport) -> Receipt | None:
        # Whenever it was made: a clock that was set back must not have a letter made twice.
        return find_in_runs(transport.folder / self.settings.folder, key)

    def artifacts(self, rendition: Rendition, key: str, at: datetime) -> Mapping[str, bytes]:
        return {"手紙.pdf": self._typeset([(rendition, key)])}

    def batches(self, folder: Path) -> Iterable[Batch]:
        return batches_in(folder / self.settings.folder, self.name)

    def _typeset(self, items: Sequence[tuple[Rendition, str]]) -> bytes:
        letters = [
            {**rendition.content, **rendition.destination, "mark": _spaced(mark_of(key))} for rendition, key in items
        ]
        return Document("手紙.pdf", self.settings.template, {"letters": letters}).read()


def _letter(message: Message, settings: LetterSettings) -> dict[str, Any]:
    """What the letter says, whomever it goes to."""
    return {
        "date": message.due.date().isoformat() if message.due else None,
        "sender": [line.strip() for line in settings.office.splitlines() if line.strip()],
        "title": message.title,
        "body": message.body,
        "contact": settings.contact.model_dump(),
    }


def _addressed(person: Recipient) -> dict[str, Any]:
    """The address as the window shows it, line by line."""
    address = [line.strip() for column in ("address", "address2") for line in person[column].splitlines()]
    return {
        "postcode": _postcode(person["postcode"]),
        "address": [part for line in address if line for part in _cut(line, ADDRESS_WIDTH)],
        "name": _cut(person["name"].strip(), NAME_WIDTH),
    }


def _postcode(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).strip()
    digits = re.sub(r"\D", "", plain)
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 else plain


def _cut(line: str, width: int) -> list[str]:
    """``line`` in parts of ``width`` full-width characters at the most."""
    parts, room = [""], float(width)
    for character in line:
        takes = 1.0 if unicodedata.east_asian_width(character) in _WIDE else 0.5
        if takes > room:
            parts.append("")
            room = float(width)
        parts[-1] += character
        room -= takes
    return parts if line else []


def _spaced(mark: str) -> str:
    """A mark in groups of four, so that it can be read out."""
    return " ".join(mark[start : start + 4] for start in range(0, len(mark), 4))


def _person_problems(recipient: Recipient | None, to: Mapping[str, Any]) -> Iterator[Problem]:
    if recipient is None:
        hint = "recipients: a list with the columns id, name, postcode, address"
        yield Problem("a letter goes to people, and this channel has none", field="recipients", hint=hint)
        return
    for column in ("name", "postcode", "address"):
        if not to[column]:
            yield Problem("this person has no {column}", {"column": column}, field=column)
    lines = len(to["address"]) + len(to["name"])
    if lines > LINES_SHOWN:
        values = {"lines": lines, "most": LINES_SHOWN, "width": ADDRESS_WIDTH}
        text = "address and name take {lines} lines of {width} characters, and the envelope's window shows {most}"
        yield Problem(text, values, field="address")


def _length_problems(body: str) -> Iterator[Problem]:
    lines = sum(max(1, math.ceil(len(line) / BODY_WIDTH)) for line in body.splitlines() if line.strip())
    if lines > BODY_LINES:
        values = {"lines": lines, "most": BODY_LINES}
        text = "the letter takes {lines} lines, and its page has room for {most}"
        yield Problem(text, values, field="body", rule="too-long")


def _character_problems(lacking: Mapping[str, str]) -> Iterator[Problem]:
    """The characters that the fonts lack, by their numbers alone: they may be a part of somebody's name."""
    for field, characters in lacking.items():
        values = {"characters": " ".join(f"U+{ord(character):04X}" for character in characters), "field": field}
        hint = "write it with another character, or in kana"
        yield Problem("the letter's fonts lack {characters} in the {field}", values, field=field, hint=hint)


@hookimpl
def kohoctl_channels() -> list[type[Channel]]:
    return [Letter]
