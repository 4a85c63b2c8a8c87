"""Kinds that make several deliveries at once, and what becomes of all when one call goes wrong."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kohoctl import Channel, Message, Receipt, Recipient, Rendition, Transport, Unreached
from kohoctl.campaign.file import CampaignFile
from kohoctl.campaign.load import load, read
from kohoctl.extensions import Extensions
from kohoctl.states import State
from support import Office, write

COUNT = 5


class Press(Channel):
    """Prints up to two at once, and keeps what it printed."""

    kind = "press"
    printed: ClassVar[list[list[str]]] = []

    def render(self, message: Message, recipient: Recipient | None) -> Rendition:
        return Rendition({"title": message.title}, {"to": recipient["name"] if recipient else None})

    def batch_size(self) -> int:
        return 2

    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        self.printed.append([key for _, key in items])
        return [Receipt.requested(id=key) for _, key in items]


class ShortPress(Press):
    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        return super().deliver_batch(items, transport)[1:]


class JammedPress(Press):
    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        raise RuntimeError(f"the paper of {items[0][0].destination['to']} is stuck")


class EmptyPress(Press):
    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        raise Unreached("there is no paper")


class EndlessPress(Press):
    time_limit = timedelta(seconds=0.2)

    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        time.sleep(5)
        return super().deliver_batch(items, transport)


class RemindedPress(Press):
    """Knows a key that it has printed, loses its first answer, and then runs out of paper."""

    resend_safe_for = timedelta(hours=24)

    def deliver_batch(self, items: Sequence[tuple[Rendition, str]], transport: Transport) -> Sequence[Receipt]:
        if self.printed:
            raise Unreached("there is no paper")
        super().deliver_batch(items, transport)
        raise TimeoutError


class UnsurePress(Press):
    def batch_size(self) -> int:
        raise RuntimeError("how many?")


class PressOffice(Office):
    kind: ClassVar[type[Press]]

    @property
    def file(self) -> CampaignFile:
        return load(read(self.path), Extensions({"press": self.kind}))


def office(folder: Path, kind: type[Press], **more: Any) -> PressOffice:
    kind.printed.clear()
    rows = "".join(f"    - {{id: r{number}, name: 名前{number}}}\n" for number in range(COUNT))
    settings = "".join(f", {name}: {value}" for name, value in more.items())
    path = write(
        folder,
        "warning: {title: 注意, when: 2015-06-04T10:00, channels: [desk], body: 文}\n",
        f"desk: {{kind: press, owner: 甲, recipients: desks{settings}}}\n",
        f"recipients:\n  desks:\n{rows}",
    )
    made = type("Made", (PressOffice,), {"kind": kind})
    return made(path)  # type: ignore[no-any-return]  # a class of this very test's


def test_deliveries_are_made_so_many_at_once_each_under_its_own_key(tmp_path: Path) -> None:
    desk = office(tmp_path, Press)
    desk.run()
    assert [len(one) for one in Press.printed] == [2, 2, 1]
    assert set(desk.states().values()) == {State.DELIVERED}
    assert desk.run() == []


def test_a_rate_counts_each_of_them(tmp_path: Path) -> None:
    desk = office(tmp_path, Press, rate="3/day")
    desk.run()
    assert [len(one) for one in Press.printed] == [2, 1]
    assert len(desk.states()) == 3


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        (ShortPress, State.UNKNOWN, "TypeError: the kind gave back"),
        (JammedPress, State.UNKNOWN, "RuntimeError: the paper of [redacted] is stuck"),
        (EmptyPress, State.UNREACHED, "there is no paper"),
    ],
)
def test_what_goes_wrong_is_the_ending_of_them_all(
    tmp_path: Path, kind: type[Press], state: State, reason: str
) -> None:
    desk = office(tmp_path, kind)
    desk.run()
    entries = desk.entries().values()
    assert [entry.state for entry in entries] == [state] * COUNT
    assert all((entry.reason or "").startswith(reason) for entry in entries)


def test_a_batch_in_doubt_stays_so_where_it_cannot_be_made_again(tmp_path: Path) -> None:
    desk = office(tmp_path, RemindedPress, rate="2/10 minutes")
    desk.run()
    in_doubt = {key for key, state in desk.states().items() if state is State.UNKNOWN}
    assert len(in_doubt) == 2
    desk.later(minutes=11)
    desk.run()
    assert {key for key, state in desk.states().items() if state is State.UNKNOWN} == in_doubt


def test_a_kind_that_does_not_come_back_leaves_its_batch_in_doubt_and_the_rest_for_later(tmp_path: Path) -> None:
    desk = office(tmp_path, EndlessPress)
    desk.run()
    assert sorted(desk.states().values()) == [State.UNKNOWN] * 2


def test_a_kind_that_cannot_say_how_many_costs_only_its_own_deliveries(tmp_path: Path) -> None:
    desk = office(tmp_path, UnsurePress)
    assert desk.run() == []
    assert desk.states() == {}
