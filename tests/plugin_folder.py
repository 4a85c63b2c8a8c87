"""A folder of plugins for the tests, and what is wrong with a message that goes out by one of them."""

from __future__ import annotations

import sys
from pathlib import Path

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.campaign.load import load, plugins_of, read
from kohoctl.plan import slots
from kohoctl.plugins import Plugins, find_plugins
from kohoctl.wording import Wording
from support import write

GOOD = """\
from kohoctl import Channel, Receipt, Rendition, hookimpl

class Good(Channel):
    kind = "{kind}"
    def render(self, message, recipient):
        return Rendition({{"text": message.body}})

@hookimpl
def kohoctl_channels():
    return [Good]
"""
CHECK = """\
from kohoctl import Problem, hookimpl

@hookimpl
def kohoctl_check(message, rendition):
    {body}
"""


def put(folder: Path, name: str, text: str) -> DeclaredPlugin:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / name).write_text(text, encoding="utf-8")
    return DeclaredPlugin(f"plugins/{name}")


def found(folder: Path) -> Plugins:
    """All plugins of the folder, each imported."""
    plugins = find_plugins(folder, [DeclaredPlugin("plugins/")])
    plugins.load_all()
    return plugins


def is_imported(folder: Path, name: str) -> bool:
    return any(getattr(module, "__file__", None) == str(folder / "plugins" / name) for module in sys.modules.values())


def problems_in(folder: Path, kind: str = "good", body: str = "文", more: str = "") -> list[str]:
    """What is wrong with the one rendition of a file that uses the kind ``good``, and the plugins in the folder."""
    path = write(
        folder,
        f"warning: {{title: 注意, when: 2015-06-04T10:00, channels: [way], body: '{body}'}}\n",
        f"way: {{kind: {kind}, owner: 甲}}\n",
        f"plugins: [plugins/]\n{more}",
    )
    source = read(path)
    file = load(source, find_plugins(folder, plugins_of(source)).extensions)
    (slot,) = slots(file)
    return [str(problem) for problem in Wording(file).render(slot).problems]
