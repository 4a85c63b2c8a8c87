"""The messages of the source, and the Japanese catalogue that is made of them.

``make messages`` puts new messages into the catalogue, takes out those that are gone, and compiles it;
`test_language` fails where a message has no Japanese.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kohoctl.cli import cli
from kohoctl.language import CATALOGUES, DOMAIN

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "kohoctl"
PO = CATALOGUES / "ja" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
WIDTH = 120

_SOON = "not translated yet"
NOT_YET = {
    **dict.fromkeys(
        ("campaign", "document_channel", "documents", "mail", "plan", "plugins", "texts", "wording"), _SOON
    ),
    **dict.fromkeys(("answer_sheet", "answers", "call_sheet", "sheet", "stand_ins"), _SOON),
    **dict.fromkeys((f"cli/{name}" for name in ("calendar", "check", "plan", "plugins", "purge", "reconcile")), _SOON),
    **dict.fromkeys((f"cli/{name}" for name in ("record", "recording", "report", "request_words", "run")), _SOON),
    **dict.fromkeys((f"cli/{name}" for name in ("failure", "status", "words")), _SOON),
    "channels": _SOON,
    "rules": "titles and reasons are in both languages already; the problems are being written",
    "testing": "what the contract says is for those who write plugins, whose documentation is in English",
    "scaffold": "it becomes somebody's own plugin",
}
"""Modules and packages whose sentences are English only, and why."""

CLICKS = ("core", "exceptions", "formatting", "parser", "types")
"""click's modules whose words people meet here."""
_SENTENCES = {"Problem": (0,), "Wrong": (0, 1), "Sentence": (0,), "_": (0,), "N_": (0,)}
_METHODS = {"add": (1, 2), "_stop": (1, 2), "problem": (1,)}
_COUNTING = ("count", "counted")
_WORDS = re.compile(r"[a-z]+ [a-z]+")

Found = Iterator[tuple[str | tuple[str, str], str]]
"""Messages, those that count as singular and plural, each with the module where it stands."""


def messages() -> Found:
    """Every message that people may read."""
    yield from _of_click()
    yield from _of_commands(cli)
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if not any(name.removesuffix(".py") == left or name.startswith(f"{left}/") for left in NOT_YET):
            for message in Module(path.read_text(encoding="utf-8"), name).messages():
                yield message, f"src/kohoctl/{name}"


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


class Module:
    """A module's tree, in which the sentences are found that stand where people's sentences stand."""

    def __init__(self, source: str, name: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.scopes: list[ast.AST] = [self.tree]

    def messages(self) -> Iterator[str | tuple[str, str]]:
        yield from self._within(self.tree)

    def _within(self, node: ast.AST) -> Iterator[str | tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            is_scope = isinstance(child, ast.FunctionDef | ast.Lambda)
            if is_scope:
                self.scopes.append(child)
            if isinstance(child, ast.Call):
                yield from self._of_call(child)
            yield from self._within(child)
            if is_scope:
                self.scopes.pop()

    def _of_call(self, call: ast.Call) -> Iterator[str | tuple[str, str]]:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _COUNTING and len(call.args) > 1:
            one, *many = [self._texts(argument) for argument in call.args[1:]]
            yield from ((f"{{count}} {each}", f"{{count}} {many[0][0] if many else each + 's'}") for each in one)
            return
        if name in _METHODS and not self._is_of_problems(call, name):
            return
        places = _METHODS.get(name) if isinstance(call.func, ast.Attribute) else _SENTENCES.get(name)
        for place in places or ():
            if place < len(call.args):
                yield from self._texts(call.args[place])
        if places or name in ("replace", "no_such"):
            for keyword in call.keywords:
                if keyword.arg in ("text", "hint"):
                    yield from self._texts(keyword.value)

    @staticmethod
    def _is_of_problems(call: ast.Call, name: str) -> bool:
        assert isinstance(call.func, ast.Attribute) or name not in _METHODS
        return name != "add" or "problems" in ast.unparse(call.func)

    def _texts(self, node: ast.expr) -> list[str]:
        """The texts that an expression may be. Raises ValueError where that cannot be told."""
        match node:
            case ast.Constant(value=str() as text):
                return [text]
            case ast.Constant():
                return []
            case ast.JoinedStr() if not _WORDS.search(
                "".join(one.value for one in node.values if hasattr(one, "value") and isinstance(one.value, str))
            ):
                return []  # an example of what to type
            case ast.IfExp():
                return [*self._texts(node.body), *self._texts(node.orelse)]
            case ast.Name():
                return self._of_name(node.id)
            case ast.Subscript() | ast.Attribute() | ast.Call():
                return self._of_table(node)
        raise ValueError(f"{self.name}:{node.lineno}: {ast.unparse(node)} is no text that can be translated")

    def _of_table(self, node: ast.expr) -> list[str]:
        """The texts of a table of the module: ``_TABLE[key]``, ``_TABLE.get(key)``."""
        names = [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
        tables = [value for name in names[:1] for value in self._assigned(self.tree, name)]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
            return []  # found as a call of its own
        return [text for table in tables for text in self._in_table(table)]

    def _in_table(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Dict():
                return [text for value in node.values for text in self._in_table(value)]
            case ast.Tuple() | ast.List():
                return [text for value in node.elts for text in self._in_table(value)]
            case ast.Constant() | ast.Name() | ast.IfExp():
                return self._texts(node)
        return []

    def _of_name(self, name: str) -> list[str]:
        for scope in reversed(self.scopes):
            if isinstance(scope, ast.FunctionDef | ast.Lambda) and name in _parameters(scope):
                return []  # the caller's sentence
            if values := list(self._assigned(scope, name)):
                return [text for value in values for text in self._texts(value)]
            if name in _looped_over(scope):
                return []  # the texts of a table, which stand somewhere else too
        raise ValueError(f"{self.name}: nothing is assigned to {name}")

    @staticmethod
    def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
        for node in ast.walk(scope):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            value = getattr(node, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and target.id == name and value is not None:
                    yield value
                elif isinstance(target, ast.Tuple) and isinstance(value, ast.Subscript):
                    yield from (value for one in target.elts if isinstance(one, ast.Name) and one.id == name)
                elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    pairs = zip(target.elts, value.elts, strict=False)
                    yield from (part for one, part in pairs if isinstance(one, ast.Name) and one.id == name)


def _parameters(scope: ast.FunctionDef | ast.Lambda) -> set[str]:
    arguments = scope.args
    return {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _looped_over(scope: ast.AST) -> set[str]:
    targets = [node.target for node in ast.walk(scope) if isinstance(node, ast.For | ast.comprehension)]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def source_catalogue() -> Catalog:
    """The messages without a translation, in the order of their modules."""
    catalogue = Catalog(fuzzy=False)
    for message, module in messages():
        catalogue.add(message, locations=[(module, 0)])
    return catalogue


def read_catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="ja", domain=DOMAIN)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its .po file."""
    text = io.BytesIO()
    write_po(
        text, catalogue, width=WIDTH, include_lineno=False, sort_by_file=True, ignore_obsolete=True, omit_header=False
    )
    return text.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as its .mo file."""
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def brought_up_to_date(catalogue: Catalog, source: Catalog) -> Catalog:
    """The catalogue with the messages of the source, and the translations that are there."""
    made = Catalog(locale="ja", domain=DOMAIN, project="kohoctl", fuzzy=False)
    made.mime_headers  # noqa: B018
    for message in source:
        if message.id:
            known = catalogue.get(message.id)
            made.add(message.id, known.string if known else "", locations=message.locations)
    return made


def untranslated(catalogue: Catalog) -> Iterable[str]:
    for message in catalogue:
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string):
            yield str(message.id)


if __name__ == "__main__":
    known = read_catalogue() if PO.exists() else Catalog(locale="ja")
    fresh = brought_up_to_date(known, source_catalogue())
    PO.write_bytes(written(fresh))
    MO.write_bytes(compiled(fresh))
    for text in untranslated(fresh):
        sys.stdout.write(f"no Japanese yet: {text}\n")
