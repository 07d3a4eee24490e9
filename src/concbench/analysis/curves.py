"""Every process's values as one table: what charts are drawn from, curves fitted to, and ranks made of."""

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from concbench.results import queries
from concbench.results.costs import Column, columns_of, costs_by_cell, weights_by_cell
from concbench.results.header import HeaderCell, HeaderContender
from concbench.results.measured import Measured
from concbench.stats.processes import reduce_by_process
from concbench.workloads.spelling import spelled

COLUMNS = (
    "cell",
    "workload",
    "workload_version",
    "params",
    "tasks",
    "depth",
    "contender",
    "model",
    "python",
    "generation",
    "process",
    "metric",
    "unit",
    "value",
)
"""The columns of the table, in this order."""


def any_text() -> AbstractContextManager[None]:
    """Let tables that are made meanwhile hold any text: Arrow, where it is installed, takes Unicode alone."""
    return pd.option_context("mode.string_storage", "python")


def process_values(measured: Measured) -> pd.DataFrame:
    """Return a row for each process of each cell and metric, the cells in the header's order.

    Cells whose outcome is not ok have no rows, and only samples that count have a share in a value, which is
    the median over the process's samples. ``params`` spells the parameters (``tasks=10,delay=0.02``);
    ``tasks`` and ``depth`` are whole numbers, missing where a workload has no such parameter. ``python`` is
    the interpreter's release. The metrics are those of :func:`concbench.results.costs.columns_of`.

    Where a worker was lost and replaced, both of its processes have rows. Raises RunFileError where the
    samples of a cell are not those of its witness.
    """
    costs, weights = costs_by_cell(measured), weights_by_cell(measured)
    with any_text():
        parts = [
            _reduced(place, column)
            for place, cell in enumerate(measured.header.cells)
            if cell.id in costs
            for column in columns_of(cell.unit, costs[cell.id], weights.get(cell.id))
        ]
        values = {name: np.concatenate([part[name] for part in [_NOTHING, *parts]]) for name in _NOTHING}
        table = pd.DataFrame(values).astype({"metric": "str", "unit": "str"})
        return table.join(_about_cells(measured), on="place")[list(COLUMNS)]


def _reduced(place: int, column: Column) -> dict[str, NDArray[Any]]:
    processes, medians = reduce_by_process(column.values, column.process)
    _, first = np.unique(column.process, return_index=True)
    return {
        "place": np.full(processes.size, place),
        "generation": column.generation[first],
        "process": processes,
        "metric": np.full(processes.size, column.metric, dtype=object),
        "unit": np.full(processes.size, column.unit, dtype=object),
        "value": medians,
    }


_NOTHING = _reduced(0, Column("", "", np.array([]), np.array([], np.int64), np.array([], np.int64)))


def _about_cells(measured: Measured) -> pd.DataFrame:
    """Return what the header says of each cell, by its place in there."""
    contenders = queries.contenders_by_id(measured)
    rows = [_about(cell, contenders[cell.contender]) for cell in measured.header.cells]
    about = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in _OF_PROCESSES])
    return about.astype({"tasks": "Int64", "depth": "Int64"})


_OF_PROCESSES = ("generation", "process", "metric", "unit", "value")


def _about(cell: HeaderCell, contender: HeaderContender) -> dict[str, Any]:
    params = cell.params
    whole = {name: params[name] for name in ("tasks", "depth") if type(params.get(name)) is int}
    return {
        "cell": cell.id,
        "workload": cell.workload,
        "workload_version": cell.workload_version,
        "params": spelled(params),
        "contender": cell.contender,
        "model": contender.model,
        "python": contender.released,
        **whole,
    }
