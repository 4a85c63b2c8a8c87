"""Trying a kind against all rules."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from kohoctl.channel import Channel
from kohoctl.errors import KohoctlError
from kohoctl.foreign import LOAD_LIMIT, Overdue, foreign
from kohoctl.redaction import described
from kohoctl.testing import delivery_rules, digest_rules, ending_rules, rendering_rules, sharing_rules
from kohoctl.testing.broken import Broken, LeftOut
from kohoctl.testing.contract import Contract
from kohoctl.testing.rule import Rule

RULE_LIMIT = 300.0
"""Seconds for one rule: to try a fault at each of many steps may take a minute, with a library that waits for long."""

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for module in (rendering_rules, delivery_rules, digest_rules, ending_rules, sharing_rules)
    for rule in module.RULES
}
"""What every channel keeps, by name, in the order in which it is tried."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one rule: kept, `Broken`, or left out for a reason. ``seconds`` is how long it took to try."""

    kind: str
    rule: str
    broken: Broken | None = None
    left_out: str | None = None
    seconds: float = 0.0


def try_kind(contract: type[Contract], only: Collection[str] = ()) -> Iterator[Result]:
    """Try a kind against each rule, or ``only`` against some; each result comes as soon as it is there."""
    for name in RULES:
        if not only or name in only:
            yield _tried(contract, RULES[name])


def rules_for(contract: type[Contract]) -> list[str]:
    """The rules that a kind is not exempt from. Raises `KohoctlError` for an exemption from a rule that is none."""
    if unknown := sorted(set(contract.exempt) - set(RULES)):
        raise KohoctlError(f"{contract.__name__}.exempt names {unknown[0]}, and the rules are {', '.join(RULES)}")
    return [name for name in RULES if name not in contract.exempt]


def _tried(contract: type[Contract], rule: Rule) -> Result:
    kind, began = contract.kind.kind, time.monotonic()
    if rule.name not in rules_for(contract):
        return Result(kind, rule.name, left_out=contract.exempt[rule.name])
    broken, left_out = None, None
    try:
        with foreign(f"the kind {kind}", RULE_LIMIT):
            rule.try_on(contract)
    except Broken as error:
        broken = error
    except LeftOut as reason:
        left_out = str(reason)
    except KohoctlError:
        raise
    except (Exception, SystemExit, Overdue) as error:  # noqa: BLE001 -- a plugin's own code, where none is to fail
        broken = Broken(
            "the kind can be tried",
            f"its own code raised {described(error)}",
            "mend it, or say in the Contract what it needs",
        )
    return Result(kind, rule.name, broken, left_out, time.monotonic() - began)


def contracts_beside(path: Path, kinds: Mapping[str, type[Channel]]) -> list[type[Contract]]:
    """A contract for each of ``kinds``, which the plugin at ``path`` brings: what test_NAME.py beside it says of it,
    or the tests of its package, else one of which all is worked out.

    Raises `KohoctlError` where such a test cannot be imported.
    """
    said: dict[str, type[Contract]] = {}
    for file in _tests_of(path):
        for contract in _contracts_in(file, path):
            said.setdefault(contract.kind.kind, contract)
    return [_with_kind(said.get(name, Contract), kind) for name, kind in kinds.items()]


def _tests_of(path: Path) -> list[Path]:
    if path.name == "__init__.py":
        return sorted(path.resolve().parents[2].glob("tests/test_*.py"))
    beside = path.with_name(f"test_{path.name}")
    return [beside] if beside.is_file() else []


def _with_kind(contract: type[Contract], kind: type[Channel]) -> type[Contract]:
    return type(contract.__name__, (contract,), {"kind": kind, "__module__": contract.__module__})


def _contracts_in(file: Path, plugin: Path) -> list[type[Contract]]:
    folder = plugin.resolve().parents[1] if plugin.name == "__init__.py" else plugin.resolve().parent
    with _importable(folder):
        try:
            with foreign(file.name, LOAD_LIMIT):
                module = _imported(file)
        except (Exception, SystemExit, Overdue) as error:
            raise KohoctlError(
                f"{file} cannot be imported ({described(error)}); what it needs may be missing:"
                " pip install 'kohoctl[testing]'"
            ) from error
    found = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Contract)]
    return [contract for contract in found if contract is not Contract and hasattr(contract, "kind")]


def _imported(file: Path) -> ModuleType:
    name = "kohoctl_contract_" + hashlib.sha256(str(file).encode()).hexdigest()[:12]
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Lets the modules in ``folder`` be imported by name, and forgets them afterwards: another folder may have such."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder):
                del sys.modules[name]
