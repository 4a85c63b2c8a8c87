"""The messages of the source, and the Japanese catalogue that is made of them.

``make messages`` puts new messages into the catalogue, takes out those that are gone, and compiles it;
`test_language` fails where a message has no Japanese.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kohoctl.campaign import tree
from kohoctl.changes import Kind
from kohoctl.cli import cli
from kohoctl.cli.plugins.test import MARKS
from kohoctl.cli.words import ORDER
from kohoctl.fulfilment import DECLINED, DONE, OPEN, OVERDUE
from kohoctl.language import CATALOGUES, DOMAIN
from kohoctl.rules import things
from sentences import Sentence, sentences

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "kohoctl"
PO = CATALOGUES / "ja" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
WIDTH = 120

NOT_YET = {
    "testing": "what the contract says is for those who write plugins, whose documentation is in English",
    "scaffold": "it becomes somebody's own plugin",
    "preview": "it has words of its own in both languages, as the report has",
    "schema": "it has words of its own in both languages",
    "cli/plan_markdown": "the comment has words of its own in both languages",
    "cli/plan_markdown_words": "the comment has words of its own in both languages",
    "cli/completing": "a shell is told names alone",
    "cli/completion": "a shell is told a script",
}
"""Modules and packages whose sentences are English only, and why."""

CLICKS = ("core", "exceptions", "formatting", "parser", "types")
"""click's modules whose words people meet here."""
REASONS = tuple(
    os.strerror(getattr(errno, name))
    for name in ("ENOENT", "EACCES", "EISDIR", "ENOTDIR", "EEXIST", "ENOSPC", "EROFS", "ENAMETOOLONG", "EIO")
)
"""What the system says of files, in the sentences that quote it."""

_HEADER = b"""\
msgid ""
msgstr ""
"Language: ja\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

Found = Iterator[tuple[Sentence, str]]
"""Messages, each with the module where it stands."""


def messages() -> Found:
    """Every message that people may read."""
    yield from _of_click()
    yield from _of_commands(cli)
    yield from ((text, "src/kohoctl/campaign/tree.py") for text in tree.SYNTAX_HINTS)
    yield from ((text, "src/kohoctl/campaign/source.py") for text in (*REASONS, "it is no file", "it is a folder"))
    yield from ((str(state), "src/kohoctl/cli/words.py") for state in ORDER)
    yield from ((str(kind), "src/kohoctl/changes.py") for kind in Kind)
    yield from ((word, "src/kohoctl/cli/request_words.py") for word in (OVERDUE, OPEN, DONE, DECLINED))
    yield from ((kind, "src/kohoctl/rules/things.py") for kind in things._PATTERNS)
    yield from ((state, "src/kohoctl/cli/plugins/test.py") for state in MARKS)
    yield from ((text, "src/kohoctl/plugins/hooks.py") for text in ("calendar", "filter", "template"))
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if not any(name.removesuffix(".py") == left or name.startswith(f"{left}/") for left in NOT_YET):
            found = sentences(path.read_text(encoding="utf-8"), name)
            yield from ((sentence, f"src/kohoctl/{name}") for sentence in found)


def _of_click() -> Found:
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "ngettext": (1, 2)}
    for name in CLICKS:
        with Path(click.__file__).with_name(f"{name}.py").open("rb") as file:
            for _, found, _, _ in extract("python", file, keywords):
                yield found if isinstance(found, str) else (found[0], found[1]), f"click/{name}.py"
    yield "Show this message and exit.", "click/decorators.py"


def _of_commands(command: click.Command, module: str = "src/kohoctl/cli/__init__.py") -> Found:
    texts = [command.help, command.short_help, *(getattr(one, "help", None) for one in command.params)]
    yield from ((cleandoc(text), module) for text in texts if text)
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), name)
            assert found is not None
            assert found.callback is not None
            yield from _of_commands(found, "src/" + found.callback.__module__.replace(".", "/") + ".py")


class _Undated(Catalog):
    """A catalogue whose header tells neither the hour nor the version of what wrote it."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", "nplurals=1; plural=0;")]


def source_catalogue() -> Catalog:
    """The messages without a translation, in the order of their modules."""
    catalogue = Catalog()
    for message, module in messages():
        catalogue.add(message, locations=[(module, 0)])
    return catalogue


def read_catalogue() -> Catalog:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        return read_po(file, locale="ja", domain=DOMAIN)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its .po file, without the hour at which it was made."""
    text = io.BytesIO()
    write_po(text, catalogue, width=WIDTH, include_lineno=False, sort_by_file=True, omit_header=True)
    return _HEADER + text.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as its .mo file."""
    undated, made = _Undated(locale="ja"), io.BytesIO()
    for message in catalogue:
        if message.id:
            undated.add(message.id, message.string)
    write_mo(made, undated)
    return made.getvalue()


def brought_up_to_date(catalogue: Catalog, source: Catalog) -> Catalog:
    """The messages of the source, with the translations that are there."""
    made = Catalog(locale="ja", domain=DOMAIN)
    for message in source:
        if message.id:
            known = catalogue.get(message.id)
            made.add(message.id, known.string if known else "", locations=message.locations)
    return made


def untranslated(catalogue: Catalog) -> Iterable[str]:
    """The messages that have no Japanese."""
    for message in catalogue:
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string):
            yield str(message.id)


if __name__ == "__main__":
    fresh = brought_up_to_date(read_catalogue() if PO.exists() else Catalog(locale="ja"), source_catalogue())
    PO.write_bytes(written(fresh))
    MO.write_bytes(compiled(read_catalogue()))
    for text in untranslated(fresh):
        sys.stdout.write(f"no Japanese yet: {text}\n")
