"""What the rules find in a small campaign file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from kohoctl.campaign.load import load, read
from kohoctl.campaign.source import split_lines
from kohoctl.cli.check import rendition_problems
from kohoctl.plugins import find_plugins
from kohoctl.problem import Problem
from kohoctl.rules import RULES, broken_rules
from kohoctl.rules.example import example

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(24)


def found_in(folder: Path, text: str, rules: Collection[str] = tuple(RULES)) -> list[Problem]:
    """What breaks ``rules`` in a campaign file of that text, the kinds' own among them."""
    path = folder / "campaigns.yaml"
    (folder / "chirashi.png").write_bytes(PICTURE)
    path.write_text(text, encoding="utf-8")
    source = read(path)
    file = load(source, find_plugins(folder, ()).extensions)
    own = (problem for problem in rendition_problems(file) if problem.rule is None or problem.rule in rules)
    return [*own, *broken_rules(file, source, rules, lambda name: split_lines(Path(name).read_text(encoding="utf-8")))]


def finds(folder: Path, rule: str, body: str, **more: Any) -> list[str]:
    """What ``rule`` says of a message with that text."""
    return [str(problem) for problem in found_in(folder, example(body=body, **more), (rule,))]
