"""Punctuality and its price: lateness against CPU, and the empirical distribution of signed lateness."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedPoint
from concbench.analysis.units import TIME_UNITS
from concbench.report.charts.ends import THIN, CurveEnd, end_name, name_ends, strong_of
from concbench.report.charts.palette import INK, look_of
from concbench.report.charts.style import chart, fitting, signed_axis, spelled_count, unit_axis
from concbench.report.charts.svg import svg_of
from concbench.results.lateness import Lateness

LABEL = 0.09, 0.06
"""Width and height that a number of tasks takes, as shares of the axes."""

FINEST_NS = 1000.0
"""Lateness below this is drawn on a straight axis."""


def price_chart(dataset: Dataset, points: list[ReportedPoint], name: str) -> str:
    """Return lateness p50 (ns, signed) against CPU per task, one mark a contender and point, as an SVG.

    A line joins a contender's marks in the order of the points; at its ends stands the number of tasks, where
    there is room for it. Of many, whoever is nearest to punctual in its family is drawn strongly.
    """
    paths = {one: path for one in dataset.contenders if (path := _path(dataset, one, points))}
    places = [place for path in paths.values() for _tasks, place in path]
    strong = strong_of({one: (path[-1][0], abs(path[-1][1][1])) for one, path in paths.items()})
    with chart(310) as (figure, axes):
        unit_axis(axes, "x", TIME_UNITS, [cpu for cpu, _late in places])
        signed_axis(axes, "y", TIME_UNITS, FINEST_NS, _ends([late for _cpu, late in places]))
        ends = []
        for contender, path in paths.items():
            look, mine = look_of(contender.place), [place for _tasks, place in path]
            drawn = {"linewidth": 1} if contender in strong else {**THIN, "markersize": 3}
            axes.plot(*zip(*mine, strict=True), **look.style, linestyle=look.dashes, **drawn)
            ends.append(CurveEnd(end_name(contender.label), look, max(mine)))
        _label_ends(axes, [end for one in strong for end in (paths[one][0], paths[one][-1])])
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(f"CPU per {dataset.unit_of(points)}")
        axes.set_ylabel("late, median wake-up")
        axes.set_title(fitting(f"{points[0].workload}: lateness against its price"))
        name_ends(figure, axes, ends)
        return svg_of(figure, name, "Median lateness against CPU, a mark for each number of tasks")


Place = tuple[float, float]


def _path(
    dataset: Dataset, contender: RunContender, points: Sequence[ReportedPoint]
) -> list[tuple[float, Place]]:
    """Return the places of a contender in the order of the points, each with its number of tasks."""
    found = ((point.number("tasks") or 0.0, _place(dataset, contender, point)) for point in points)
    return [(tasks, place) for tasks, place in found if place is not None]


def _label_ends(axes: Axes, ends: Sequence[tuple[float, Place]]) -> None:
    """Write the number of tasks beside marks, leaving out what would stand on another number."""
    labelled: list[tuple[float, float]] = []
    for tasks, place in ends:
        x, y = axes.transAxes.inverted().transform(axes.transData.transform(place))
        taken = any(abs(x - left) < LABEL[0] and abs(y - low) < LABEL[1] for left, low in labelled)
        if tasks and not taken:
            labelled.append((x, y))
            axes.annotate(spelled_count(tasks), place, fontsize=10.5, xytext=(4, 4),
                          textcoords="offset points")  # fmt: skip


def _place(dataset: Dataset, contender: RunContender, point: ReportedPoint) -> Place | None:
    cell = dataset.at(point, contender)
    if cell is None or not cell.summary.lateness or not cell.summary.cpu or cell.summary.cpu.middle <= 0:
        return None
    return cell.summary.cpu.middle, cell.summary.lateness["p50"].middle


def distribution_chart(dataset: Dataset, point: ReportedPoint, name: str) -> str:
    """Return the distribution of signed lateness at one point as an SVG.

    A curve goes from the wake-up that was least late to the latest one. Of many, the one in each family whose
    latest is the least late is drawn strongly.
    """
    found = {
        contender: thinned(seen)
        for contender in dataset.contenders
        if (seen := distribution_of(dataset, contender, point))
    }
    ends = {one: (1.0, float(values[-1])) for one, (values, _shares) in found.items()}
    first = [float(values[0]) for values, _shares in found.values()]
    strong = strong_of(ends)
    with chart(310) as (figure, axes):
        signed_axis(
            axes, "y", TIME_UNITS, FINEST_NS, _ends([*first, *(latest for _, latest in ends.values())])
        )
        axes.set_xlim(0, 1.02)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        for contender, (values, shares) in found.items():
            look = look_of(contender.place)
            drawn = {"marker": look.marker, "markevery": 0.25} if contender in strong else THIN
            axes.plot(
                shares, values, color=look.colour, drawstyle="steps-pre", linestyle=look.dashes, **drawn
            )
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel("share of wake-ups")
        axes.set_ylabel("late by this or less")
        axes.set_title(fitting(f"{point.workload}, {point.spelled(('tasks', 'delay'))}: how late"))
        named = [CurveEnd(end_name(one.label), look_of(one.place), at) for one, at in ends.items()]
        name_ends(figure, axes, named)
        return svg_of(figure, name, "Signed lateness against the share of wake-ups that were no later")


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
