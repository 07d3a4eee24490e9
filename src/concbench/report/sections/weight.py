"""Memory: bytes for each idle task, and what a million would come to."""

from collections.abc import Sequence

from concbench.analysis.dataset import Dataset
from concbench.analysis.memory import TaskWeight, weights_of
from concbench.analysis.units import SIZE_UNITS
from concbench.analysis.wording import figure
from concbench.report.blocks import Picture, Row, Section, Table, named, text
from concbench.report.charts.memory import memory_chart
from concbench.words import grouped

CHART_READING = (
    "Further left is lighter; the axis is logarithmic, the thick bar is the 95 % interval. It is resident"
    " memory that a keeper task saw while all the others were suspended, less what was there before,"
    " divided by the tasks."
)
TABLE_READING = (
    "A figure for a million that begins with ≈ is an extrapolation and no measurement: it takes every further"
    " task to weigh what these weighed, and the interval is that of the measurement alone. Something else may"
    " run out first."
)


def weight(dataset: Dataset) -> Section | None:
    """Return the section, or None where no task was weighed."""
    found: dict[str, list[TaskWeight]] = {}
    for one in weights_of(dataset):
        found.setdefault(one.workload, []).append(one)
    blocks = [block for number, weights in enumerate(found.values()) for block in _blocks(weights, number)]
    line = "what an idle task weighs, and a million of them"
    return Section("memory", "Memory", blocks, line) if blocks else None


def _blocks(weights: Sequence[TaskWeight], number: int) -> tuple[Picture, Table]:
    """Return the picture and the table of one workload."""
    tasks = sorted({weight.tasks - 1 for weight in weights})
    spelled = " or ".join(map(grouped, tasks))
    caption = f"{weights[0].workload}: bytes per idle task, {spelled} of them"
    picture = Picture((memory_chart(weights, f"m{number or ''}"),), caption, CHART_READING)
    return picture, _table(weights, f"weights{number or ''}")


def _table(weights: Sequence[TaskWeight], name: str) -> Table:
    rows = tuple(
        Row(
            (
                named(weight.contender),
                text(figure(weight.per_task, SIZE_UNITS), order=weight.per_task.middle),
                text(_million(weight), order=weight.million.middle),
                text(weight.limit) if weight.limit else text("none known", faint=True),
            ),
            weight.workload,
            (weight.contender.model,),
        )
        for weight in weights
    )
    return Table(
        name=name,
        caption=f"{weights[0].workload}: what an idle task weighs, and a million of them (≈: extrapolated)",
        columns=("model", "per task, measured", "a million", "known limit below a million"),
        numeric=frozenset({1, 2}),
        rows=rows,
        reading=TABLE_READING,
    )


def _million(weight: TaskWeight) -> str:
    """Return what a million tasks weigh, marked where that was not measured."""
    mark = "" if weight.weighed_a_million else "≈ "
    return f"{mark}{figure(weight.million, SIZE_UNITS)}"
