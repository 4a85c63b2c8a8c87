"""``kohoctl preview``."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import Source, load_usable
from kohoctl.campaign.tree import collector_paused
from kohoctl.cli.check import rules_broken
from kohoctl.cli.common import (
    campaign_file,
    ledger_option,
    ledger_path,
    load_what_can_be_used,
    moment,
    no_plugins_option,
    read_source,
    redactor,
)
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence, counted
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.preview.comparing import differences
from kohoctl.preview.files import FOLDER, Folder
from kohoctl.preview.gathering import Preview, gather
from kohoctl.preview.page import INDEX, MARK, Compared, write_pages
from kohoctl.preview.showing import Artist
from kohoctl.preview.words import Code
from kohoctl.problem import Problem
from kohoctl.rules import RULES
from kohoctl.versions import OtherVersion, load_version, other_version

SAMPLE_PAGES = 4
"""Pages of each document that are drawn, unless all are asked for."""
SAMPLE_SHEETS = 200
"""Messages whose documents are made, unless all are asked for: some twenty seconds of work."""


@click.command(short_help="Make a page that shows each message as its readers would see it.")
@campaign_file
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write; index.html in it is the page.",
)
@no_plugins_option
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", show_default=True, help="Shown first.")
@click.option(
    "--pages",
    type=click.Choice(["all", "sample", "none"]),
    default="sample",
    show_default=True,
    help="Which pages of documents are drawn: sample means the first four, of the first 200 messages with documents.",
)
@click.option(
    "--sound",
    is_flag=True,
    help="Have scripts spoken, with the extra radio; DIR keeps the sound for as long as the script is the same.",
)
@click.option("--at", metavar="TIME", help="Show how things stand at this moment instead of now: 2015-06-04T10:00.")
@click.option(
    "--against",
    metavar="REV|FILE",
    help="Show what has changed since this git revision of FILE, or since another file.",
)
@ledger_option
def command(
    file: Path,
    output: Path,
    no_plugins: bool,
    lang: Code,
    pages: str,
    sound: bool,
    at: str | None,
    against: str | None,
    ledger: Path | None,
) -> None:
    """Make a page that shows what is wrong, the calendar, and each message as its readers would see it; nothing is
    sent. The folder can be opened, printed, and put on any web server."""
    with other_version(file, against) if against else nullcontext() as other:  # git, before plugins are loaded
        source, campaigns, problems, of_plugins = load_what_can_be_used(file, no_plugins)
        _make_room(output)
        preview = _gathered(file, campaigns, problems, at, ledger)
        preview = replace(preview, plugin_problems=tuple(of_plugins), findings=_found(source, campaigns))
        compared = _compared(preview, other) if other else None
        folder = Folder(output, {"all": None, "sample": SAMPLE_PAGES, "none": 0}[pages])
        artist = Artist(folder, preview.at, {"all": None, "sample": SAMPLE_SHEETS, "none": 0}[pages], heard=sound)
        write_pages(preview, folder, artist, lang, redactor.scrub, compared)
    folder.sweep()
    text = _(
        "The preview is in {file}: {messages}, {problems}.",
        file=output / INDEX,
        messages=counted(len(preview.sheets), "message"),
        problems=counted(preview.wrong, "problem"),
    )
    click.echo(text)
    if preview.wrong:
        raise SystemExit(1)


def _gathered(
    file: Path, campaigns: CampaignFile | None, problems: list[Problem], at: str | None, ledger: Path | None
) -> Preview:
    if campaigns is None:
        return Preview(file, datetime.now(UTC).astimezone(), (), tuple(problems))
    with Ledger.read(ledger_path(campaigns, ledger), "live") as book, collector_paused():
        return gather(campaigns, book, moment(at, campaigns.timezone), problems)


def _found(source: Source | None, campaigns: CampaignFile | None) -> tuple[Problem, ...]:
    """What the rules of ``check`` find wrong, or most likely wrong, in words and days."""
    if source is None or campaigns is None:
        return ()
    return tuple(one for one in rules_broken(campaigns, source, tuple(RULES)) if one.severity != "hint")


def _compared(preview: Preview, other: OtherVersion) -> Compared | None:
    """What differs from what can be used of the ``other`` version. Raises `BadFile` where that is no YAML."""
    if preview.file is None:
        return None
    reader = partial(read_source, beside=preview.file.folder)
    before = load_version(other, preview.file, reader, lambda source, plugins: load_usable(source, plugins)[0])
    return Compared(other.name, tuple(differences(preview, before)))


def _make_room(folder: Path) -> None:
    """Have the folder there. Raises `KohoctlError` where it holds something else than a preview."""
    index = folder / INDEX
    try:
        is_ours = index.is_file() and MARK in index.read_text(encoding="utf-8", errors="replace")[:4000]
        if folder.is_dir() and any(folder.iterdir()) and not is_ours:
            text = "{folder} holds other files than a preview's; name an empty folder, or a new one"
            raise KohoctlError(Sentence(text, folder=folder))
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = "{path} cannot be written: {reason}"
        raise KohoctlError(Sentence(text, path=folder, reason=error.strerror)) from error
