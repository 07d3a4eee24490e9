"""Punctuality and its price: lateness against CPU, and the empirical distribution of signed lateness."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedPoint
from concbench.analysis.units import TIME_UNITS
from concbench.report.charts.palette import INK, look_of
from concbench.report.charts.style import (
    chart,
    fitting,
    legend_below,
    legend_name,
    signed_axis,
    spelled_count,
    unit_axis,
)
from concbench.report.charts.svg import svg_of
from concbench.results.lateness import Lateness

LABEL = 0.09, 0.06
"""Width and height that a number of tasks takes, as shares of the axes."""

FINEST_NS = 1000.0
"""Lateness below this is drawn on a straight axis."""


def price_chart(dataset: Dataset, points: list[ReportedPoint], name: str) -> str:
    """Return lateness p50 (ns, signed) against CPU per task, one mark a contender and point, as an SVG.

    A line joins a contender's marks in the order of the points; at its ends stands the number of tasks, where
    there is room for it.
    """
    seen = {
        contender: [(point, place) for point in points if (place := _place(dataset, contender, point))]
        for contender in dataset.contenders
    }
    places = [place for path in seen.values() for _point, place in path]
    with chart(310) as (figure, axes):
        unit_axis(axes, "x", TIME_UNITS, [cpu for cpu, _late in places])
        signed_axis(axes, "y", TIME_UNITS, FINEST_NS, _ends([late for _cpu, late in places]))
        for contender, path in seen.items():
            if path:
                look = look_of(contender.place)
                xs, ys = zip(*(place for _point, place in path), strict=True)
                axes.plot(xs, ys, **look.style, linestyle=look.dashes, linewidth=1,
                          label=legend_name(contender.label))  # fmt: skip
        _label_ends(axes, [end for path in seen.values() if path for end in (path[0], path[-1])])
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(f"CPU per {dataset.unit_of(points)}")
        axes.set_ylabel("late, median wake-up")
        axes.set_title(fitting(f"{points[0].workload}: lateness against its price"))
        legend_below(figure, axes)
        return svg_of(figure, name, "Median lateness against CPU, a mark for each number of tasks")


Place = tuple[float, float]


def _label_ends(axes: Axes, ends: Sequence[tuple[ReportedPoint, Place]]) -> None:
    """Write the number of tasks beside marks, leaving out what would stand on another number."""
    labelled: list[tuple[float, float]] = []
    for point, place in ends:
        x, y = axes.transAxes.inverted().transform(axes.transData.transform(place))
        tasks = point.value("tasks")
        taken = any(abs(x - left) < LABEL[0] and abs(y - low) < LABEL[1] for left, low in labelled)
        if isinstance(tasks, int) and not taken:
            labelled.append((x, y))
            axes.annotate(spelled_count(tasks), place, fontsize=10.5, xytext=(4, 4),
                          textcoords="offset points")  # fmt: skip


def _place(dataset: Dataset, contender: RunContender, point: ReportedPoint) -> Place | None:
    cell = dataset.at(point, contender)
    if cell is None or not cell.summary.lateness or not cell.summary.cpu or cell.summary.cpu.middle <= 0:
        return None
    return cell.summary.cpu.middle, cell.summary.lateness["p50"].middle


def distribution_chart(dataset: Dataset, point: ReportedPoint, name: str) -> str:
    """Return the distribution of signed lateness at one point, a step line a contender, as an SVG."""
    found = {
        contender: seen
        for contender in dataset.contenders
        if (seen := distribution_of(dataset, contender, point))
    }
    with chart(310) as (figure, axes):
        ends = [float(seen.values_ns[place]) for seen in found.values() for place in (0, -1)]
        signed_axis(axes, "x", TIME_UNITS, FINEST_NS, _ends(ends))
        for contender, seen in found.items():
            values, shares = thinned(seen)
            look = look_of(contender.place)
            axes.plot(values, shares, **look.style, drawstyle="steps-post", linestyle=look.dashes,
                      markevery=0.25, label=legend_name(contender.label))  # fmt: skip
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("late (left of 0: early)")
        axes.set_ylabel("share of wake-ups")
        axes.set_title(fitting(f"{point.workload}, {point.spelled(('tasks', 'delay'))}: how late"))
        legend_below(figure, axes)
        return svg_of(figure, name, "Cumulative share of wake-ups against signed lateness")


def _ends(seen: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis (ns) on which all that was seen has its place, and zero too."""
    return 1.5 * min([-0.2 * FINEST_NS, *seen]), 1.5 * max([FINEST_NS, *seen])


def distribution_of(dataset: Dataset, contender: RunContender, point: ReportedPoint) -> Lateness | None:
    """Return the distribution of a contender's lateness at a point, or None where it has none."""
    cell = dataset.at(point, contender)
    if cell is None or not cell.ok:
        return None
    run = dataset.runs[contender.run]
    place = [entry.id for entry in run.header.cells].index(cell.summary.cell)
    return run.lateness.get(place)


def thinned(seen: Lateness, most: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """Return values (ns) and cumulative shares at ``most`` places at the most, its ends among them."""
    size = len(seen.values_ns)
    kept = np.unique(np.linspace(0, size - 1, min(size, most)).round().astype(int))
    return np.asarray(seen.values_ns)[kept], np.asarray(seen.share)[kept]
