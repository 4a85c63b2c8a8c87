"""The pages of the rules of ``kohoctl check``: the table of all, and one for each, made from the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping

from kohoctl.rules import RULES
from kohoctl.rules.explaining import SEVERITIES, changed_lines, how_to_allow
from kohoctl.rules.rule import Rule

_PAGE = """\
# {name}

{title[0]}. It is {severity[0]}.

{why[0]}

{title[1]}　　{severity[1]}

{why[1]}

## Example 例

This file breaks it. このファイルは、この規則に反します。

```yaml
{wrong}```

It is mended so. 次のとおり直します。

```diff
{changed}
```

## Where it is right after all 許容する場合

{allow[0]}

{allow[1]}

[All rules すべての規則](../rules.md)
"""


def rule_pages() -> Mapping[str, str]:
    """The page of each rule, by its name."""
    return {name: _page(rule) for name, rule in RULES.items()}


def rule_table() -> str:
    """All rules, and the pages that the site has of them."""
    rows = [
        f"| [{name}](rules/{name}.md) | {rule.severity} | {rule.title[0]} | {rule.title[1]} |"
        for name, rule in RULES.items()
    ]
    pages = ["```{toctree}", ":hidden:", "", *(f"rules/{name}" for name in RULES), "```"]
    head = ["| rule | severity | what it finds | 見付けるもの |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", *pages]) + "\n"


def _page(rule: Rule) -> str:
    return _PAGE.format(
        name=rule.name,
        title=(rule.title[0][:1].upper() + rule.title[0][1:], rule.title[1]),
        severity=SEVERITIES[rule.severity],
        why=rule.why,
        wrong=rule.wrong,
        changed="\n".join(changed_lines(rule.wrong, rule.right)),
        allow=[_with_code(line) for line in how_to_allow(rule)],
    )


def _with_code(line: str) -> str:
    """``line`` with its comment as code."""
    said, mark, comment = line.partition("# ")
    return f"{said}`{mark}{comment}`" if mark else line
