"""``kohoctl schema``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from kohoctl.campaign.load import Source, plugins_of
from kohoctl.campaign.text import problems_text
from kohoctl.cli.common import no_plugins_option, read_source, redactor, supervise, write_file
from kohoctl.errors import BadFile
from kohoctl.foreign import own
from kohoctl.language import translated as _
from kohoctl.plugins import find_plugins
from kohoctl.problem import Problem
from kohoctl.schema import LANGS, Language, Names, campaign_file_schema, names_in, usable_kinds
from kohoctl.schema.language import Lang


@click.command(short_help="Write the JSON Schema by which editors complete, explain and check the file.")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@no_plugins_option
@click.option(
    "--lang",
    type=click.Choice(LANGS),
    default="both",
    show_default=True,
    help="The language of the descriptions; both is Japanese, then English.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, such as .kohoctl.schema.json.",
)
def command(file: Path | None, no_plugins: bool, lang: Lang, output: Path | None) -> None:
    """Write the JSON Schema by which an editor completes, explains and checks a campaign file while it is written.

    It has the settings of all kinds at hand: the built-in ones, those of installed plugins and, with FILE, of those
    that FILE names. With FILE it has FILE's own names too; for names that are new in FILE, make it anew.
    """
    supervise()
    source = _source(file)
    entries = plugins_of(source) if source else ()
    folder = source.folder if source else Path.cwd()
    plugins = find_plugins(folder, entries, only_built_in=no_plugins)
    plugins.load_all()
    extensions = plugins.extensions
    kinds, unfit = usable_kinds(extensions.kinds)
    _tell([*plugins.mistakes, *plugins.problems, *unfit])
    names = names_in(source.tree, extensions.calendars) if source else Names(calendars=tuple(extensions.calendars))
    schema = campaign_file_schema(kinds, names, Language(lang))
    text = json.dumps(redactor.scrub_all(schema), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, own(sys.stdout), nl=False)
        return
    write_file(output, text.encode())
    click.echo(_("The schema of {number} kinds is in {file}.", number=len(kinds), file=output))


def _source(file: Path | None) -> Source | None:
    """The campaign file, None where there is none to be read: the schema is then of use for mending it."""
    try:
        return read_source(file) if file else None
    except BadFile as error:
        _tell(error.problems)
        text = _("The schema has no names and plugins of {file}, which cannot be read yet.", file=file)
        click.echo(text, err=True)
        return None


def _tell(problems: Iterable[Problem]) -> None:
    for text in problems_text(problems):
        click.echo(text, err=True)
