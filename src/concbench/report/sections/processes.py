"""The table that a reader takes along: a row for each process of each cell, a column for each metric."""

import base64
import gzip
from typing import Any, Final

import pandas as pd

from concbench.analysis.curves import any_text
from concbench.analysis.dataset import Dataset
from concbench.metrics import METRICS
from concbench.report.blocks import Download
from concbench.report.exports.as_csv import harmless
from concbench.words import grouped

ABOUT: Final = ("run", "workload", "workload_version", "params", "tasks", "model", "contender", "python",
                "commit", "machine", "generation", "unit")  # fmt: skip
"""The columns before those of the metrics: what a process did, by whom, where, and what costs are per."""

DIGITS: Final = 4
"""Significant digits of a value, but of whole bytes: more than any two processes agree in."""

_ROW: Final = ["run", "cell", "process"]


def download(dataset: Dataset) -> Download:
    """Return the table as a file inside the page."""
    table = tidy(dataset)
    size = grouped(len(table))
    with any_text():
        lines = harmless(table).to_csv(index=False, lineterminator="\n", float_format=spelled)
    packed = gzip.compress(lines.encode(errors="replace"), compresslevel=9, mtime=0)
    return Download(
        name=f"concbench-{dataset.runs[0].header.run[:8]}.csv",
        content=base64.b64encode(packed).decode(),
        words=f"Download the tidy table as CSV ({size} rows: one for each process of each cell)",
    )


def tidy(dataset: Dataset) -> pd.DataFrame:
    """Return the table: ``ABOUT``, then the metrics that there are, in the units that their names tell."""
    values = dataset.table
    with any_text():
        metrics = [str(name) for name in values["metric"].unique()]
        wide = values.set_index([*_ROW, "metric"])["value"].unstack("metric").rename(columns=column_of)
        rows = _about(dataset, values.drop_duplicates(_ROW).join(wide, on=_ROW))
        columns = [*map(column_of, metrics)]
        whole = {name: rows[name].round().astype("Int64") for name in columns if name.endswith("_B")}
        return rows.assign(**whole)[[*ABOUT, *columns]].reset_index(drop=True)


def _about(dataset: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with what stands of their run and their cell elsewhere."""
    identities = [run.header.about.identity for run in dataset.runs]
    units = {(cell.contender.run, cell.summary.cell): cell.summary.unit for cell in dataset.cells}
    return rows.assign(
        unit=[units[place] for place in zip(rows["run"], rows["cell"], strict=True)],
        commit=rows["run"].map({n: one.get("commit", "unknown") for n, one in enumerate(identities)}),
        machine=rows["run"].map({n: one.get("machine", "unknown") for n, one in enumerate(identities)}),
        run=rows["run"].map({n: run.header.run for n, run in enumerate(dataset.runs)}),
    )


def column_of(name: str) -> str:
    """Return the heading of a metric, with its unit: ``wall_ns_per_unit``, ``peak_B``, ``early``."""
    unit = METRICS[name].spelled_unit("unit").replace("/", "_per_").removeprefix("1")
    return f"{name}_{unit}".rstrip("_")


def spelled(value: Any) -> str:
    """Return a value in ``DIGITS`` significant digits, a large one without an exponent."""
    short = f"{value:.{DIGITS}g}"
    return f"{float(short):.0f}" if "e+" in short else short
