"""The texts of --help in another language than English, laid out for letters that take two columns."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from inspect import cleandoc
from typing import TypeVar

import click

from kohoctl.language import translated as _

C = TypeVar("C", bound=click.Command)

_TOKEN = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…")
_NEVER_LAST = frozenset("（「『【〔〈《")
_AS_IT_STANDS = "\b"
"""Begins a paragraph whose lines stay as they are, as click has it."""
_COLUMN_GAP = 2
_WIDEST_TERM = 30  # as click has it


def in_spoken_language(command: C) -> C:
    """A copy of ``command`` whose texts are in the language that is spoken."""
    shown = copy.copy(command)
    shown.help, shown.short_help, shown.epilog = map(_text, (command.help, command.short_help, command.epilog))
    shown.params = [_parameter(one) for one in command.params]
    shown._help_option = None  # click keeps it, in the language that was spoken when it was first asked for
    shown.context_class = WideContext
    return shown


def _parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    shown = copy.copy(parameter)
    shown.help = _text(parameter.help)
    return shown


def _text(text: str | None) -> str | None:
    return _(cleandoc(text)) if text else text


class WideFormatter(click.HelpFormatter):
    """Counts columns instead of characters, and breaks a line where Japanese may be broken."""

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        paragraphs = (wrapped(part, self.width - self.current_indent) for part in text.split("\n\n"))
        self.write("\n\n".join("\n".join(indent + line for line in lines) for lines in paragraphs) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _WIDEST_TERM, col_spacing: int = _COLUMN_GAP
    ) -> None:
        rows = list(rows)
        first = min(max(columns(row[0]) for row in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in rows:
            lines = wrapped(text, max(self.width - first - self.current_indent, 10))
            if not lines:
                self.write(f"{indent}{term}\n")
                continue
            fits = columns(term) <= first - col_spacing
            begin = term + " " * (first - columns(term)) if fits else f"{term}\n{indent}{' ' * first}"
            rest = "".join(f"{indent}{' ' * first}{line}\n" for line in lines[1:])
            self.write(f"{indent}{begin}{lines[0]}\n{rest}")


class WideContext(click.Context):
    """A context whose help is laid out by `WideFormatter`."""

    formatter_class = WideFormatter


def columns(text: str) -> int:
    """Columns that a terminal shows ``text`` in."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, width: int) -> Sequence[str]:
    """``text`` as lines of at most ``width`` columns. No line begins with closing punctuation."""
    if text.startswith(_AS_IT_STANDS):
        return text.removeprefix(_AS_IT_STANDS).strip("\n").split("\n")
    lines = [""]
    for piece in _pieces(text):
        if piece.isspace():
            lines[-1] += " " if lines[-1] else ""
        elif columns(lines[-1]) + columns(piece) > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(piece)
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(text: str) -> Iterator[str]:
    """What may not be broken: Latin words, and each other letter with the punctuation that belongs to it."""
    piece = ""
    for token in _TOKEN.findall(text):
        if piece and not (token[0] in _NEVER_FIRST or piece[-1] in _NEVER_LAST):
            yield piece
            piece = ""
        piece += token
    if piece:
        yield piece
