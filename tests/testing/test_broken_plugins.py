"""Plugins that break a rule are caught by that rule, and by no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kohoctl.campaign.file import DeclaredPlugin
from kohoctl.plugins import find_plugins
from kohoctl.testing import Result, contracts_beside, try_kind
from testing.broken_plugins import BROKEN_PLUGINS, SOUND, BrokenPlugin


def tried(file: Path, only: frozenset[str] = frozenset()) -> list[Result]:
    """What comes of trying the plugin in ``file``."""
    plugins = find_plugins(file.parent, [DeclaredPlugin(file.name)], only_built_in=False)
    kind = plugins.kind("police-bulletin")
    assert kind is not None
    (contract,) = contracts_beside(file, {"police-bulletin": kind})
    return list(try_kind(contract, only))


def test_the_plugin_that_they_are_made_of_keeps_every_rule(tmp_path: Path) -> None:
    (tmp_path / "sound.py").write_text(SOUND, encoding="utf-8")
    assert [result for result in tried(tmp_path / "sound.py") if result.broken] == []


@pytest.mark.parametrize("plugin", BROKEN_PLUGINS, ids=lambda plugin: plugin.name)
def test_a_broken_plugin_is_caught_by_the_rules_that_it_breaks(plugin: BrokenPlugin, tmp_path: Path) -> None:
    broken = {result.rule: result.broken for result in tried(plugin.write(tmp_path), plugin.rules)}
    assert set(broken) == plugin.rules
    for said in broken.values():
        assert said is not None
        assert all((said.expected, said.seen, said.mend))


@pytest.mark.slow
@pytest.mark.parametrize("plugin", BROKEN_PLUGINS, ids=lambda plugin: plugin.name)
def test_and_by_no_other(plugin: BrokenPlugin, tmp_path: Path) -> None:
    assert {result.rule for result in tried(plugin.write(tmp_path)) if result.broken} == plugin.rules
