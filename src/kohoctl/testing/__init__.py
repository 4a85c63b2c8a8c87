"""The contract test: what every channel keeps, whoever wrote it, and what a plugin's own tests are made of.

A plugin's test says which kind it is about, and what the kind's service answers::

    from city_board import CityBoard
    from kohoctl.testing import Answer, Contract, Request


    class TestContract(Contract):
        kind = CityBoard

        def answer(self, request: Request) -> Answer:
            return Answer(201, {"id": 7, "url": "https://board.example/7"})

pytest then tries each rule in `RULES` as a test of its own, and ``kohoctl plugins test city_board.py`` does so without
pytest. The fixtures ``kohoctl_service`` and ``kohoctl_transport`` are there in every test.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kohoctl.testing.broken import Broken as Broken
    from kohoctl.testing.contract import Contract as Contract
    from kohoctl.testing.rule import Rule as Rule
    from kohoctl.testing.sample import message as message
    from kohoctl.testing.sample import picture as picture
    from kohoctl.testing.service import Answer as Answer
    from kohoctl.testing.service import CutOff as CutOff
    from kohoctl.testing.service import Huge as Huge
    from kohoctl.testing.service import Request as Request
    from kohoctl.testing.service import Reset as Reset
    from kohoctl.testing.service import Service as Service
    from kohoctl.testing.service import Silence as Silence
    from kohoctl.testing.trying import RULES as RULES
    from kohoctl.testing.trying import Result as Result
    from kohoctl.testing.trying import contracts_beside as contracts_beside
    from kohoctl.testing.trying import try_kind as try_kind

_HOME = {
    "RULES": "trying",
    "Answer": "service",
    "Broken": "broken",
    "Contract": "contract",
    "CutOff": "service",
    "Huge": "service",
    "Request": "service",
    "Reset": "service",
    "Result": "trying",
    "Rule": "rule",
    "Service": "service",
    "Silence": "service",
    "contracts_beside": "trying",
    "message": "sample",
    "picture": "sample",
    "try_kind": "trying",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module kohoctl.testing has no name {name}")
    return getattr(import_module(f"kohoctl.testing.{_HOME[name]}"), name)
