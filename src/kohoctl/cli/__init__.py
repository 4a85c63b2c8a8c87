"""The command line: a file for each command, loaded when it is called."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import click

from kohoctl.cli.lazy import LazyGroup
from kohoctl.language import LANGUAGES, of_locale, speak
from kohoctl.language import translated as _

COMMANDS = {
    "check": "Name every problem of a campaign file and of what it would send.",
    "plan": "Show what would be delivered, what is done and what waits.",
    "preview": "Make a page that shows each message as its readers would see it.",
    "run": "Rehearse the whole calendar into files; with --live, deliver what is due.",
    "status": "Show what the ledger knows of a campaign file's deliveries.",
    "record": "Record what people say of requests, and how many calls came.",
    "report": "Write the report of what was done, 「これまでに実施したこと」.",
    "calendar": "Export what is planned as iCalendar, for an office's own calendar.",
    "reconcile": "Record a person's word on what became of a delivery.",
    "purge": "Remove print runs that are no longer needed, and say what was removed.",
    "schema": "Write the JSON Schema by which editors complete, explain and check the file.",
    "completion": "Print what lets a shell complete kohoctl's words.",
    "plugins": "Show the kinds of channel at hand, make a new one, and try it.",
}
"""Each command's name and what it does, so that the list of commands needs none of them loaded."""

LANG_OPTION = "--lang"
LANG_VARIABLE = "KOHOCTL_LANG"
WITH_OWN_LANG = frozenset({"plan", "preview", "report", "schema"})
"""Commands whose --lang is the language of what they write."""


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"kohoctl {version('kohoctl')}")
        ctx.exit()


class Kohoctl(LazyGroup):
    """All of kohoctl: a `LazyGroup` that knows its language before it reads anything else of the command line."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        args = _language_first(args)
        speak(_language(args))
        return super().make_context(info_name, args, parent, **extra)


def _language_first(args: list[str]) -> list[str]:
    """``args`` with a --lang that stands behind the command in front of it, where the command has none of its own."""
    at = next((at for at, word in enumerate(args) if word in COMMANDS), None)
    if at is None or args[at] in WITH_OWN_LANG:
        return args
    taken, left, words = list[str](), list[str](), iter(args[at:])
    for word in words:
        if word == "--":
            left += [word, *words]
        elif word == LANG_OPTION:
            taken += [word, *islice(words, 1)]
        elif word.startswith(f"{LANG_OPTION}="):
            taken.append(word)
        else:
            left.append(word)
    return [*args[:at], *taken, *left]


def _language(args: Sequence[str]) -> str:
    """What --lang before the command says, else KOHOCTL_LANG, else the locale. A word that is no language is passed
    over here: click names it when it comes to the option."""
    given, words = os.environ.get(LANG_VARIABLE), iter(args)
    for word in words:
        name, equals, value = word.partition("=")
        if name == LANG_OPTION:
            given = value if equals else next(words, None)
        elif not word.startswith("-"):
            break
    return given if given in LANGUAGES else of_locale(os.environ)


@click.command(
    cls=Kohoctl, package=__name__, summaries=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    LANG_OPTION,
    type=click.Choice(LANGUAGES),
    envvar=LANG_VARIABLE,
    show_envvar=True,
    is_eager=True,
    expose_value=False,
    help="Speak this language to people; that of the locale if left out.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def cli() -> None:
    """Send a government's message through every channel: once, on time, with the same facts everywhere.

    Begin with "kohoctl run campaigns.yaml", a rehearsal that reaches nobody.
    """


def console() -> None:
    """The console script: `main`, and not a word after it."""
    try:
        main()
    finally:
        _say_no_more()


def _say_no_more() -> None:
    """Print nothing from now on: what plugins have left to their threads and to the end of the process, and what Python
    tells of it when that fails, nobody looks through for secrets."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            return  # as Python says, too, when it tries again at its end
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


def main() -> None:
    """Runs a command and turns whatever happens into its exit code, with which it ends."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 -- open as long as the process
    _never_fail_at_letters()
    if "_KOHOCTL_COMPLETE" in os.environ:
        import_module("kohoctl.cli.completing").answer()
        sys.exit(0)
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        code = end.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("interrupted"), err=True)
        code = 130
    except Exception as error:  # noqa: BLE001 -- sorted out where it costs no start-up
        code = import_module("kohoctl.cli.failure").explain(error)
    sys.exit(code)


def _never_fail_at_letters() -> None:
    """Have a letter that the terminal's encoding lacks shown by its number, where it would end the command."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper) or stream.errors != "strict":
            continue
        if codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors="backslashreplace")
