"""Names at the ends of curves, in place of a legend: each points to its curve, and none covers another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from concbench.analysis.contenders import RunContender
from concbench.report.charts.palette import Look
from concbench.report.charts.style import fitting

LINE = 15
"""Height of a line of words, px."""

AROUND = 80
"""What a figure has above and below its axes, px."""

NAME = 18
"""Letters of a name beside a chart."""

THIN: dict[str, Any] = {"linewidth": 0.8, "alpha": 0.6, "markersize": 2.2}
"""How those are drawn that are not the best of their families, where there are many."""

FEW = 8
"""Curves that are told apart where all are drawn alike."""

GAP = 0.035
"""Between the axes and the words, as a share of the axes' width."""


LEADER: dict[str, Any] = {
    "arrowstyle": "-", "linewidth": 0.8, "linestyle": ":", "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5),
    "patchA": None,  # else matplotlib looks by bisection for where it leaves the words, at every layout
}  # fmt: skip
"""The line from a curve to its name."""


@dataclass(frozen=True, slots=True)
class CurveEnd:
    """``words`` for a curve that ends at ``at``, in data; None for a curve that has no place on the axes."""

    words: str
    look: Look
    at: tuple[float, float] | None


def end_name(words: object, letters: int = NAME) -> str:
    """Return a name that fits beside a chart, and is not empty."""
    return fitting(words, letters) or "–"


def height_for(names: int, least: float) -> float:
    """Return how high a figure has to be that has room for so many names beside its axes, px."""
    return max(least, LINE * names + AROUND)


def name_ends(figure: Figure, axes: Axes, ends: Sequence[CurveEnd]) -> None:
    """Write the words beside the axes, as high as each curve ends; the figure grows to have room.

    The axes have their scales and limits by then.
    """
    height = height_for(len(ends), figure.get_figheight() * figure.dpi)
    figure.set_figheight(height / figure.dpi)
    low, high = axes.get_ylim()
    seen = [(end.at[0], min(max(end.at[1], low), high)) if end.at else None for end in ends]
    placed = axes.transScale + axes.transLimits
    wanted = [float(placed.transform(at)[1]) if at else 0.0 for at in seen]
    for end, at, place in zip(ends, seen, spread(wanted, LINE / (height - AROUND)), strict=True):
        line = {**LEADER, "color": end.look.colour} if at else None
        axes.annotate(
            end.words, at or (1, place), (1 + GAP, place), "data" if at else "axes fraction",
            "axes fraction", line, annotation_clip=False, verticalalignment="center",
        )  # fmt: skip


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Return places from 0 to 1 close to those that are wanted, ``gap`` apart as far as there is room."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = list(wanted)
    below = -gap
    for one in order:
        below = places[one] = max(places[one], below + gap)
    above = 1 + gap
    for one in reversed(order):
        above = places[one] = min(places[one], above - gap)
    return places


def strong_of(ends: Mapping[RunContender, tuple[float, float]]) -> Collection[RunContender]:
    """Return whom to draw strongly, of those whose curves end at these places, in data.

    All of a few; of many, in each family whoever comes farthest, and of those who come as far ends lowest.
    """
    if len(ends) <= FEW:
        return ends.keys()
    best: dict[str, RunContender] = {}
    for contender in sorted(ends, key=lambda one: (-ends[one][0], ends[one][1])):
        best.setdefault(contender.family, contender)
    return best.values()
