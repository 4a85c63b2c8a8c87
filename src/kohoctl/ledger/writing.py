"""What is written down of deliveries, and of people's words: as events, within a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kohoctl.ledger.chain import NEVER, Chain, Standing
from kohoctl.ledger.events import WORD, Columns, claim_data, outcome_data, word_data
from kohoctl.states import Intent, Outcome, State

CLAIMABLE = frozenset({State.UNREACHED, State.REFUSED, State.UNKNOWN})
"""States that may become ``sending`` again; who may do so when is for the plan to say."""


def note(chain: Chain, said: Sequence[tuple[str, str, Mapping[str, object]]], at: datetime) -> None:
    """Add what people said: each a key, a word and its data. No delivery's state comes of it."""
    moment = at.isoformat()
    chain.add([(moment, key, "", word, WORD, "", word_data(data)) for key, word, data in said], {})


def claim(chain: Chain, intents: Sequence[Intent], at: datetime) -> dict[str, int]:
    """Add that each of ``intents`` is being sent, where nobody else has it.

    Returns the number of the attempt for each key that may be sent now.
    """
    granted: dict[str, int] = {}
    events: list[Columns] = []
    after: dict[str, Standing] = {}
    digests_change = False
    moment, sending = at.isoformat(), str(State.SENDING)
    known = chain.standing([intent.key for intent in intents])
    for intent in intents:
        key, digest = intent.key, intent.digest
        state, latest, before, released_by = known.get(key, NEVER)
        if key in granted or (state is not None and state not in CLAIMABLE):
            continue
        attempt = granted[key] = latest + 1
        events.append((moment, key, intent.channel, sending, attempt, digest, claim_data(released_by)))
        after[key] = sending, attempt, digest, released_by
        digests_change |= before not in (None, digest)
    chain.add(events, after, digests_change)
    return granted


def settle(chain: Chain, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Add what became of each of ``outcomes``, where its attempt is still the latest."""
    events: list[Columns] = []
    after: dict[str, Standing] = {}
    digests_change = False
    moment = at.isoformat()
    known = chain.standing([outcome.key for outcome in outcomes])
    for outcome in outcomes:
        key, digest, state = outcome.key, outcome.digest, str(outcome.state)
        _, latest, before, released_by = known.get(key, NEVER)
        if outcome.attempt is not None and outcome.attempt != latest:
            continue
        released_by = _release(outcome, released_by)
        events.append((moment, key, outcome.channel, state, latest, digest, outcome_data(outcome, released_by)))
        after[key] = state, latest, digest, released_by
        digests_change |= before not in (None, digest)
    chain.add(events, after, digests_change)


def _release(outcome: Outcome, released_by: str | None) -> str | None:
    """A person's release holds from attempt to attempt, until the delivery has ended."""
    if outcome.by and outcome.state is State.UNREACHED:
        return outcome.by
    return None if outcome.state in (State.DELIVERED, State.REFUSED) else released_by
