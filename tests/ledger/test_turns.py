"""Turns at the ledger's connection: one thread at a time, and nobody waits who need not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kohoctl.ledger.turns import Turns

PATIENCE = 10.0
"""Seconds after which a test takes a thread for stuck."""


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_threads_take_their_turns_one_at_a_time() -> None:
    turns, within, most = Turns(), [0], [0]

    def work() -> None:
        for _ in range(200):
            with turns.take() as is_mine:
                assert is_mine
                within[0] += 1
                most[0] = max(most[0], within[0])
                within[0] -= 1

    threads = [started(work) for _ in range(8)]
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert most == [1]


def test_a_thread_may_take_a_turn_within_its_own_and_keeps_it_to_the_end_of_the_outer_one() -> None:
    turns, taken = Turns(), threading.Event()

    def work() -> None:
        with turns.take():
            taken.set()

    with turns.take():
        with turns.take() as is_mine:
            assert is_mine
        other = started(work)
        assert not taken.wait(0.05)
    other.join(PATIENCE)
    assert taken.is_set()


def test_who_no_longer_needs_a_turn_does_not_wait_for_the_next_ones_end() -> None:
    turns, done, begun, end = Turns(), threading.Event(), threading.Event(), threading.Event()
    answers: list[bool] = []

    def next_one() -> None:
        with turns.take():
            begun.set()
            end.wait(PATIENCE)

    def served() -> None:
        with turns.take(unless=done.is_set) as is_mine:
            answers.append(is_mine)

    with turns.take():
        following, waiting = started(next_one), started(served)
        done.set()
    assert begun.wait(PATIENCE)
    waiting.join(PATIENCE)
    assert answers == [False]
    assert not end.is_set()
    end.set()
    following.join(PATIENCE)


def test_a_turn_that_fails_is_given_back() -> None:
    turns, taken = Turns(), threading.Event()

    def work() -> None:
        with turns.take():
            taken.set()

    with pytest.raises(ZeroDivisionError), turns.take():
        raise ZeroDivisionError
    started(work)
    assert taken.wait(PATIENCE)
