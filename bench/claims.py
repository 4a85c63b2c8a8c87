"""A claim, what was measured for it, and whether it was reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bench.measuring import Sample, Series, cpu, peak, seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """``ours`` is ``bound`` ``limit`` × ``base``, in ``unit``; without a base, ``bound`` ``limit`` itself. Without a
    ``limit`` nothing is claimed, and the figures are shown.

    ``figure`` is what of a sample counts. CPU time is shown beside it: the steadier where other programs are at work.
    """

    what: str
    bound: Literal["at most", "at least"]
    limit: float | None
    unit: str
    ours: Series
    base: Series | None
    figure: Callable[[Sample], float] = seconds

    @property
    def ratio(self) -> float:
        """The quotient of the medians; without a base, our median itself."""
        ours = self.ours.middle(self.figure)
        return ours / self.base.middle(self.figure) if self.base else ours

    @property
    def reached(self) -> bool:
        """Whether the medians of this run keep within the limit."""
        if self.limit is None:
            return True
        return self.ratio <= self.limit if self.bound == "at most" else self.ratio >= self.limit


def time_claim(what: str, limit: float | None, ours: Series, base: Series) -> Claim:
    """It takes at most ``limit`` times as long; with None, nothing is claimed."""
    return Claim(what, "at most", limit, "s", ours, base)


def rate_claim(what: str, limit: float | None, count: int, ours: Series, base: Series) -> Claim:
    """It does at least ``limit`` times as many of ``count`` in a second; with None, nothing is claimed."""
    return Claim(what, "at least", limit, "/s", ours, base, lambda sample: count / sample.seconds)


def speed_claim(what: str, limit: float, count: int, ours: Series) -> Claim:
    """It does at least ``limit`` of ``count`` in a second, whatever anything else does."""
    return Claim(what, "at least", limit, "/s", ours, None, lambda sample: count / sample.seconds)


def memory_claim(what: str, limit: float, ours: Series) -> Claim:
    """It never holds more than ``limit`` MB."""
    return Claim(what, "at most", limit, "MB", ours, None, peak)


def growth_claim(what: str, limit: float, ours: Series, base: Series) -> Claim:
    """It holds at most ``limit`` times as much memory."""
    return Claim(what, "at most", limit, "MB", ours, base, peak)


def table(claims: Iterable[Claim]) -> str:
    """The claims as a Markdown table."""
    rows = [
        ["", "kohoctl", "beside it", "ratio", "CPU ratio", "claim", ""],
        ["---", "---", "---", "---:", "---:", "---", "---"],
        *map(_row, claims),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(claim: Claim) -> list[str]:
    return [
        claim.what,
        _series(claim.ours, claim),
        _series(claim.base, claim) if claim.base else "",
        f"{claim.ratio:.2f} ×" if claim.base else "",
        f"{claim.ours.middle(cpu) / claim.base.middle(cpu):.2f} ×" if claim.base else "",
        "" if claim.limit is None else f"{claim.bound} {claim.limit:g} {'×' if claim.base else claim.unit}",
        "" if claim.limit is None else "reached" if claim.reached else "**not reached**",
    ]


def _series(series: Series, claim: Claim) -> str:
    least, most = series.span(claim.figure)
    return f"{_round(series.middle(claim.figure))} {claim.unit} ({_round(least)}–{_round(most)})"


def _round(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
