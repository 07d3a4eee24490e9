"""The ladder: what a unit of a workload costs on each rung, from the lowest up, and what each step did."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.analysis.ladder.climbing import Climbed, LadderChange
from concbench.analysis.ladder.steps import Effect
from concbench.analysis.ladder.telling import change_words
from concbench.analysis.units import scaled, units_of
from concbench.metrics import Metric
from concbench.report.charts.hover import about_cell, tell, whose
from concbench.report.charts.palette import INK, MUTED, look_of
from concbench.report.charts.style import chart, fitting, unit_axis
from concbench.report.charts.svg import svg_of

ROW, ROOM = 24.0, 66.0
"""Height of a row, and of all that is no row, px."""

NAME = 24
"""Letters of a name that fit beside the axis."""

SIGN = {"right": "", "wrong": " ✗", "open": " ?", None: ""}
"""What stands behind a step whose prediction was wrong, or is open."""


def ladder_chart(dataset: Dataset, steps: Sequence[Climbed], effect: Effect, name: str, title: str) -> str:
    """Return the figures of one effect, a rung a row with the lowest below, as an SVG.

    A line goes up from rung to rung; at the right stands what each step did. One step at least has figures.
    """
    told = [(one, change) for one in steps if (change := one.change(effect))]
    (first, lowest), metric = told[0], told[0][1].metric
    rungs = [(first.below, lowest.below), *((one.rung, change.here) for one, change in told)]
    with chart(ROOM + ROW * len(rungs)) as (figure, axes):
        unit_axis(axes, "x", units_of(metric), reach(rungs, metric))
        axes.plot(
            [value for _, value in rungs], range(len(rungs)), color=MUTED, linewidth=1, drawstyle="steps-post"
        )
        for row, (cell, value) in enumerate(rungs):
            change = told[row - 1][1] if row else None
            _draw(dataset, axes, row, cell, value, change or lowest)
            if change is not None:
                _tell_step(axes, row, change)
        axes.set_yticks(range(len(rungs)), [fitting(cell.contender.label, NAME) for cell, _ in rungs])
        axes.set_ylim(-0.6, len(rungs) - 0.4)
        axes.set_title(fitting(f"{first.point.workload}: {title}"))
        return svg_of(figure, name, _alternative(first.point.workload, title, rungs, told))


def _draw(
    dataset: Dataset, axes: Axes, row: int, cell: ReportedCell, value: float, change: LadderChange
) -> None:
    look = look_of(cell.contender.place)
    mark = axes.plot([value], [row], **look.style, markersize=8, linestyle="none")
    figure = f"{change.metric.words} {scaled(value, units_of(change.metric))}"
    tell(mark, [f"{whose(cell)}, {about_cell(dataset, cell, figure)}"])
    if ends := _ends(cell, change.metric):
        axes.plot(ends, [row, row], color=look.colour, linewidth=3)


def _ends(cell: ReportedCell, metric: Metric) -> list[float]:
    """Return the ends of the interval that is drawn around a figure, none where it has none of its own."""
    estimate = cell.summary.figures.get(metric.name)
    if estimate is None or estimate.interval is None or metric.name == "peak":
        return []
    return [estimate.interval.low, estimate.interval.high]


def reach(rungs: Sequence[tuple[ReportedCell, float]], metric: Metric) -> list[float]:
    """Return what the axis has to have room for: figures and their intervals."""
    return [one for cell, value in rungs for one in (value, *_ends(cell, metric))]


def _tell_step(axes: Axes, row: int, change: LadderChange) -> None:
    """Write what a step did between its rungs, at the right."""
    did = change_words(change).partition(" [")[0] if change.against.interval else ""
    words = f"{did}{SIGN[change.standing]}".strip()
    axes.annotate(words, (1, row - 0.5), xycoords=("axes fraction", "data"), xytext=(6, 0), fontsize=10.5,
                  textcoords="offset points", va="center_baseline", color=INK)  # fmt: skip


def _alternative(
    workload: str,
    title: str,
    rungs: Sequence[tuple[ReportedCell, float]],
    told: Sequence[tuple[Climbed, LadderChange]],
) -> str:
    """Return the same in words, for who does not see it."""
    units = units_of(told[0][1].metric)
    figures = ", ".join(f"{cell.contender.label} {scaled(value, units)}" for cell, value in rungs)
    return f"{workload}, {title}, rung by rung: {figures}"
