"""``kohoctl plugins new``."""

from __future__ import annotations

import keyword
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import click

import kohoctl
import kohoctl.testing
from kohoctl.errors import KohoctlError
from kohoctl.language import Sentence
from kohoctl.language import translated as _
from kohoctl.plugins.sources import BUILT_IN, PASSED_OVER

WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]")
"""The words in city-board, city_board, CityBoard or "city board"."""
PLUGINS = Path("plugins")


@dataclass(frozen=True, slots=True)
class Name:
    """A plugin's name as each place spells it."""

    words: tuple[str, ...]

    @property
    def kind(self) -> str:
        return "-".join(self.words)

    @property
    def module(self) -> str:
        return "_".join(self.words)

    @property
    def type(self) -> str:
        return "".join(word.capitalize() for word in self.words)

    @property
    def package(self) -> str:
        return f"kohoctl-{self.kind}"

    def put_into(self, text: str) -> str:
        """A file of the scaffold, whose plugin is called city-board, with this name instead."""
        spelt = {"city-board": self.kind, "city_board": self.module, "CityBoard": self.type}
        spelt["CITY_BOARD"] = self.module.upper()
        for old, new in spelt.items():
            text = text.replace(old, new)
        return text


@click.command(short_help="Make a new plugin with its test, or a package of one.")
@click.argument("name", metavar="NAME")
@click.option("--package", "as_package", is_flag=True, help="Make a package that can be installed, with tests and CI.")
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to put it into; plugins/ if left out, for a package the current one.",
)
def command(name: str, as_package: bool, into: Path | None) -> None:
    """Make a new plugin with its test: a channel that works, and says where it is to be changed.

    NAME is the kind's name, the word after kind: in a campaign file, such as city-board. No file is overwritten.
    """
    plugin = Name(_words(name))
    if (why := _why_not(plugin, as_package)) is not None:
        text = "{problem}: choose another name, such as our-{kind}"
        raise click.BadParameter(_(text, problem=why, kind=plugin.kind), param_hint="NAME")
    made = _package(plugin) if as_package else _file(plugin)
    folder = into or (Path() if as_package else PLUGINS)
    _write(folder, made)
    for path in made:
        click.echo(_("made {path}", path=folder / path))
    click.echo(_next(plugin, folder, as_package))


def _words(name: str) -> tuple[str, ...]:
    """The words of a kind's name. Raises `click.BadParameter` for what cannot be one."""
    words = tuple(word.lower() for word in WORDS.findall(name))
    if not words or re.search(r"[^A-Za-z0-9 _-]", name) or not name[:1].isalpha():
        why = "a kind's name has Latin letters, digits and hyphens, and begins with a letter: city-board"
        raise click.BadParameter(_(why), param_hint="NAME")
    return words


def _why_not(plugin: Name, as_package: bool) -> str | None:
    """Why a plugin cannot have this name; None where it can. A package's module begins with kohoctl_."""
    if plugin.kind in BUILT_IN:
        return Sentence("{name} is a kind that kohoctl has already", name=plugin.kind)
    if keyword.iskeyword(plugin.type) or plugin.type in (*kohoctl.__all__, *kohoctl.testing.__all__):
        return Sentence("the class {name} would stand in the way of what a plugin needs", name=plugin.type)
    if as_package:
        return None
    if plugin.module.startswith(PASSED_OVER):
        return Sentence("{name}.py would be passed over in a folder of plugins", name=plugin.module)
    if keyword.iskeyword(plugin.module) or plugin.module in sys.stdlib_module_names:
        return Sentence("{name} is a name of Python's own", name=plugin.module)
    if _is_installed(plugin.module):
        text = "{name} is an installed module, which the plugin's test would find instead"
        return Sentence(text, name=plugin.module)
    return None


def _is_installed(module: str) -> bool:
    here = Path.cwd()
    return PathFinder.find_spec(module, [folder for folder in sys.path if Path(folder).resolve() != here]) is not None


def _file(plugin: Name) -> dict[Path, str]:
    return {
        Path(f"{plugin.module}.py"): _scaffold(plugin, "plugin/city_board.py"),
        Path(f"test_{plugin.module}.py"): _scaffold(plugin, "plugin/test_city_board.py"),
    }


def _package(plugin: Name) -> dict[Path, str]:
    root, module = Path(plugin.package), f"kohoctl_{plugin.module}"
    test = _scaffold(plugin, "plugin/test_city_board.py").replace(f"from {plugin.module} ", f"from {module} ")
    project = _scaffold(plugin, "package/pyproject.toml")
    return {
        root / "pyproject.toml": project.replace("kohoctl>=0.1.0", f"kohoctl>={version('kohoctl')}"),
        root / "README.md": _scaffold(plugin, "package/README.md"),
        root / "src" / module / "__init__.py": _scaffold(plugin, "plugin/city_board.py"),
        root / "src" / module / "py.typed": "",
        root / "tests" / f"test_{plugin.module}.py": test,
        root / ".github" / "workflows" / "test.yml": _scaffold(plugin, "package/test.yml"),
        root / ".gitignore": _scaffold(plugin, "package/gitignore"),
    }


def _scaffold(plugin: Name, name: str) -> str:
    return plugin.put_into((files("kohoctl") / "scaffold" / name).read_text(encoding="utf-8"))


def _write(folder: Path, made: Mapping[Path, str]) -> None:
    """Write all of the files, or none where one is there already, be it a link that leads nowhere."""
    there = [str(folder / path) for path in made if os.path.lexists(folder / path)]
    if there:
        raise KohoctlError(
            Sentence(
                "nothing was made, since there is already {files}: take it away, or choose --into",
                files=", ".join(there),
            )
        )
    try:
        for path, text in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise KohoctlError(
            Sentence("{path} cannot be written: {reason}", path=folder / path, reason=error.strerror)
        ) from error


def _as_path(folder: Path) -> str:
    """A folder as pip takes it for no package's name."""
    return str(folder) if folder.is_absolute() else f"./{folder}"


def _next(plugin: Name, folder: Path, as_package: bool) -> str:
    """What to do now, as commands and lines to copy."""
    channel = f"""\
  channels:
    {plugin.kind}:
      kind: {plugin.kind}
      owner: 広報課
      url: https://service.example
      token: {{env: {plugin.module.upper()}_TOKEN}}"""
    if as_package:
        root = folder / plugin.package
        return f"""
{_("Install it, and try it:")}
  pip install -e '{_as_path(root)}[test]'
  kohoctl plugins test {root}

{_("A campaign file may then use it:")}
{channel}"""
    change = _('Change what is marked "Change" in it. A campaign file beside {folder}/ may use it:', folder=folder)
    return f"""
{_("Try it:")}
  kohoctl plugins test {folder / plugin.module}.py

{change}
  plugins: [{folder}/]
{channel}"""
