"""What holds whatever happens: nothing twice, nothing lost, each doubt named."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from kohoctl.ledger import Ledger
from kohoctl.states import Entry, State
from support import Office

MAY_HAVE_ARRIVED = frozenset({State.SENDING, State.UNKNOWN, State.DELIVERED})


class BrokenError(AssertionError):
    """Something was sent twice, or lost, or nobody is told of a doubt."""


def check(office: Office, taken: Counter[str], again: Callable[[str], bool] = lambda _: False) -> None:
    """Raise `BrokenError` unless the ledger fits to what the services have ``taken``, by the delivery's key, at any
    moment, whatever happened before. ``again`` says which keys may send what went out under another one."""
    with Ledger.read(office.ledger_path, "live") as ledger:
        ledger.verify()
        entries = {entry.key: entry for entry in ledger.everything()}
        history = list(ledger.history())
    for key, times in taken.items():
        _demand(times <= 1, f"{key} was taken {times} times")
        if times:
            _demand(key in entries, f"{key} was taken, and the ledger does not know it")
            state = entries[key].state
            _demand(state in MAY_HAVE_ARRIVED, f"{key} was taken, and the ledger says {state}")
    for key, entry in entries.items():
        _demand(entry.state is not State.DELIVERED or taken[key] == 1, f"{key} is delivered, and nobody has it")
    _check_history(history, entries, again)


def _check_history(history: Iterable[dict[str, Any]], entries: dict[str, Entry], again: Callable[[str], bool]) -> None:
    """Each attempt has an ending or stands open, and nothing is attempted again that was delivered."""
    begun: dict[str, set[int]] = defaultdict(set)
    delivered: dict[str, str] = {}
    for event in history:
        key, state, digest = event["key"], event["state"], event["digest"]
        if state == State.SENDING:
            _demand(key not in delivered.values(), f"{key} was delivered, and is attempted again")
            twice = digest in delivered and not again(key)
            _demand(not twice, f"what was delivered as {delivered.get(digest)} is sent again as {key}")
            _demand(not begun[key], f"{key} is attempted while an attempt at it has no ending")
            begun[key].add(event["attempt"])
        elif event["attempt"] >= 0:
            begun[key].discard(event["attempt"])
        if state == State.DELIVERED:
            delivered[digest] = key
    for key, open_attempts in begun.items():
        standing = {entries[key].attempt} if entries[key].state is State.SENDING else set()
        _demand(open_attempts == standing, f"an attempt at {key} has no ending")


def check_settled(office: Office, taken: Counter[str], wanted: Iterable[str]) -> None:
    """Raise `BrokenError` unless all that was ``wanted`` went out, or was refused, and nothing else did."""
    check(office, taken)
    states = office.states()
    for key in wanted:
        state = states.get(key)
        _demand(state in (State.DELIVERED, State.REFUSED), f"{key} was to go out, and is {state or 'not even begun'}")
    _demand(set(taken) <= set(wanted), f"nobody wanted {set(taken) - set(wanted)}")


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenError(what)
