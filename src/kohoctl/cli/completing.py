"""What a shell is told that asks how a command line may go on.

It asks at each press of a key, and loading a command takes longer than anybody waits. So what the commands take stands
in ``parameters.json``, and of a campaign file the YAML alone is read.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

from kohoctl.cli.file_names import FileNames

ASKED = "_KOHOCTL_COMPLETE"
"""The environment variable in which a shell that asks says which one it is."""
MOST = 2000
"""Names that are told: more than a terminal shows, and a few hundredths of a second."""
PARAMETERS = Path(__file__).with_name("parameters.json")

_ODD_IN_BASH = re.compile(r"([\s\"'\\$`&|;<>()*?!#~\[\]{}])")
_NAMES: Mapping[str, Callable[[FileNames], Iterable[str]]] = {
    "campaign": FileNames.campaigns,
    "channels": FileNames.channels,
    "key": FileNames.keys,
    "message": FileNames.messages,
    "name": FileNames.print_runs,
    "owners": FileNames.owners,
    "recipient": FileNames.recipients,
}
"""The parameters for which the campaign file has names."""


def answer() -> None:
    """Print how the line may go on: a line each, of what it is, the word, and what it means; nothing on any error."""
    with suppress(Exception):  # a shell shows what goes wrong in the middle of what is being typed
        line = os.environ["_KOHOCTL_LINE"]
        words = split_arg_string(line)
        unfinished = words.pop() if words and not line[-1:].isspace() else ""
        found = ShellComplete(_commands(), {"obj": words}, "kohoctl", ASKED).get_completions(words[1:], unfinished)
        cut = _cut_off(unfinished)
        for item in found[:MOST]:
            click.echo(f"{item.type}\t{_spelt(item.value[cut:])}\t{_one_line(item.help)}")


def _cut_off(unfinished: str) -> int:
    """How much of the word Bash has already, which takes a colon for the end of one."""
    return unfinished.rfind(":") + 1 if ":" in os.environ.get("_KOHOCTL_BREAKS", "") else 0


def _spelt(word: str) -> str:
    return _ODD_IN_BASH.sub(r"\\\1", word) if os.environ[ASKED] == "bash" else word


def _one_line(words: str | None) -> str:
    return " ".join((words or "").split())


def _commands() -> click.Group:
    """The commands with their parameters, and nothing that they do."""
    known: dict[str, dict[str, Any]] = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    whole = click.Group("kohoctl")
    for name, said in known.items():
        group = whole
        *around, last = name.split()
        for outer in around:
            inner = group.commands[outer]
            assert isinstance(inner, click.Group)  # noqa: S101 -- for the type checker: the file has it so
            group = inner
        made = click.Group if said["group"] else click.Command
        parameters = [_parameter(parameter) for parameter in said["parameters"]]
        group.add_command(made(last, params=parameters, help=said["help"], short_help=said["help"]))
    return whole


def _parameter(said: Mapping[str, Any]) -> click.Parameter:
    kind = click.Choice(said["words"]) if said["words"] else click.Path() if said["path"] else click.STRING
    more: dict[str, Any] = {} if said["words"] or said["path"] else {"shell_complete": _names}
    if not said["options"]:
        return click.Argument([said["name"]], required=False, type=kind, **more)
    if said["flag"]:
        return click.Option([*said["options"], said["name"]], is_flag=True, help=said["help"])
    options = [*said["options"], said["name"]]
    return click.Option(options, type=kind, multiple=said["multiple"], help=said["help"], **more)


def _names(context: click.Context, parameter: click.Parameter, unfinished: str) -> list[CompletionItem]:
    """The names in the campaign file that begin as the word does. (click has no values yet where an option ends the
    line: the words themselves tell which file it is, and which campaign.)"""
    words: list[str] = context.find_root().obj
    path = next((path for word in words[2:] if (path := Path(word)).is_file()), None)
    names = _NAMES.get(parameter.name or "")
    if path is None or names is None:
        return []
    campaign = next((chosen for word, chosen in pairwise(words) if word == "--campaign"), None)
    found = names(FileNames.read(path, campaign))
    return [CompletionItem(name) for name in dict.fromkeys(found) if name.startswith(unfinished)]
