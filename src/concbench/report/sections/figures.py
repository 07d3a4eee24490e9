"""Every cell with all its figures, and every outcome with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.analysis.summary import Against, Estimate, Summary
from concbench.analysis.units import Units, units_of
from concbench.analysis.wording import (
    BELOW_ZERO,
    CLIENT_BOUND,
    figure,
    is_no_price,
    mark_of,
    outcome_words,
    why,
)
from concbench.metrics import Metric, metrics_for
from concbench.report.blocks import Field, Row, Section, Table, Words, named, text
from concbench.report.terminal.tables import difference_words

READING = (
    "Medians over processes with 95 % intervals; time is above the floor (the delay that was asked for)."
    " Against: the ratio to the baseline, or the difference where there is a floor, paired round by round;"
    " bold where it is real (false-discovery rate 1 %). Memory is per live task where the workload parks"
    " them, else the rise of the peak."
)

CELL = ("workload", "parameters", "model")
ABOUT = (*CELL, "unit")
BEHIND = ("against baseline", "samples in processes")


def figures(dataset: Dataset) -> Section:
    """Return the section."""
    blocks: list[Words | Table] = [_cells(dataset)]
    troubled = [cell for cell in dataset.cells if not cell.ok]
    blocks.append(_outcomes(dataset, troubled) if troubled else Words("Every cell has figures."))
    return Section(
        "figures",
        "Every figure",
        blocks,
        "each cell with its intervals, and what became of those that have none",
    )


def _cells(dataset: Dataset) -> Table:
    ok = [cell for cell in dataset.cells if cell.ok]
    metrics = _metrics(ok)
    columns = (*ABOUT, *metrics, *BEHIND)
    return Table(
        name="cells",
        caption="Every cell that was measured",
        columns=columns,
        numeric=frozenset(range(len(ABOUT), len(columns))),
        heads=3,
        rows=tuple(_row(dataset, cell, metrics.values()) for cell in ok),
        reading=READING,
        filters=True,
    )


def _metrics(cells: Sequence[ReportedCell]) -> dict[str, Metric]:
    """Return the metrics that have a column, by its heading; those of every run, and what else is told."""
    told = {name for cell in cells for name in cell.summary.figures} | {"memory", "lateness_p50"}
    return {one.heading: one for one in metrics_for("table") if one.heading and one.name in told}


def _row(dataset: Dataset, cell: ReportedCell, metrics: Iterable[Metric]) -> Row:
    summary = cell.summary
    return row_of(
        dataset,
        cell,
        _size(cell),
        text(summary.unit),
        *(_told(summary, metric) for metric in metrics),
        _against(summary.against),
        text(f"{summary.samples} in {summary.processes}", order=summary.samples),
    )


def _size(cell: ReportedCell) -> float:
    values = [value for _name, value in cell.point.params if isinstance(value, int | float)]
    return float(values[0]) if values else 0.0


def row_of(dataset: Dataset, cell: ReportedCell, size: float, *fields: Field) -> Row:
    """Return a row on a cell, which begins with its workload, its parameters and its contender."""
    point = cell.point
    params = text(point.spelled(dataset.varying(point.workload)) or "–", order=size)
    heads = (text(point.workload), params, named(cell.contender))
    return Row((*heads, *fields), point.workload, (cell.contender.model,))


def figure_field(estimate: Estimate | None, units: Units, behind: str = "") -> Field:
    """Return a field with a figure and its interval, or a dash for none."""
    if estimate is None:
        return text("–", faint=True)
    return text(f"{figure(estimate, units)}{behind}", order=estimate.middle)


def _told(summary: Summary, metric: Metric) -> Field:
    """Return a metric of a cell; the peak stands for a memory that was not seen task by task."""
    if metric.source == "memory" and metric.name not in summary.figures:
        return figure_field(summary.memory, units_of(metric), " (peak)")
    estimate = summary.figures.get(metric.name)
    mark = mark_of(summary, metric.name)
    field = replace(figure_field(estimate, units_of(metric), mark), hover=CLIENT_BOUND if mark else "")
    no_price = metric.source == "leg" and is_no_price(summary, estimate)
    return replace(field, hover=BELOW_ZERO) if no_price else field


def _against(against: Against | None) -> Field:
    if against is None:
        return text("–", faint=True)
    if against.comparison is None:
        return Field(lines=("not determined",), hover=against.reason or "", faint=True)
    words = difference_words(against.kind, against.comparison.interval)
    return Field(lines=(words,), order=against.comparison.interval.middle, strong=against.real)


def _outcomes(dataset: Dataset, cells: list[ReportedCell]) -> Table:
    """Return a row for each cell without figures: what became of it, and why."""
    rows = tuple(
        row_of(dataset, cell, _size(cell), text(outcome_words(cell.summary)), text(why(cell.summary.outcome)))
        for cell in cells
    )
    return Table(
        name="outcomes",
        caption="Outcomes: cells without figures, and why",
        columns=(*CELL, "outcome", "reason"),
        heads=3,
        rows=rows,
        reading="None of these is a zero or a loss: it says what a model cannot do, or what went wrong.",
        filters=True,
    )
