"""The rules of ``kohoctl check``: what is most likely wrong with a campaign's words and days, or could be plainer.

A file for each group of rules; each gives its own as ``RULES``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.source import Source
from kohoctl.problem import Problem
from kohoctl.rules import characters, days, facts, links, moments, plain, renditions
from kohoctl.rules.rule import Finding, Rule, Subject
from kohoctl.rules.switches import Lines, Switches
from kohoctl.rules.texts import subject_of

RULES: Mapping[str, Rule] = {
    rule.name: rule for group in (facts, links, days, moments, characters, plain, renditions) for rule in group.RULES
}
"""Every rule by its name."""


MOST = 1_000
"""Places that are shown of one rule: more than anybody mends at a time. How many more there are is said."""


def broken_rules(file: CampaignFile, source: Source, names: Collection[str], lines: Lines) -> Iterator[Problem]:
    """What breaks the rules ``names``, and is not allowed by a comment; and what is wrong with such comments.

    ``lines`` gives the lines of a file by its name as problems show it.
    """
    if names:
        subject, switches = subject_of(file, source), Switches(lines)
        for rule in (RULES[name] for name in names):
            yield from _bounded(rule, _found(rule, subject, switches))
        yield from switches.problems(str(file.path), names, RULES)


def _found(rule: Rule, subject: Subject, switches: Switches) -> Iterator[Finding | Problem]:
    for found in rule.look(subject) if rule.look else ():
        file = found.text.file if isinstance(found, Finding) else found.place.file if found.place else None
        if file is None or not switches.may_allow(rule.name, file) or not switches.allow(rule.name, found.place):
            yield found


def _bounded(rule: Rule, found: Iterator[Finding | Problem]) -> Iterator[Problem]:
    for one in islice(found, MOST):
        problem = one.problem if isinstance(one, Finding) else one
        yield replace(problem, rule=rule.name, severity=rule.severity)
    if more := sum(1 for _ in found):
        text = "{rule}: {more} more places, which are not shown"
        values = {"rule": rule.name, "more": more}
        yield Problem(text, values, hint="mend those above first", rule=rule.name, severity=rule.severity)
