"""``kohoctl plugins test``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.campaign.text import problems_text
from kohoctl.cli.common import echo_json, supervise
from kohoctl.cli.words import in_columns
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence, counted, listed, said
from kohoctl.language import translated as _
from kohoctl.plugins import find_plugins
from kohoctl.plugins.sources import PASSED_OVER
from kohoctl.stand_ins import StandIn

if TYPE_CHECKING:
    from kohoctl.channel import Channel
    from kohoctl.testing import Result

MARKS = {"kept": ("✓", "green"), "broken": ("✗", "red"), "left out": ("–", "yellow")}


@click.command(short_help="Try a plugin against the contract that every channel keeps.")
@click.argument("path", metavar="PATH", type=click.Path(exists=True, path_type=Path))
@click.option("--rule", "only", metavar="NAME", multiple=True, help="Try this rule alone; may be given several times.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(path: Path, only: Sequence[str], style: str) -> None:
    """Try a plugin, or each one in a folder, against the contract that every channel keeps.

    PATH is the plugin's file, or a folder of plugins. Everything happens on this machine: the channel is given a
    service that takes what it sends, and then one that fails in every way that services do. What the plugin's own
    service answers, and which settings it is tried with, may be said in test_NAME.py beside it.
    """
    from kohoctl.testing import RULES, contracts_beside, try_kind

    out = sys.stdout
    click.get_current_context().with_resource(redirect_stdout(sys.stderr))  # whichever thread of a plugin's prints
    supervise(may_reach_out=True)
    if unknown := [rule for rule in only if rule not in RULES]:
        text = "there is no rule {name}; the rules are {known}"
        raise click.BadParameter(_(text, name=unknown[0], known=", ".join(RULES)), param_hint="--rule")
    results: list[Result] = []
    problems = []
    for file in _plugin_files(path):
        kinds, wrong = _kinds_in(file)
        problems += wrong
        for contract in contracts_beside(file, kinds):
            if style == "text":
                click.echo(f"{click.style(contract.kind.kind, bold=True)}  {file}", out)
            for result in try_kind(contract, only):
                results.append(result)
                if style == "text":
                    _show(result, out)
    _close(path, results, problems, style, out)


def _close(path: Path, results: Sequence[Result], problems: Sequence[str], style: str, out: TextIO) -> None:
    tally = Counter(_state(result) for result in results)
    if style == "json":
        shown = {"path": str(path), "results": [_as_json(result) for result in results], "problems": list(problems)}
        echo_json(shown, out)
    else:
        for text in problems:
            click.echo(text, err=True)
        parts = listed(_("{number} {word}", number=tally[state], word=said(state)) for state in MARKS if tally[state])
        text = "{path}: {rules} tried: {outcomes}" if parts else "{path}: {rules} tried"
        click.echo(_(text, path=path, rules=counted(len(results), "rule"), outcomes=parts), out)
    if problems or tally["broken"]:
        raise SystemExit(1)
    if not results:
        raise KohoctlError(Sentence("{path} brings no kind of channel, so there was nothing to try", path=path))


def _plugin_files(path: Path) -> list[Path]:
    """The plugins at ``path``; a package's are the modules in it."""
    if path.is_file():
        return [path]
    found = sorted(file for file in path.glob("*.py") if not file.name.startswith(PASSED_OVER))
    return found or sorted(path.glob("src/*/__init__.py"))


def _kinds_in(file: Path) -> tuple[dict[str, type[Channel]], list[str]]:
    plugins = find_plugins(file.resolve().parent, [DeclaredPlugin(file.name)], with_installed=False)
    plugins.load_all()
    mine = [name for name in plugins.names() if file.name in plugins.origins(name)]
    found = {name: kind for name in mine if (kind := plugins.kind(name)) and not issubclass(kind, StandIn)}
    told = [problem for problem in plugins.problems if file.name in str(problem)]
    return found, list(problems_text([*plugins.mistakes, *told]))


def _state(result: Result) -> str:
    return "broken" if result.broken else "left out" if result.left_out else "kept"


def _show(result: Result, out: TextIO) -> None:
    state = _state(result)
    mark, colour = MARKS[state]
    reason = f"  {result.left_out}" if result.left_out else ""
    click.echo(f"  {click.style(mark, fg=colour)} {result.rule}{reason}", out)
    if result.broken:
        for word, text in (
            (_("expected:"), result.broken.expected),
            (_("seen:"), result.broken.seen),
            (_("to mend it:"), result.broken.mend),
        ):
            click.echo(f"      {in_columns(word, 12)}{text}", out)
    out.flush()


def _as_json(result: Result) -> dict[str, object]:
    broken = result.broken
    return {
        "kind": result.kind,
        "rule": result.rule,
        "state": _state(result),
        "expected": broken.expected if broken else None,
        "seen": broken.seen if broken else None,
        "mend": broken.mend if broken else None,
        "reason": result.left_out,
        "seconds": round(result.seconds, 3),
    }
