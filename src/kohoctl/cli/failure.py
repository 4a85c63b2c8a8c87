"""What a person reads when a command fails."""

from __future__ import annotations

import os
import tempfile
import traceback
from pathlib import Path

import click

from kohoctl.campaign.text import problems_text
from kohoctl.cli.common import redactor
from kohoctl.errors import BadFile, KohoctlError
from kohoctl.language import counted, said
from kohoctl.language import translated as _

USAGE = 2
BUG = 70
"""Exit code of a bug, as in BSD's sysexits.h (EX_SOFTWARE)."""


def explain(error: Exception) -> int:
    """Say on stderr what went wrong and what to do, and return the exit code."""
    if isinstance(error, BadFile):
        for text in problems_text(error.problems):
            click.echo(redactor.scrub(text), err=True)
        click.echo(_("{problems}; nothing was sent", problems=counted(len(error.problems), "problem")), err=True)
        return error.exit_code
    if isinstance(error, KohoctlError):
        click.echo(f"kohoctl: {redactor.scrub(said(error))}", err=True)
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        _silence_stdout()  # the reader has left
        return 0
    if isinstance(error, UnicodeEncodeError):
        click.echo(f"kohoctl: {_('an argument holds bytes that are no text here')}", err=True)
        return USAGE
    if isinstance(error, OSError):
        _silence_stdout()
        why = said(error.strerror or type(error).__name__)
        click.echo(f"kohoctl: {why}{f': {error.filename}' if error.filename else ''}", err=True)
        return KohoctlError.exit_code
    return _report_bug(error)


def _silence_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python's own last flush does not fail too


def _report_bug(error: Exception) -> int:
    text = redactor.scrub("".join(traceback.format_exception(error)))
    with tempfile.NamedTemporaryFile("w", prefix="kohoctl-bug-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(text)
    click.echo(
        _(
            "kohoctl: this is a bug in kohoctl ({error}). What the ledger holds stays as it is.\n"
            "Please send in {log}: it holds no secret, but may quote the campaign file.",
            error=type(error).__name__,
            log=Path(log.name),
        ),
        err=True,
    )
    return BUG
