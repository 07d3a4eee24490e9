"""The heat map: every cell relative to the best of its row, at a glance and point by point."""

from collections.abc import Sequence
from dataclasses import replace

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import LOST, Dataset
from concbench.analysis.heat import GRADES, HeatField, HeatRow, heat_rows, standing_for
from concbench.metrics import Metric, metrics_for
from concbench.report.blocks import (
    Block,
    Field,
    Folded,
    HeatMap,
    MapCell,
    MapRow,
    Row,
    Section,
    Table,
    Words,
    named,
    text,
)
from concbench.report.charts.style import fitting

GLANCE_READING = (
    "Read along a row: each half is how many times the cost of the best there, of those that one deploys: 1"
    " is the best itself, and a loop that teaches may come out below. The first (left, or above) is wall"
    " time, the second CPU time. A load has the point at which the answers stand; a workload without an"
    " answer has the last that was timed. Where there is a delay to wait for, the time is that of the whole"
    " run, delay and all. A cross is an outcome without figures, ? a cost that was lost in noise, a dash what"
    " was not asked for: hover, or see the maps of every point, for the reason."
)
READING = (
    "Read along a row: ×1.00 is the best there, of those that one deploys; a loop that teaches may come out"
    " below. The colours are those of the map at a glance. Where there is"
    " a delay to wait for, time is shown as how much longer the whole run took than"
    " the best one’s, and coloured by the run’s time. “Lost in noise”: in some process the cost came out at"
    " zero or below, so it is neither judged nor the best. Other words instead of a figure are outcomes:"
    " hover, or see “Outcomes” below, for the reason. Over a ratio or a difference, hovering tells the cost"
    " itself, per task or whatever else is counted there (“Every figure”)."
)
NAME = 24
"""Letters of a name at the edge of the map at a glance."""

KEY = ("the best, and up to ×1.1", *(f"to ×{most:g}" for most in GRADES[1:]), "more")


def heat_map(dataset: Dataset) -> Section:
    """Return the section: a map of all loads at a glance, and behind it all points, by time and by CPU."""
    words = Words(
        "Time never stands alone: a model that is good by the first figure of a field, time, and far behind"
        " by the second, CPU, burns a core."
    )
    tables = [_table(dataset, metric) for metric in metrics_for("map")]
    folded = [
        Folded(f"Every point by {metric.words}: {len(table.rows)} × {len(dataset.contenders)}", [table])
        for metric, table in zip(metrics_for("map"), tables, strict=True)
    ]
    blocks: list[Block] = [words, *_glance(dataset), *folded]
    return Section("map", "Heat map", blocks, "who is strong where: every load under every model")


def _glance(dataset: Dataset) -> list[HeatMap]:
    """Return the map of a point for each load, or nothing where nothing was timed."""
    points = standing_for(dataset)
    maps = [heat_rows(dataset, metric.name, points) for metric in metrics_for("map")]
    rows = tuple(_row(dataset, both) for both in zip(*maps, strict=True))
    return [
        HeatMap(
            name="glance",
            caption="Every load, time and CPU: how many times the best",
            names=tuple(_name(contender) for contender in dataset.contenders),
            rows=rows,
            key=KEY,
            reading=GLANCE_READING,
        )
    ][: len(rows)]


def _name(contender: RunContender) -> Field:
    return replace(named(contender), lines=(fitting(contender.label, NAME),))


def _row(dataset: Dataset, both: Sequence[HeatRow]) -> MapRow:
    point = both[0].point
    about = fitting(point.spelled(dataset.varying(point.workload)))
    cells = zip(*(row.fields for row in both), strict=True)
    return MapRow(fitting(point.workload, NAME), about, tuple(map(_cell, cells)))


def _cell(halves: Sequence[HeatField | None]) -> MapCell:
    told = [half for half in halves if half is not None]
    if not told:
        return MapCell((("–", None),))
    if all(half.times is None for half in told) and len({half.words for half in told}) == 1:
        return MapCell(((_short(told[0]), None),), f"{told[0].contender.label}: {told[0].words}")
    said = ", ".join(
        f"{metric.words} {half.words} ({half.hover})" if half.times else f"{metric.words} {half.words}"
        for metric, half in zip(metrics_for("map"), told, strict=True)
    )
    grades = tuple((_short(half), half.grade) for half in told)
    return MapCell(grades, f"{told[0].contender.label}: {said}", told[0].times)


def _short(half: HeatField) -> str:
    """Return a ratio in three signs at the most (``1.2``, ``31``, ``4k``), or the sign of what is none."""
    if half.times is None:
        return "?" if half.words == LOST else "✕"
    if half.times < 0.95:
        return f"{half.times:.2f}".removeprefix("0")
    for one, name in ((1e6, "M"), (1e3, "k")):
        if half.times >= one:
            return f"{min(half.times / one, 999):.0f}{name}"
    return "1" if half.times == 1 else f"{half.times:.1f}" if half.times < 9.95 else f"{half.times:.0f}"


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
    if heat.times is None:
        return Field(lines=(heat.words,), hover=heat.hover, faint=True)
    cost = heat.hover.partition(" per ")[0]  # the unit is the row's, and said by how to read it
    return Field(lines=(heat.words,), order=heat.times, grade=heat.grade, hover=cost)
