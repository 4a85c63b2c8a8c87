"""``kohoctl report``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from kohoctl.cli.common import (
    campaign_file,
    ledger_option,
    ledger_path,
    load_file,
    moment,
    no_plugins_option,
    redactor,
    rehearsal_ledger,
    write_file,
)
from kohoctl.language import translated as _
from kohoctl.ledger import Ledger
from kohoctl.report.gathering import gather
from kohoctl.report.values import Report
from kohoctl.report.words import LANGUAGES

FORMATS = ("markdown", "html", "docx", "csv", "json")


@click.command(short_help="Write the report of what was done, 「これまでに実施したこと」.")
@campaign_file
@no_plugins_option
@click.option("--format", "style", type=click.Choice(FORMATS), default="markdown", show_default=True)
@click.option(
    "--lang",
    type=click.Choice(list(LANGUAGES)),
    default="ja",
    show_default=True,
    help="The language of the report; that of all other words is kohoctl's own --lang.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; DOCX needs one."
)
@click.option("--rehearsal", is_flag=True, help="Report what was rehearsed, as of its last moment.")
@ledger_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    no_plugins: bool,
    style: str,
    lang: str,
    output: Path | None,
    rehearsal: bool,
    ledger: Path | None,
) -> None:
    """Write the report of what was done, from the ledger: each action with its days, then what went out by each
    channel, how far requests have come, the calls to the call centre, and what is open."""
    if style == "docx" and output is None:
        raise click.UsageError(_("a DOCX is not for a terminal: name the file to write with -o"))
    campaigns = load_file(file, no_plugins)
    path = rehearsal_ledger(ctx, campaigns.folder / "outbox", ledger) if rehearsal else ledger_path(campaigns, ledger)
    with Ledger.read(path, "rehearsal" if rehearsal else "live") as book:
        last = book.latest() if rehearsal else None
        now = last or moment(None, campaigns.timezone)
        report = gather(campaigns, book, now, is_rehearsal=rehearsal, scrub=redactor.scrub)
    if not path.exists():
        click.echo(_("There is no ledger {path} yet, so that nothing is reported as done.", path=path), err=True)
    content = _WRITERS[style](report, lang)
    if output is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
        return
    write_file(output, content)
    click.echo(_("The report is in {file}.", file=output))


def _markdown(report: Report, lang: str) -> bytes:
    from kohoctl.report.layout import laid_out
    from kohoctl.report.markdown import as_markdown

    return as_markdown(laid_out(report, LANGUAGES[lang])).encode()


def _html(report: Report, lang: str) -> bytes:
    from kohoctl.report.layout import laid_out
    from kohoctl.report.page import as_html

    return as_html(laid_out(report, LANGUAGES[lang]), LANGUAGES[lang].code).encode()


def _docx(report: Report, lang: str) -> bytes:
    from kohoctl.report.docx import as_docx
    from kohoctl.report.layout import laid_out

    return as_docx(laid_out(report, LANGUAGES[lang]))


def _csv(report: Report, lang: str) -> bytes:
    from kohoctl.report.spreadsheet import as_csv

    return as_csv(report)


def _json(report: Report, lang: str) -> bytes:
    from kohoctl.report.json import as_json

    return f"{json.dumps(as_json(report), ensure_ascii=False, indent=2)}\n".encode()


_WRITERS: dict[str, Callable[[Report, str], bytes]] = {
    "markdown": _markdown,
    "html": _html,
    "docx": _docx,
    "csv": _csv,
    "json": _json,
}
