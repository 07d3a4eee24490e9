"""Punctuality and its price: lateness against CPU, and the empirical distribution of signed lateness."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedCell, ReportedPoint
from concbench.analysis.units import TIME_UNITS, scaled
from concbench.analysis.wording import figure
from concbench.report.charts.ends import THIN, CurveEnd, end_name, name_ends, strong_of
from concbench.report.charts.hover import about_cell, tell, whose
from concbench.report.charts.palette import INK, look_of
from concbench.report.charts.style import chart, fitting, signed_axis, spelled_count, unit_axis
from concbench.report.charts.svg import svg_of
from concbench.results.lateness import Lateness

LABEL = 0.09, 0.06
"""Width and height that a number of tasks takes, as shares of the axes."""

TOLD = (0.5, 0.9, 0.99, 1.0)
"""The shares of wake-ups of which a curve's words tell."""

FINEST_NS = 1000.0
"""Lateness below this is drawn on a straight axis."""


def price_chart(dataset: Dataset, points: list[ReportedPoint], name: str) -> str:
    """Return lateness p50 (ns, signed) against CPU per task, one mark a contender and point, as an SVG.

    A line joins a contender's marks in the order of the points; at its ends stands the number of tasks, where
    there is room for it. Of many, whoever is nearest to punctual in its family is drawn strongly.
    """
    paths = {one: path for one in dataset.contenders if (path := _path(dataset, one, points))}
    places = [place for path in paths.values() for _cell, place in path]
    strong = strong_of({one: (_tasks(path[-1][0]), abs(path[-1][1][1])) for one, path in paths.items()})
    with chart(310) as (drawing, axes):
        unit_axis(axes, "x", TIME_UNITS, [cpu for cpu, _late in places])
        signed_axis(axes, "y", TIME_UNITS, FINEST_NS, _ends([late for _cpu, late in places]))
        ends = []
        for contender, path in paths.items():
            look, mine = look_of(contender.place), [place for _cell, place in path]
            drawn = {"linewidth": 1} if contender in strong else {**THIN, "markersize": 3}
            line = axes.plot(*zip(*mine, strict=True), linestyle=look.dashes, **{**look.style, **drawn})
            tell(line, [about_cell(dataset, cell, _price(cell)) for cell, _place in path], whose(path[0][0]))
            ends.append(CurveEnd(end_name(contender.label), look, max(mine)))
        _label_ends(axes, [end for one in strong for end in (paths[one][0], paths[one][-1])])
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(f"CPU per {dataset.unit_of(points)}")
        axes.set_ylabel("late, median wake-up")
        axes.set_title(fitting(f"{points[0].workload}: lateness against its price"))
        name_ends(drawing, axes, ends)
        return svg_of(drawing, name, "Median lateness against CPU, a mark for each number of tasks")


Place = tuple[float, float]


def _path(
    dataset: Dataset, contender: RunContender, points: Sequence[ReportedPoint]
) -> list[tuple[ReportedCell, Place]]:
    """Return the cells of a contender that have a place, and that, in the order of the points."""
    cells = [cell for point in points if (cell := dataset.at(point, contender))]
    return [(cell, place) for cell in cells if (place := _place(cell)) is not None]


def _tasks(cell: ReportedCell) -> float:
    return cell.point.number("tasks") or 0.0


def _price(cell: ReportedCell) -> str:
    summary = cell.summary
    late, cpu = figure(summary.lateness["p50"], TIME_UNITS), figure(summary.cpu, TIME_UNITS)
    return f"median wake-up {late} late, CPU {cpu} per {summary.unit}"


def _label_ends(axes: Axes, ends: Sequence[tuple[ReportedCell, Place]]) -> None:
    """Write the number of tasks beside marks, leaving out what would stand on another number."""
    labelled: list[tuple[float, float]] = []
    for cell, place in ends:
        tasks = _tasks(cell)
        x, y = axes.transAxes.inverted().transform(axes.transData.transform(place))
        taken = any(abs(x - left) < LABEL[0] and abs(y - low) < LABEL[1] for left, low in labelled)
        if tasks and not taken:
            labelled.append((x, y))
            axes.annotate(spelled_count(tasks), place, fontsize=10.5, xytext=(4, 4),
                          textcoords="offset points")  # fmt: skip


def _place(cell: ReportedCell) -> Place | None:
    if not cell.summary.lateness or not cell.summary.cpu or cell.summary.cpu.middle <= 0:
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
    reach = [float(values[place]) for values, _shares in found.values() for place in (0, -1)]
    with chart(310) as (drawing, axes):
        signed_axis(axes, "y", TIME_UNITS, FINEST_NS, _ends(reach))
        axes.set_xlim(0, 1.02)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        strong = strong_of(ends)
        for contender, spread in found.items():
            _draw_spread(axes, contender, *spread, strong=contender in strong)
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel("share of wake-ups")
        axes.set_ylabel("late by this or less")
        axes.set_title(fitting(f"{point.workload}, {point.spelled(('tasks', 'delay'))}: how late"))
        named = [CurveEnd(end_name(one.label), look_of(one.place), at) for one, at in ends.items()]
        name_ends(drawing, axes, named)
        return svg_of(drawing, name, "Signed lateness against the share of wake-ups that were no later")


def _draw_spread(
    axes: Axes, contender: RunContender, values: np.ndarray, shares: np.ndarray, *, strong: bool
) -> None:
    look = look_of(contender.place)
    style: dict[str, Any] = {"color": look.colour, "linestyle": look.dashes, "drawstyle": "steps-pre"}
    style |= {"marker": look.marker, "markevery": 0.25} if strong else THIN
    tell(axes.plot(shares, values, **style), [f"{contender.label}, wake-ups: {_spread(values, shares)}"])


def _spread(values: np.ndarray, shares: np.ndarray) -> str:
    """Return how late some shares of the wake-ups were at the most."""
    places = np.minimum(np.searchsorted(shares, TOLD), len(values) - 1)
    return ", ".join(
        f"{share:.0%} late by {scaled(float(values[place]), TIME_UNITS)} or less"
        for share, place in zip(TOLD, places, strict=True)
    )


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
