"""The growth of the commands as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.growing import Growth
from bench.measuring import Sample, peak, seconds

SIZE = (11.0, 4.8)
"""Inches."""
MARKERS = "osD^v<>Px"


def draw(growths: Iterable[Growth], path: Path) -> None:
    """Draw time and memory, one beside the other, into an SVG file that is the same for the same figures."""
    matplotlib.rcParams |= {"svg.hashsalt": "kohoctl", "font.size": 10}
    figure = Figure(SIZE, layout="constrained")
    times, memories = figure.subplots(1, 2)
    found = list(growths)
    _lines(times, found, seconds, "seconds")
    _lines(memories, found, peak, "MB at the most")
    times.set_yscale("log")
    memories.set_ylim(bottom=0)
    figure.legend(*times.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(path, metadata={"Date": None})


def _lines(axes: Axes, growths: Iterable[Growth], figure: Callable[[Sample], float], unit: str) -> None:
    for marker, growth in zip(MARKERS, growths, strict=False):
        middles = [series.middle(figure) for series in growth.sizes.values()]
        axes.plot(list(growth.sizes), middles, marker=marker, label=growth.command, linewidth=1.2, markersize=5)
    axes.set_xscale("log")
    axes.set_xlabel("deliveries")
    axes.set_ylabel(unit)
    axes.grid(visible=True, alpha=0.3)
