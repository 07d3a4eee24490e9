"""Bytes for each idle task, as measured and as they would be for a million."""

from collections.abc import Sequence

from concbench.analysis.memory import TaskWeight
from concbench.analysis.units import SIZE_UNITS, scaled
from concbench.analysis.wording import figure
from concbench.report.charts.hover import tell
from concbench.report.charts.palette import INK, look_of
from concbench.report.charts.style import chart, fitting, spelled_count, unit_axis
from concbench.report.charts.svg import svg_of

NAME = 24
"""Letters of a name that fit beside the axis."""


def memory_chart(weights: Sequence[TaskWeight], name: str) -> str:
    """Return bytes per task, a bar a contender with its interval, on a logarithmic axis, as an SVG."""
    with chart(90 + 34 * len(weights)) as (drawing, axes):
        unit_axis(axes, "x", SIZE_UNITS, _ends(weights))
        for row, weight in enumerate(weights):
            look, middle = look_of(weight.contender.place), weight.per_task.middle
            mark = axes.plot([middle], [row], **look.style, markersize=8, linestyle="none")
            tell(mark, [_told(weight)])
            if weight.per_task.interval is not None:
                interval = weight.per_task.interval
                axes.plot([interval.low, interval.high], [row, row], color=look.colour, linewidth=3)
            axes.annotate(scaled(middle, SIZE_UNITS), (middle, row), xytext=(8, 6), fontsize=10.5,
                          textcoords="offset points", color=INK)  # fmt: skip
        axes.set_yticks(range(len(weights)), [fitting(weight.contender.label, NAME) for weight in weights])
        axes.set_ylim(len(weights) - 0.5, -0.5)
        axes.set_xlabel("resident memory per idle task")
        return svg_of(drawing, name, "Resident memory per idle task")


def _told(weight: TaskWeight) -> str:
    where = f"{weight.contender.label}, {weight.workload}, {spelled_count(weight.tasks)} tasks"
    return f"{where}: {figure(weight.per_task, SIZE_UNITS)} per task"


def _ends(weights: Sequence[TaskWeight]) -> list[float]:
    """Return the ends of an axis that has room for every interval, and for words right of the heaviest."""
    middles = [weight.per_task.middle for weight in weights]
    known = [weight.per_task.interval for weight in weights if weight.per_task.interval]
    lows, highs = [one.low for one in known if one.low > 0], [one.high for one in known]
    return [min([*middles, *lows]) / 1.5, max([*[3 * middle for middle in middles], *highs])]
