"""Plan, ledger and loop, with a person at the desk: in whatever order things are done, nothing twice, nothing lost."""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kohoctl.cli import cli
from kohoctl.ledger import Ledger
from kohoctl.plan import Planner
from kohoctl.states import State
from servers.board import BoardServer
from support import write
from torture.dying import Steps
from torture.forking import Forks
from torture.invariants import BrokenError, check
from torture.offices import Desk, Secretariat
from torture.places import BoardPlace
from torture.strength import IS_FULL, Tally, quick_or_full

EXAMPLES = quick_or_full(2, 45)
STEPS = quick_or_full(8, 40)
CHANNELS = {"plain": "board", "guarded": "guarded-board", "searchable": "searchable-board", "briefs": "brief-board"}
REISSUED = "briefs"
MESSAGES = st.sampled_from(["m0", "m1"])
RECIPIENTS = st.sampled_from(["r0", "r1", "r2"])
DAYS = st.sampled_from([3, 4, 5])
FAULTS = ("refused", "forbidden", "busy", "broken", "lost", "reset-before", "reset-after", "no-json", "none")
WHICH = st.integers(0, 9)
MINUTES = st.sampled_from([1, 20, 24 * 60])


def chosen(keys: list[str], which: int) -> list[str]:
    """One of ``keys``, where there are any: which of them there are is not for the rules to draw from, since runs do
    their work side by side."""
    return [sorted(keys)[which % len(keys)]] if keys else []


class Office(RuleBasedStateMachine):
    """A secretariat's days. What is wanted of the file is kept beside it; what came of it, the board and the ledger
    know."""

    def __init__(self, forks: Forks, board: BoardServer, memory: Path, tally: Tally) -> None:
        super().__init__()
        self.board, self.place, self.tally = board, BoardPlace(board, "board"), tally
        self.place.forget()
        folder = Path(mkdtemp(dir=memory))
        shutil.copy(Path(__file__).parents[1] / "kinds.py", folder)
        self.texts = {"m0": 0, "m1": 0}
        self.days = {"m0": 4, "m1": 4}
        self.ways = {"m0": {"plain"}, "m1": {"briefs", "guarded"}}
        self.people = {"r0", "r1"}
        self.moved: set[str] = set()
        """Messages whose day was changed: what went out on the old one may hold back the new."""
        self.released: set[str] = set()
        """What a person had sent all the same."""
        self.path = folder / "campaigns.yaml"
        self.save()
        self.office = Secretariat(Desk(self.path), forks)

    # The file

    def save(self) -> None:
        messages = "".join(
            f"{id}: {{title: {id}, when: 2015-06-0{self.days[id]}T10:00, body: {id}の文{self.texts[id]},"
            f" channels: [{', '.join(sorted(self.ways[id]))}]}}\n"
            for id in self.texts
        )
        channels = "".join(
            f"{id}: {{kind: {kind}, owner: 甲, recipients: desks, url: '{self.board.url}/{id}'}}\n"
            for id, kind in CHANNELS.items()
        )
        rows = "".join(f"    - {{id: {id}, desk: {id}}}\n" for id in sorted(self.people))
        more = f"grace: 2 days\nplugins: [kinds.py]\nrecipients:\n  desks:\n{rows}"
        write(self.path.parent, messages, channels, more)

    @rule(message=MESSAGES, text=st.integers(0, 2))
    def edit(self, message: str, text: int) -> None:
        self.texts[message] = text
        self.save()

    @rule(message=MESSAGES, day=DAYS)
    def move(self, message: str, day: int) -> None:
        if day != self.days[message]:
            self.moved.add(message)
        self.days[message] = day
        self.save()

    @rule(message=MESSAGES, channel=st.sampled_from(sorted(CHANNELS)))
    def add_or_remove_a_channel(self, message: str, channel: str) -> None:
        self.ways[message] ^= {channel}
        self.ways[message] = self.ways[message] or {channel}
        self.save()

    @rule(recipient=RECIPIENTS)
    def add_or_remove_a_recipient(self, recipient: str) -> None:
        self.people ^= {recipient}
        self.people = self.people or {recipient}
        self.save()

    # The clock, and the service

    @rule(minutes=MINUTES)
    def wait(self, minutes: int) -> None:
        self.office.desk.later(minutes=minutes)

    @rule(minutes=MINUTES)
    def set_the_clock_back(self, minutes: int) -> None:
        self.office.desk.later(minutes=-minutes)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4))
    def break_the_service(self, faults: list[str]) -> None:
        self.board.faults.extend(faults)

    # Runs

    @rule()
    def run(self) -> None:
        self.end(Steps())

    @rule(step=st.integers(1, 30))
    def run_and_be_killed(self, step: int) -> None:
        self.end(Steps(step))

    @rule(step=st.integers(1, 30))
    def run_and_be_told_to_end(self, step: int) -> None:
        self.end(Steps(step, signal.SIGTERM))

    def end(self, steps: Steps) -> None:
        assert self.office.start(steps).wait() in (0, -signal.SIGKILL, -signal.SIGTERM)
        self.place.wait()
        self.tally("runs in a secretariat's days")

    # A person's words

    @rule()
    def look_and_reconcile(self) -> None:
        self.office.settle_doubts(self.taken)

    @rule(which=WHICH)
    def release(self, which: int) -> None:
        for key in chosen(self.in_state(State.MISSED), which):
            self.released.add(key)
            self.office.desk.reconcile(key, State.UNREACHED)

    @rule(which=WHICH)
    def forbid(self, which: int) -> None:
        for key in chosen(self.in_state(State.MISSED) + self.in_state(State.UNREACHED), which):
            self.office.desk.reconcile(key, State.REFUSED)

    @rule(which=WHICH, step=st.sampled_from(["accepted", "placed", "declined"]))
    def record(self, which: int, step: str) -> None:
        for key in chosen(self.requests, which):
            answer = CliRunner().invoke(cli, ["record", str(self.path), key, step, "--by", "当直"])
            assert not answer.exception or isinstance(answer.exception, SystemExit), answer.exception

    # What holds

    @property
    def taken(self) -> Counter[str]:
        return self.place.taken(self.office.desk)

    def in_state(self, state: State) -> list[str]:
        return [key for key, found in self.office.desk.states().items() if found is state]

    @property
    def requests(self) -> list[str]:
        return [key for key in self.in_state(State.DELIVERED) if f"/{REISSUED}/" in key]

    @invariant()
    def nothing_twice_and_each_doubt_named(self) -> None:
        check(self.office.desk, self.taken, again=lambda key: key in self.released or f"/{REISSUED}/" in key)

    @rule()
    def settle(self) -> None:
        """Once the service works and each doubt is settled, all that is due has gone out, or has a reason."""
        self.board.faults.clear()
        self.office.desk.later(minutes=1)
        for _ in range(2):
            self.run()
            self.look_and_reconcile()
        self.run()
        with Ledger.read(self.office.desk.ledger_path, "live") as ledger:
            for one in Planner(self.office.desk.file, ledger).plan(self.office.desk.now):
                held = one.state is State.BLOCKED and one.delivery.message in self.moved
                if not held and one.state not in (State.DELIVERED, State.WAITING, State.MISSED, State.REFUSED):
                    raise BrokenError(f"{one.delivery.key} is still {one.state}: {one.problems}")

    def teardown(self) -> None:
        self.settle()
        self.nothing_twice_and_each_doubt_named()


def test_whatever_is_done_in_whatever_order_nothing_goes_out_twice_and_nothing_is_lost(
    forks: Forks, memory: Path, chance: random.Random, tally: Tally
) -> None:
    with BoardServer() as board:

        @seed(chance.randrange(2**32))
        def office() -> Office:
            return Office(forks, board, memory, tally)

        many = settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate, *([Phase.shrink] if IS_FULL else [])],  # which may take minutes
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(cast(Any, office), settings=many)
