"""Every process's values as one table: what charts are drawn from, curves fitted to, and ranks made of."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from concbench.measure.plan import spell
from concbench.report.costs import Costs, Weights, costs_by_cell, weights_by_cell
from concbench.results import queries
from concbench.results.measured import Measured
from concbench.stats.processes import reduce_by_process

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

Record = dict[str, Any]


def process_values(measured: Measured) -> pd.DataFrame:
    """Return a row for each process of each cell and metric, the cells in the header's order.

    Cells whose outcome is not ok have no rows, and only samples that count have a share in a value, which is
    the median over the process's samples. ``params`` spells the parameters (``tasks=10,delay=0.02``);
    ``tasks`` and ``depth`` are whole numbers, missing where a workload has no such parameter. ``python`` is
    the interpreter's release. The metrics:

    - ``wall`` and ``cpu``: ns per task or suspension, ``wall`` above the floor;
    - ``run_wall`` and ``run_cpu``: ns of one whole repetition, the floor included; of a slope, the long leg;
    - ``memory`` (bytes per task) or ``peak`` (bytes above what the process held before);
    - ``lateness_p50``, ``…_p90``, ``…_p99`` and ``…_max`` (ns), and ``early``, a share of the tasks.

    Where a worker was lost and replaced, both of its processes have rows. Raises RunFileError where the
    samples of a cell are not those of its witness.
    """
    costs, weights = costs_by_cell(measured), weights_by_cell(measured)
    parts = [
        _reduced(place, column)
        for place, cell in enumerate(measured.header["cells"])
        if cell["id"] in costs
        for column in _columns(cell["unit"], costs[cell["id"]], weights.get(cell["id"]))
    ]
    about = _about_cells(measured)
    values = pd.concat(parts, ignore_index=True) if parts else _reduced(0, _NOTHING)
    return values.join(about, on="place")[list(COLUMNS)]


class _Column(NamedTuple):
    """One metric of one cell, each with the shape (samples,)."""

    metric: str
    unit: str
    values: NDArray[np.float64]
    process: NDArray[np.int64]
    generation: NDArray[np.int64]


_NOTHING = _Column("", "", np.array([]), np.array([], np.int64), np.array([], np.int64))


def _columns(unit: str, costs: Costs, weights: Weights | None) -> Iterator[_Column]:
    labels = costs.process, costs.generation
    if costs.process.size:
        yield _Column("wall", f"ns/{unit}", costs.wall, *labels)
        yield _Column("cpu", f"ns/{unit}", costs.cpu, *labels)
        yield _Column("run_wall", "ns", costs.run_wall, *labels)
        yield _Column("run_cpu", "ns", costs.run_cpu, *labels)
    if weights is not None:
        name, per = ("memory", "B/task") if weights.kind == "per task" else ("peak", "B")
        yield _Column(name, per, weights.values, weights.process, weights.generation)
    if costs.told.any():
        told = [label[costs.told] for label in labels]
        for name, late in costs.lateness.items():
            yield _Column(f"lateness_{name}", "ns", late[costs.told], *told)
        yield _Column("early", "1", costs.early[costs.told] / costs.tasks, *told)


def _reduced(place: int, column: _Column) -> pd.DataFrame:
    processes, medians = reduce_by_process(column.values, column.process)
    _, first = np.unique(column.process, return_index=True)
    return pd.DataFrame(
        {
            "place": place,
            "generation": column.generation[first],
            "process": processes,
            "metric": column.metric,
            "unit": column.unit,
            "value": medians,
        }
    )


def _about_cells(measured: Measured) -> pd.DataFrame:
    """Return what the header says of each cell, by its place in there."""
    contenders = queries.contenders_by_id(measured)
    rows = [_about(cell, contenders[cell["contender"]]) for cell in measured.header["cells"]]
    about = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in _OF_PROCESSES])
    return about.astype({"tasks": "Int64", "depth": "Int64"})


_OF_PROCESSES = ("generation", "process", "metric", "unit", "value")


def _about(cell: Record, contender: Record) -> Record:
    params = cell["params"]
    whole = {name: params[name] for name in ("tasks", "depth") if type(params.get(name)) is int}
    return {
        "cell": cell["id"],
        "workload": cell["workload"],
        "workload_version": cell["workload_version"],
        "params": ",".join(f"{name}={spell(value)}" for name, value in params.items()),
        "contender": cell["contender"],
        "model": contender["model"],
        "python": contender.get("release", contender["python"]),
        **whole,
    }
