"""``kohoctl check``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import click

from kohoctl.campaign.encodings import decoded
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.source import Source, read_bounded, split_lines
from kohoctl.campaign.text import READ_BYTES, problems_text
from kohoctl.campaign.tree import collector_paused
from kohoctl.cli.common import echo_json, load_file_and_problems, no_plugins_option
from kohoctl.language import counted, listed, said
from kohoctl.language import translated as _
from kohoctl.plan import slots
from kohoctl.problem import Problem, Severity
from kohoctl.wording import Wording

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@click.command(short_help="Name every problem of a campaign file and of what it would send.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path), required=False)
@no_plugins_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    show_default=True,
)
@click.option(
    "--rules",
    "wanted",
    metavar="NAMES",
    default="all",
    show_default=True,
    help="Which rules are looked at beside the file itself: all, none, or names with commas between.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="warning",
    show_default=True,
    help="The least that makes the exit code 1.",
)
@click.option("--fix", is_flag=True, help="Mend what can be mended without a doubt, in FILE itself.")
@click.option("--explain", metavar="RULE", help="Say what a rule is for, with an example, and stop there.")
def command(
    file: Path | None, no_plugins: bool, style: str, wanted: str, fail_on: Severity, fix: bool, explain: str | None
) -> None:
    """Name every problem of the campaign file, its facts, and of what each channel would send; what is most likely
    wrong with its words and days; and what could be said more plainly."""
    if explain is not None:
        from kohoctl.rules.explaining import explained

        click.echo(explained(_rule_names(explain)[0]))
        return
    if file is None:
        raise click.UsageError(_("name the campaign file to check"))
    names = _rule_names(wanted)
    problems = _problems(file, no_plugins, names)
    if fix and (mended := _mended(problems)):
        click.echo(_("mended: {places}", places=counted(mended, "place")), err=True)
        problems = _problems(file, no_plugins, names)
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    _show(problems, file, style, failing)
    if any(problem.severity in failing for problem in problems):
        raise SystemExit(1)


def _rule_names(wanted: str) -> tuple[str, ...]:
    """The rules that ``wanted`` names. Raises UsageError for one that there is not."""
    if wanted == "none":
        return ()
    from kohoctl.campaign.problems import no_such
    from kohoctl.rules import RULES

    if wanted == "all":
        return tuple(RULES)
    names = tuple(name.strip() for name in wanted.split(",") if name.strip())
    for name in names:
        if name not in RULES:
            wrong = said(no_such("rule", name, RULES))
            raise click.UsageError(_("{problem} The rules are {known}.", problem=wrong, known=", ".join(RULES)))
    return names


def _problems(file: Path, no_plugins: bool, names: Sequence[str]) -> list[Problem]:
    """Everything that is wrong, each once, and what breaks the rules ``names``."""
    source, campaigns, problems = load_file_and_problems(file, no_plugins)
    if campaigns is None or source is None:
        return problems
    problems += _once([*rendition_problems(campaigns), *list_problems(campaigns)])
    return problems + rules_broken(campaigns, source, names)


def rules_broken(campaigns: CampaignFile, source: Source, names: Sequence[str]) -> list[Problem]:
    """What breaks the rules ``names`` and is not allowed there, each once, in the order of the files."""
    if not names:
        return []
    from kohoctl.rules import broken_rules

    with collector_paused():
        found = list(_once(broken_rules(campaigns, source, names, cache(_lines))))
    return sorted(found, key=lambda one: (one.place is None, one.place and (one.place.file, one.place.line)))


def _lines(file: str) -> Sequence[str]:
    try:
        content = read_bounded(Path(file), READ_BYTES)
    except (OSError, ValueError):
        return ()  # it was read a moment ago: without its lines, no comment in it switches anything off
    return split_lines(decoded(content or b""))


def rendition_problems(campaigns: CampaignFile) -> list[Problem]:
    """The problems of everything that the file would send, each once."""
    wording = Wording(campaigns)
    return list(_once(problem for slot in slots(campaigns) for problem in wording.render(slot).problems))


def list_problems(campaigns: CampaignFile) -> Iterator[Problem]:
    """The problems of the private lists' people, under a key of the moment: here they need not be known again."""
    if campaigns.people:
        import secrets  # brings what most files do without

        people = campaigns.with_people(lambda _: secrets.token_hex())
        yield from people.unusable_rows
        yield from rendition_problems(people)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen = set()
    for problem in problems:
        mark = (str(problem), problem.place)
        if mark not in seen:
            seen.add(mark)
            yield problem


def _mended(problems: Sequence[Problem]) -> int:
    from kohoctl.rules.mending import mend

    return mend(problems)


def _show(problems: Sequence[Problem], file: Path, style: str, failing: Sequence[Severity]) -> None:
    if style == "text":
        for text in problems_text(problems):
            click.echo(text)
        click.echo(_("{file}: {outcome}", file=file, outcome=_counted(problems)))
        return
    from kohoctl.cli import check_formats as formats

    if style == "json":
        echo_json(formats.as_json(problems, file))
    elif style == "sarif":
        from importlib.metadata import version

        from kohoctl.rules import RULES

        echo_json(formats.as_sarif(problems, file, RULES, version("kohoctl")))
    elif style == "junit":
        click.echo(formats.as_junit(problems, file, failing))
    elif problems:
        click.echo(formats.as_annotations(problems, file))


def _counted(problems: Sequence[Problem]) -> str:
    """``2 problems, 1 warning``; ``no problems``."""
    numbers = {severity: sum(problem.severity == severity for problem in problems) for severity in SEVERITIES}
    told = {
        "error": counted(numbers["error"], "problem"),
        "warning": counted(numbers["warning"], "warning"),
        "hint": counted(numbers["hint"], "hint"),
    }
    return listed(told[severity] for severity in SEVERITIES if numbers[severity]) or _("no problems")
