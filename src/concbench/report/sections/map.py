"""The heat map: every cell relative to the best of its row."""

from concbench.analysis.dataset import Dataset
from concbench.analysis.heat import HeatField, heat_rows
from concbench.metrics import Metric, metrics_for
from concbench.report.blocks import Block, Field, Row, Section, Table, Words, text

READING = (
    "Read along a row: ×1.00 is the best there; the stronger the colour, the further behind (strongest from"
    " ×1000). Where there is a delay to wait for, time is shown as how much longer the whole run took than"
    " the best one’s, and coloured by the run’s time. “Lost in noise”: in some process the cost came out at"
    " zero or below, so it is neither judged nor the best. Other words instead of a figure are outcomes:"
    " hover, or see “Outcomes” below, for the reason."
)


def heat_map(dataset: Dataset) -> Section:
    """Return the section: a map of wall time and one of CPU time."""
    words = Words(
        "Wall time never stands alone: a model that wins the first map and is coloured in the second"
        " burns a core."
    )
    blocks: list[Block] = [words, *(_table(dataset, metric) for metric in metrics_for("map"))]
    return Section("map", "Heat map", blocks, "every point under every model, beside the best there")


def _table(dataset: Dataset, metric: Metric) -> Table:
    rows = tuple(
        Row(
            (
                text(row.point.workload),
                text(row.point.spelled(dataset.varying(row.point.workload)) or "–"),
                *(_field(field) for field in row.fields),
            ),
            row.point.workload,
        )
        for row in heat_rows(dataset, metric.name)
    )
    return Table(
        name=f"map-{metric.name}",
        caption=f"{metric.words[:1].upper()}{metric.words[1:]} relative to the best of each row",
        columns=("workload", "parameters", *(contender.label for contender in dataset.contenders)),
        numeric=frozenset(range(2, 2 + len(dataset.contenders))),
        heads=2,
        rows=rows,
        reading=READING,
        filters=True,
    )


def _field(heat: HeatField | None) -> Field:
    if heat is None:
        return text("–", faint=True)
    if heat.heat is None:
        return Field(lines=(heat.words,), hover=heat.hover, faint=True)
    return Field(lines=(heat.words,), order=heat.heat, heat=heat.heat, hover=heat.hover)
