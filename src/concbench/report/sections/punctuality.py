"""Accuracy against price: who is how late, and what it cost."""

from concbench.analysis.dataset import Dataset, ReportedCell, ReportedPoint
from concbench.analysis.units import TIME_UNITS
from concbench.report.blocks import Block, Picture, Row, Section, Table, text
from concbench.report.charts.accuracy import distribution_chart, distribution_of, price_chart
from concbench.report.sections.figures import CELL, figure_field, row_of

PRICE_READING = (
    "Low is punctual, left is cheap; best is the lower left. Each mark is one number of tasks, and a line"
    " joins those of one model, from the number at its one end to that at the other. Below zero a task woke"
    " before its deadline. Both axes are logarithmic, the vertical one on both sides of zero."
)
SPREAD_READING = (
    "For each share of wake-ups, over all samples, how late they were or less. A flat line is a model that is"
    " equally late each time; one that climbs at the right lets some wait long. Below zero: woke too early."
)
TABLE_READING = (
    "Lateness is counted from the deadline that the task itself armed: p50 is the typical wake-up of a run,"
    " p99 the unlucky one, each as a median over processes; where a ticker wakes again and again beside other"
    " tasks, they are its own. Early: the share of wake-ups before their deadline."
)


def punctuality(dataset: Dataset) -> Section | None:
    """Return the section, or None where no workload told of lateness."""
    points = [point for point in dataset.points() if _cells(dataset, point)]
    if not points:
        return None
    last = max(points, key=_size)
    svgs = [price_chart(dataset, _alike(points, last), "ap")]
    if any(distribution_of(dataset, contender, last) for contender in dataset.contenders):
        svgs.append(distribution_chart(dataset, last, "ad"))
    blocks: list[Block] = [
        Picture(
            tuple(svgs), "Lateness against CPU, and how it is spread", f"{PRICE_READING} {SPREAD_READING}"
        ),
        _table(dataset, points),
    ]
    line = "who is late, how late, and what punctuality costs"
    return Section("accuracy", "Accuracy against price", blocks, line)


def _alike(points: list[ReportedPoint], last: ReportedPoint) -> list[ReportedPoint]:
    """Return the points that differ from ``last`` in the number of tasks only."""

    def rest(point: ReportedPoint) -> tuple[object, ...]:
        return (point.workload, point.version, *(item for item in point.params if item[0] != "tasks"))

    return [point for point in points if rest(point) == rest(last)]


def _size(point: ReportedPoint) -> float:
    tasks = point.value("tasks")
    return float(tasks) if isinstance(tasks, int | float) else 0.0


def _cells(dataset: Dataset, point: ReportedPoint) -> list[ReportedCell]:
    cells = [dataset.at(point, contender) for contender in dataset.contenders]
    return [cell for cell in cells if cell is not None and cell.summary.lateness]


def _table(dataset: Dataset, points: list[ReportedPoint]) -> Table:
    return Table(
        name="lateness",
        caption="Lateness and its price",
        columns=(*CELL, "late p50", "late p99", "latest", "CPU per task", "early"),
        numeric=frozenset(range(3, 8)),
        heads=3,
        rows=tuple(_row(dataset, cell) for point in points for cell in _cells(dataset, point)),
        reading=TABLE_READING,
        filters=True,
    )


def _row(dataset: Dataset, cell: ReportedCell) -> Row:
    late, early = cell.summary.lateness, cell.summary.early or 0.0
    figures = (*(late.get(name) for name in ("p50", "p99", "max")), cell.summary.cpu)
    told = (figure_field(one, TIME_UNITS) for one in figures)
    return row_of(dataset, cell, _size(cell.point), *told, text(f"{early:.1%}", order=early))
