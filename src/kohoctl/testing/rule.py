"""What a rule of the contract is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from kohoctl.testing.contract import Contract


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that every channel keeps. ``sentence`` says which."""

    name: str
    sentence: str
    try_on: Callable[[type[Contract]], None]
    """Tries a kind against the rule. Raises `Broken` where it does not keep it, `LeftOut` where it does not apply."""


def rule(name: str) -> Callable[[Callable[[type[Contract]], None]], Rule]:
    """Makes a rule of the function below, whose docstring is the rule's sentence."""

    def made(function: Callable[[type[Contract]], None]) -> Rule:
        return Rule(name, " ".join((inspect.getdoc(function) or "").split()), function)

    return made
