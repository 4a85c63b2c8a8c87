"""The rules of ``kohoctl check``: what is most likely wrong with a campaign's words and days, or could be plainer.

A file for each group of rules; each gives its own as ``RULES``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.source import Source
from kohoctl.problem import Problem
from kohoctl.rules import facts
from kohoctl.rules.rule import Rule
from kohoctl.rules.switches import Lines, without_allowed
from kohoctl.rules.texts import subject_of

RULES: Mapping[str, Rule] = {rule.name: rule for group in (facts,) for rule in group.RULES}
"""Every rule by its name."""


def broken_rules(file: CampaignFile, source: Source, names: Collection[str], lines: Lines) -> Iterator[Problem]:
    """What breaks the rules ``names``, and is not allowed by a comment; and what is wrong with such comments.

    ``lines`` gives the lines of a file by its name as problems show it.
    """
    if names:
        subject = subject_of(file, source)
        found = (
            replace(problem, rule=name, severity=RULES[name].severity)
            for name in names
            for problem in RULES[name].look(subject)
        )
        yield from without_allowed(found, RULES, str(file.path), lines)
