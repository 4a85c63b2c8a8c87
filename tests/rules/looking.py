"""What the rules find in a small campaign file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from kohoctl.campaign.load import load, read
from kohoctl.campaign.source import split_lines
from kohoctl.plugins import find_plugins
from kohoctl.problem import Problem
from kohoctl.rules import RULES, broken_rules
from kohoctl.rules.example import example


def found_in(folder: Path, text: str, rules: Collection[str] = tuple(RULES)) -> list[Problem]:
    """What breaks ``rules`` in a campaign file of that text."""
    path = folder / "campaigns.yaml"
    path.write_text(text, encoding="utf-8")
    source = read(path)
    file = load(source, find_plugins(folder, ()).extensions)
    return list(broken_rules(file, source, rules, lambda name: split_lines(Path(name).read_text(encoding="utf-8"))))


def finds(folder: Path, rule: str, body: str, **more: Any) -> list[str]:
    """What ``rule`` says of a message with that text."""
    return [str(problem) for problem in found_in(folder, example(body=body, **more), (rule,))]
