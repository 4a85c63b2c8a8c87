"""How trying a rule ends where it is not kept, or does not apply."""

from __future__ import annotations


class Broken(AssertionError):
    """A rule that a kind does not keep: what was ``expected``, what was ``seen``, and how to ``mend`` it."""

    def __init__(self, expected: str, seen: str, mend: str) -> None:
        super().__init__(f"\nexpected: {expected}\nseen: {seen}\nto mend it: {mend}")
        self.expected = expected
        self.seen = seen
        self.mend = mend


class LeftOut(Exception):
    """The rule does not apply to this kind; the text says why."""
