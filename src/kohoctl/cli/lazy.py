"""A group of commands, each in a module of its own that is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeVar

import click

from kohoctl.language import ENGLISH, spoken
from kohoctl.language import translated as _

C = TypeVar("C", bound=click.Command)


class LazyGroup(click.Group):
    """A group whose commands are the objects called ``command`` in the modules of ``package``.

    ``summaries`` says what each command does, so that listing them needs none of them loaded.
    """

    def __init__(self, *args: Any, package: str, summaries: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        self.summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.summaries:
            return None
        command: click.Command = import_module(f"{self.package}.{cmd_name}").command
        return _in_spoken_language(command)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        self._help_option = None  # click keeps it, in the language that was spoken when it was first asked for
        self.context_class = click.Context if spoken() == ENGLISH else _in_spoken_language(self).context_class
        return super().make_context(*args, **kwargs)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super(LazyGroup, _in_spoken_language(self)).format_help(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(summary)) for name, summary in self.summaries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.summaries and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.summaries, 1)
            text = "there is no command {name}. Did you mean {near}?" if near else "there is no command {name}."
            raise click.UsageError(_(text, name=args[0], near=near[0] if near else ""), ctx)
        return super().resolve_command(ctx, args)


def _in_spoken_language(command: C) -> C:
    """``command`` with its texts in the language that is spoken. English ones stand in it, and nothing is loaded."""
    if spoken() == ENGLISH:
        return command
    from kohoctl.cli.spoken_help import in_spoken_language

    return in_spoken_language(command)
