"""Cost along a sweep: per unit of work with its law, and the whole run's wall and CPU time in one picture."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.analysis.laws import Crossing, Law
from concbench.analysis.sweeps import Sweep
from concbench.analysis.units import TIME_UNITS, scaled, three_digits
from concbench.analysis.wording import figure
from concbench.metrics import METRICS
from concbench.report.charts.ends import THIN, CurveEnd, end_name, height_for, name_ends, strong_of
from concbench.report.charts.hover import about_cell, tell, whose
from concbench.report.charts.palette import INK, look_of
from concbench.report.charts.style import (
    chart,
    count_axis,
    fitting,
    unit_axis,
)
from concbench.report.charts.svg import svg_of

DASHES = {"run_cpu": "-", "run_wall": (0, (4, 2))}
"""What is drawn of a whole run, and in which dashes."""

WIDE, NARROW, HIGH = 360, 230, 240
"""Sizes (px) of a picture with names beside it, and of its twin that goes without: four stand in a row."""

ROOM = {WIDE: 0.2, NARROW: 0.28}
"""The share of their axes that a size needs for its words."""

TITLE = 32
"""Letters of a title above the wider one."""

FEWEST = 3
"""Sizes of a curve of whose law anything is said: two lie on any."""


def cost_chart(
    dataset: Dataset, sweep: Sweep, laws: Sequence[Law], crossings: Sequence[Crossing], name: str
) -> str:
    """Return the wall time per unit of work along a sweep, log–log, as an SVG.

    Bands are the intervals of the medians. A ring marks where two contenders cross that are drawn strongly,
    its bar the interval. Points that are not above the floor have no logarithm and no place.
    """
    found = {law.contender: law for law in laws if law.metric == "wall"}
    cells = _cells(dataset, sweep)
    with chart(HIGH, WIDE) as (drawing, axes):
        count_axis(axes, "x", sweep.xs, ROOM[WIDE])
        unit_axis(axes, "y", TIME_UNITS, _ends(cells))
        strong = strong_of({contender: _last(mine) for contender, mine in cells.items()})
        ends = []
        for contender, mine in cells.items():
            law = found.get(contender) if len(mine) >= FEWEST else None
            at = _plot(axes, dataset, mine, strong=contender in strong)
            ends.append(CurveEnd(_label(contender, law, sweep), look_of(contender.place), at))
        for crossing in crossings:
            if crossing.metric == "wall" and {crossing.before, crossing.after} <= set(strong):
                _mark(axes, crossing, cells, sweep)
        axes.set_xlabel(fitting(sweep.axis, TITLE))
        axes.set_title(fitting(f"time per {dataset.unit_of(sweep.points)}", TITLE))
        name_ends(drawing, axes, ends)
        title = f"{sweep.title}: time per unit of work against {sweep.axis}, for {len(cells)} contenders"
        return svg_of(drawing, name, title)


def whole_chart(dataset: Dataset, sweep: Sweep, name: str) -> str:
    """Return the wall time and the CPU time of a whole run along a sweep, log–log, as an SVG.

    Where CPU lies on wall, a core was busy all the time; where it lies far below, the model slept. The names
    stand beside its twin, the cost.
    """
    curves = [
        (contender, metric, *curve)
        for contender in dataset.contenders
        for metric in DASHES
        if (curve := _medians(dataset, sweep, contender, metric))[0]
    ]
    strong = strong_of({who: (xs[-1], ys[-1]) for who, metric, xs, ys in curves if metric == "run_cpu"})
    with chart(height_for(len({who for who, *_ in curves}), HIGH), NARROW) as (drawing, axes):
        count_axis(axes, "x", sweep.xs, ROOM[NARROW])
        unit_axis(axes, "y", TIME_UNITS, [value for *_, values in curves for value in values])
        for contender, metric, xs, values in curves:
            look = look_of(contender.place)
            filled = look.filling if metric == "run_cpu" else "none"
            style = look.style if contender in strong else {**look.style, **THIN, "marker": ""}
            style["markerfacecolor"] = filled
            drawn = axes.plot(xs, values, linestyle=DASHES[metric], **style)
            if contender in strong:
                cells = [dataset.at(sweep.points[sweep.xs.index(x)], contender) for x in xs]
                about = f"{contender.label}, {sweep.workload}: {METRICS[metric].words}, median"
                tell(drawn, [_whole(dataset, *each) for each in zip(cells, values, strict=False)], about)
        axes.set_xlabel(fitting(sweep.axis, TITLE))
        axes.set_title("CPU time; wall in dashes")
        return svg_of(drawing, name, f"{sweep.title}: CPU and wall time of a whole run against {sweep.axis}")


def _whole(dataset: Dataset, cell: ReportedCell | None, value: float) -> str:
    words = scaled(value, TIME_UNITS)
    return about_cell(dataset, cell, words) if cell else words


def _cells(dataset: Dataset, sweep: Sweep) -> dict[RunContender, list[tuple[float, ReportedCell]]]:
    """Return each contender's cells that have a time, with their x; contenders without any are left out."""
    found: dict[RunContender, list[tuple[float, ReportedCell]]] = {}
    for contender in dataset.contenders:
        for x, point in zip(sweep.xs, sweep.points, strict=True):
            cell = dataset.at(point, contender)
            if cell is not None and cell.summary.wall is not None:
                found.setdefault(contender, []).append((x, cell))
    return found


def _last(cells: Sequence[tuple[float, ReportedCell]]) -> tuple[float, float]:
    """Return the largest size that somebody did, and the time there."""
    size, cell = cells[-1]
    return size, cell.summary.wall.middle if cell.summary.wall else math.inf


def _plot(
    axes: Axes, dataset: Dataset, cells: Sequence[tuple[float, ReportedCell]], *, strong: bool
) -> tuple[float, float] | None:
    """Draw a contender's curve, and return where it ends; None where none of it is above the floor."""
    above = [(x, cell) for x, cell in cells if cell.summary.wall and cell.summary.wall.middle > 0]
    seen = [(x, cell.summary.wall) for x, cell in above if cell.summary.wall]
    look = look_of(cells[0][1].contender.place)
    line = [(x, wall.middle) for x, wall in seen]
    style = look.style if strong else {**look.style, **THIN}
    drawn = axes.plot([x for x, _ in line], [y for _, y in line], linestyle=look.dashes, **style)
    if above:
        about = f"{whose(above[0][1])}: per {above[0][1].summary.unit}"
        tell(drawn, [about_cell(dataset, cell, _told(cell)) for _, cell in above], about)
    if not strong:
        return line[-1] if line else None
    banded = [(x, wall.interval) for x, wall in seen if wall.interval is not None]
    if len(banded) > 1:
        bottom = axes.get_ylim()[0]  # where a band ends that reaches down to zero
        lows = [max(bottom, interval.low) for _, interval in banded]
        highs = [interval.high for _, interval in banded]
        axes.fill_between([x for x, _ in banded], lows, highs, color=look.colour, alpha=0.16, linewidth=0)
    return line[-1] if line else None


def _told(cell: ReportedCell) -> str:
    return figure(cell.summary.wall, TIME_UNITS)


def _label(contender: RunContender, law: Law | None, sweep: Sweep) -> str:
    """Return a contender's name, and the exponent of its law where one was found."""
    name = end_name(contender.label)
    if law is None or isinstance(law.power, str):
        return name
    size = "n" if sweep.counts_tasks else sweep.axis[:1]
    return f"{name} {size}^{three_digits(law.power.exponent.middle)}"


def _mark(
    axes: Axes, crossing: Crossing, cells: dict[RunContender, list[tuple[float, ReportedCell]]], sweep: Sweep
) -> None:
    """Draw a ring at a crossing's place on the first contender's curve, and a bar for its interval."""
    line = [(x, cell.summary.wall.middle) for x, cell in cells[crossing.before] if cell.summary.wall]
    xs, ys = np.array(line, dtype=np.float64).T
    if ys.min() <= 0:
        return
    at = crossing.found.at
    height = float(np.exp(np.interp(np.log(at.middle), np.log(xs), np.log(ys))))
    low, high = (min(max(end, sweep.xs[0]), sweep.xs[-1]) for end in (at.low, at.high))
    axes.plot([low, high], [height, height], color=INK, linewidth=1.2)
    axes.plot([at.middle], [height], color=INK, marker="o", markersize=9, markerfacecolor="none")


def _ends(cells: dict[RunContender, list[tuple[float, ReportedCell]]]) -> list[float]:
    """Return what the axis of time has to have room for: every median, and the ends of every interval."""
    return [
        end
        for mine in cells.values()
        for _, cell in mine
        if (wall := cell.summary.wall)
        for end in (wall.middle, *((wall.interval.low, wall.interval.high) if wall.interval else ()))
    ]


def _medians(
    dataset: Dataset, sweep: Sweep, contender: RunContender, metric: str
) -> tuple[list[float], list[float]]:
    """Return the xs at which a contender has positive values of a metric, and their medians."""
    found = []
    for x, point in zip(sweep.xs, sweep.points, strict=True):
        cell = dataset.at(point, contender)
        values = dataset.values(cell, metric) if cell is not None else ()
        if len(values) and (middle := float(values.median())) > 0:  # type: ignore[union-attr]
            found.append((x, middle))
    return [x for x, _ in found], [middle for _, middle in found]
