"""``kohoctl plugins list``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import click

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.campaign.load import plugins_of, read
from kohoctl.campaign.text import problems_text
from kohoctl.channel import Channel
from kohoctl.cli.check_formats import problem_json
from kohoctl.cli.common import echo_json, no_plugins_option, supervise
from kohoctl.cli.plugins.fields import Setting, settings_of
from kohoctl.language import Sentence, both, counted, listed, said
from kohoctl.language import translated as _
from kohoctl.plugins import Plugins, find_plugins
from kohoctl.plugins.sources import Source
from kohoctl.settings import Settings, Version
from kohoctl.stand_ins import StandIn

ABILITIES = ("find", "revise", "retract")
"""What a kind may be able to do beside delivering, each by a method of that name."""
USUAL_FILE = Path("campaigns.yaml")


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind as the command shows it. ``why_not`` says why it cannot be used, where that is so."""

    kind: str
    version: str | None
    origins: list[str]
    summary: str
    why_not: str | None
    can: list[str]
    form: str
    concurrency: int
    rate: str | None
    resend_safe_for_seconds: float
    limits: dict[str, dict[str, object]]
    settings: list[Setting]
    message_fields: list[Setting]


@click.command(short_help="Show every kind of channel at hand, where it comes from and what may be set.")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@no_plugins_option
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(path: Path | None, no_plugins: bool, style: str) -> None:
    """Show every kind of channel at hand, where it comes from and what may be set.

    FILE is a campaign file, whose plugins are shown beside the built-in and the installed ones, or a plugin's own file
    or folder; campaigns.yaml if left out, where there is one.
    """
    supervise()
    plugins = _plugins(path, no_plugins)
    plugins.load_all()
    kinds = [_shown(plugins, name) for name in plugins.names()]
    others = {origin: hooks for origin in plugins.sources if (hooks := _other_hooks(plugins, origin))}
    _extensions = plugins.extensions  # so that what two plugins bring under one name is a problem by now
    problems = [*plugins.mistakes, *plugins.problems]
    if style == "json":
        shown = {"kinds": [asdict(kind) for kind in kinds], "hooks": others}
        echo_json(shown | {"problems": [problem_json(problem) for problem in problems]})
    else:
        for kind in kinds:
            click.echo("\n".join(_lines(kind)) + "\n")
        for origin, hooks in others.items():
            named = _("hooks: {names}", names=", ".join(hooks))
            click.echo(f"{click.style(origin, bold=True)}\n  {named}\n")
        for text in problems_text(problems):
            click.echo(text)
        click.echo(listed([counted(len(kinds), "kind"), counted(len(problems), "problem")]))
    if problems:
        raise SystemExit(1)


def _plugins(path: Path | None, no_plugins: bool) -> Plugins:
    """The plugins at hand for a campaign file, or beside a plugin's own file or folder."""
    if path is None:
        path = USUAL_FILE if USUAL_FILE.is_file() else None
    if path is None:
        return find_plugins(Path(), only_built_in=no_plugins)
    if path.is_dir() or path.suffix == ".py":
        return find_plugins(path.resolve().parent, [DeclaredPlugin(path.resolve().name)], only_built_in=no_plugins)
    return find_plugins(path.parent, plugins_of(read(path)), only_built_in=no_plugins)


def _shown(plugins: Plugins, name: str) -> KindShown:
    kind = plugins.kind(name) or Channel
    origins = plugins.origins(name)
    source = plugins.sources.get(origins[0]) if origins else None
    why_not = said(kind.reason) if issubclass(kind, StandIn) else None
    return KindShown(
        kind=name,
        version=_version_of(source),
        origins=origins,
        summary=(kind.__doc__ or "").strip().partition("\n")[0] if not why_not else "",
        why_not=why_not,
        can=[ability for ability in ABILITIES if _can(kind, ability)],
        form=kind.form,
        concurrency=kind.concurrency,
        rate=kind.rate,
        resend_safe_for_seconds=kind.resend_safe_for.total_seconds(),
        limits={field: asdict(limit) for field, limit in kind.limits.items()},
        settings=list(settings_of(kind.settings_model, Settings)) if not why_not else [],
        message_fields=list(settings_of(kind.version_model, Version)) if not why_not else [],
    )


def _version_of(source: Source | None) -> str | None:
    if source is None:
        return None
    return version("kohoctl") if source.kinds is not None else source.version


def _can(kind: type[Channel], ability: str) -> bool:
    return getattr(kind, ability, None) is not getattr(Channel, ability, None)


def _other_hooks(plugins: Plugins, origin: str) -> list[str]:
    return [hook for hook in plugins.hooks(origin) if hook != "kohoctl_channels"]


def _lines(kind: KindShown) -> Iterator[str]:
    yield f"{click.style(kind.kind, bold=True)}  {kind.summary}".rstrip()
    yield "  " + _("from: {origins}", origins=_origins(kind))
    if kind.why_not:
        yield click.style("  " + _("cannot be used: {why}", why=kind.why_not), fg="red")
        return
    abilities = [*kind.can, *([_("resend within {span}", span=_span(kind))] if kind.resend_safe_for_seconds else [])]
    yield "  " + _("can: {abilities}", abilities=listed([f"deliver ({kind.form})", *abilities]))
    at_once = _("{count} at a time", count=kind.concurrency)
    yield "  " + _("pace: {pace}", pace=listed([at_once, *([kind.rate] if kind.rate else [])]))
    for field, limit in kind.limits.items():
        values = {"field": field, "most": limit["most"], "unit": limit["unit"], "why": limit["reason"]}
        yield "  " + _("limit: {field}, {most} {unit}: {why}", **values)
    for title, settings in ((_("settings:"), kind.settings), (_("a message may say:"), kind.message_fields)):
        if settings:
            yield f"  {title}"
            yield from (f"    {_setting(setting)}" for setting in settings)


def _origins(kind: KindShown) -> str:
    origins = both(kind.origins) if kind.origins else Sentence("a plugin that did not load")
    return listed([said(origins), *([kind.version] if kind.version else [])])


def _span(kind: KindShown) -> str:
    hours = timedelta(seconds=kind.resend_safe_for_seconds) / timedelta(hours=1)
    return _("{count:g} hours", count=hours) if hours >= 1 else _("{count:g} minutes", count=60 * hours)


def _setting(setting: Setting) -> str:
    default = _("{value} if left out", value=setting.default) if setting.default else _("may be left out")
    need = _("needed") if setting.needed else default
    typed = ": {env: NAME} or {file: PATH}" if setting.secret else ""
    return f"{setting.name} ({setting.type}{typed}; {need}): {setting.description}"
