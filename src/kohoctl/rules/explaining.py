"""What a rule is for, in words: on the terminal, in the language that is spoken, and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import ndiff

from kohoctl.language import LANGUAGES, spoken
from kohoctl.rules import RULES
from kohoctl.rules.rule import Rule

SEVERITIES = {
    "error": ("an error: it is wrong", "誤り（error）"),
    "warning": ("a warning: it is most likely wrong", "注意（warning）"),
    "hint": ("a hint: it could be said more plainly", "参考（hint）"),
}
"""What each severity means, in English and in Japanese."""


def explained(name: str) -> str:
    """The rule in the language that is spoken, what breaks it, and the same mended."""
    rule, number = RULES[name], LANGUAGES.index(spoken())
    severity, why = SEVERITIES[rule.severity][number], rule.why[number]
    return "\n".join(
        [
            (f"{name}: {rule.title[0]}", f"{name}：{rule.title[1]}")[number],
            "",
            (f"It is {severity}. {why}", f"種別：{severity}　{why}")[number],
            "",
            *changed_lines(rule.wrong, rule.right),
            "",
            how_to_allow(rule)[number],
        ]
    )


def how_to_allow(rule: Rule) -> tuple[str, str]:
    """What to write where it is right after all, in English and in Japanese."""
    if rule.look is None:
        return (
            "It cannot be switched off: nothing goes out as long as it is so.",
            "この誤りがある間は送信されないため、許容する方法はありません。",
        )
    return (
        f"To allow it, with the reason: # kohoctl: allow {rule.name} -- REASON",
        f"理由を付して許容する場合: # kohoctl: allow {rule.name} -- 理由",
    )


def changed_lines(wrong: str, right: str) -> Sequence[str]:
    """The lines of both that differ, as a difference shows them."""
    lines = ndiff(wrong.splitlines(), right.splitlines())
    return [line for line in lines if line.startswith(("- ", "+ "))]
