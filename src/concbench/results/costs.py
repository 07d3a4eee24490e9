"""From samples to costs: figures divided by what the witness counted, cell by cell, as columns.

Reports and the tidy table are made of the same columns, so they say the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from concbench.metrics import Metric, metrics_for
from concbench.results import queries
from concbench.results.columns import Samples
from concbench.results.errors import RunFileError
from concbench.results.header import HeaderCell
from concbench.results.measured import Measured
from concbench.results.records import MemoryRecord, WitnessRecord, bytes_per_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The samples of one cell that count, in the file's order; all columns have the shape (samples,).

    ``figures`` has a column for each metric of the table by its name, in its own unit, NaN where a sample
    does not tell. ``whole`` returns a metric's figures undivided: of one repetition of the long leg where
    there are two, or what the workload tells besides. ``tasks`` are those that the witness counted (in the
    short leg where there are two). ``calibration`` is the reading just before each sample, in ns.
    """

    process: NDArray[np.int64]
    generation: NDArray[np.int64]
    round: NDArray[np.int64]
    figures: Mapping[str, NDArray[np.float64]]
    whole: Callable[[Metric], NDArray[np.float64]]
    tasks: int
    calibration: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """The memory records of one cell that count, as columns of the shape (records,).

    ``values`` are bytes ``per task`` as a keeper task saw them, or the ``peak`` above what the process held
    before.
    """

    kind: Literal["per task", "peak"]
    values: NDArray[np.float64]
    process: NDArray[np.int64]
    generation: NDArray[np.int64]


def costs_by_cell(measured: Measured) -> dict[str, Costs]:
    """Return the costs of every cell whose outcome is ok, under its id, in the header's order.

    Raises RunFileError where the samples of a cell are not those of its witness.
    """
    outcomes, witnesses = queries.outcomes(measured), queries.witnesses(measured)
    found = {}
    cells = measured.header.cells
    for cell, rows in zip(cells, rows_by_cell(measured.samples, len(cells)), strict=True):
        name = cell.id
        if outcomes[name].name == "ok":
            witness = witnesses.get(name)
            if witness is None or not _divisible(measured.samples, rows, witness, cell.unit):
                raise RunFileError(
                    f"no witness counted what the samples of cell {name!r} did, so their costs cannot be "
                    "told; measure it again",
                    measured.path,
                )
            found[name] = _costs(measured.samples, rows, witness, cell)
    return found


def rows_by_cell(samples: Samples, cells: int) -> list[NDArray[np.int64]]:
    """Return the places of the samples that count, ascending, for each of so many cells."""
    counted = np.flatnonzero(samples.counted)
    ordered = counted[np.argsort(samples.cell[counted], kind="stable")]
    edges = np.searchsorted(samples.cell[ordered], np.arange(cells + 1))
    return [ordered[start:stop] for start, stop in pairwise(edges)]


def _divisible(samples: Samples, rows: NDArray[np.int64], witness: WitnessRecord, unit: str) -> bool:
    """Say whether samples have the legs that the witness counted, and it counted tasks and something."""
    long = np.isfinite(next(iter(samples.legs.values()))[rows, 1])
    as_many = not np.any(long) if len(witness.legs) == 1 else bool(np.all(long))
    counted = witness.legs[0].counts.get("task", 0) > 0 and witness.unit(unit) is not None
    return as_many and counted


def _costs(samples: Samples, rows: NDArray[np.int64], witness: WitnessRecord, cell: HeaderCell) -> Costs:
    figures = {}
    for metric in metrics_for("table"):
        if metric.source == "leg":
            floors = cell.floors if metric.above_floor else (0, 0)
            figures[metric.name] = _per(metric, samples.legs[metric.key][rows] - floors, witness, cell.unit)
        elif metric.source == "extras":
            figures[metric.name] = samples.extras[metric.key][rows] / _divisor(metric, witness, cell.unit)

    def whole(metric: Metric) -> NDArray[np.float64]:
        of_leg = metric.source == "leg"
        told = samples.legs[metric.key][:, len(witness.legs) - 1] if of_leg else samples.extras[metric.key]
        return told[rows]

    return Costs(
        process=samples.process[rows],
        generation=samples.generation[rows],
        round=samples.round[rows],
        figures=figures,
        whole=whole,
        tasks=witness.legs[0].counts["task"],
        calibration=samples.calibration_ns[rows].astype(np.float64),
    )


def _per(metric: Metric, runs: NDArray[np.float64], witness: WitnessRecord, unit: str) -> NDArray[np.float64]:
    """Return what a run took, or a unit of its work: where there are two legs, of the further ones alone."""
    if metric.per == "run":
        whole: NDArray[np.float64] = runs[:, len(witness.legs) - 1]
        return whole
    if len(witness.legs) == 1 or metric.per == "task":
        each: NDArray[np.float64] = runs[:, 0] / _divisor(metric, witness, unit)
        return each
    return slope(runs[:, 0], runs[:, 1], witness.count(witness.unit(unit) or unit))


def _divisor(metric: Metric, witness: WitnessRecord, unit: str) -> int:
    """Return what the figure of a short or only leg is divided by."""
    counts = witness.legs[0].counts
    return {"run": 1, "task": counts["task"], "unit": counts[witness.unit(unit) or unit]}[metric.per]


def slope(short: NDArray[np.float64], long: NDArray[np.float64], extra: int) -> NDArray[np.float64]:
    """Return the cost of one unit of work, (long - short) / extra, in the legs' unit for each unit of work.

    ``short`` and ``long``, shape (rounds,), are two legs measured next to each other in one process, the
    long one with ``extra`` more units of work, as the witness counted them. What both legs share (start-up,
    spawning) cancels. Noise may make a single slope negative: reduce the slopes by process before they are
    compared as ratios.

    Raises ValueError for shapes that differ, and for an ``extra`` that is not positive.
    """
    if short.shape != long.shape:
        raise ValueError(f"legs of shape {short.shape} and {long.shape} are no pairs")
    if extra <= 0:
        raise ValueError(f"a long leg with {extra} more units of work than the short one tells no cost")
    return (long - short) / extra


def weights_by_cell(measured: Measured) -> dict[str, Weights]:
    """Return the weights of every cell whose memory records tell one, under its id."""
    grouped: defaultdict[str, list[MemoryRecord]] = defaultdict(list)
    for record in queries.counted_memory(measured):
        grouped[record.cell].append(record)
    return {cell: weights for cell, memory in grouped.items() if (weights := _weights(memory)) is not None}


def _weights(memory: Sequence[MemoryRecord]) -> Weights | None:
    process, generation = (
        np.array([getattr(one, name) for one in memory], np.int64) for name in ("process", "generation")
    )
    seen = [each for one in memory if (each := bytes_per_task(one)) is not None]
    if len(seen) == len(memory):
        return Weights("per task", np.array(seen), process, generation)
    peaks = [one.peak_bytes - one.floor_bytes for one in memory if one.peak_bytes is not None]
    if len(peaks) < len(memory) or not all(one.peak_was_reset for one in memory):
        return None  # an older, higher peak would hide this one
    return Weights("peak", np.array(peaks, dtype=np.float64), process, generation)


class Column(NamedTuple):
    """One metric of one cell: its values and the processes that they are of, each of the shape (samples,)."""

    metric: str
    unit: str
    values: NDArray[np.float64]
    process: NDArray[np.int64]
    generation: NDArray[np.int64]

    def in_seconds(self) -> "Column":
        """Return it in s and units of s where it is in ns."""
        if not self.unit.startswith("ns"):
            return self
        return self._replace(unit=self.unit.removeprefix("n"), values=self.values / 1e9)


def columns_of(unit: str, costs: Costs, weights: Weights | None) -> Iterator[Column]:
    """Yield the metrics of a cell that were measured, ``unit`` being what a cost is divided by."""
    for metric in metrics_for("table"):
        spelled = metric.spelled_unit(unit)
        if metric.source == "memory" and weights is not None and weights.kind == metric.key:
            yield Column(metric.name, spelled, weights.values, weights.process, weights.generation)
        elif metric.source != "memory":
            values = costs.figures[metric.name]
            told = np.isfinite(values)
            if told.all() and told.size:
                yield Column(metric.name, spelled, values, costs.process, costs.generation)
            elif told.any():
                yield Column(metric.name, spelled, values[told], costs.process[told], costs.generation[told])
