"""From a run file to one summary for each cell: medians with intervals, and comparisons with a baseline.

A sample's figures are divided by what the witness counted. The samples of a process are reduced to one
value, since they are not independent, and intervals are over processes. Comparisons pair what was
measured in the same round of the same generation; which of them are real is decided for all cells of the
run together, with the false-discovery rate held at 1 %.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Literal

from concbench.results import queries
from concbench.results.queries import Outcome
from concbench.results.reader import Run
from concbench.stats.discovery import false_discovery
from concbench.stats.interval import Interval, NotDetermined
from concbench.stats.median import median_interval
from concbench.stats.paired import Comparison, difference_interval, ratio_interval
from concbench.stats.processes import reduce_by_process, slope

Record = dict[str, Any]
FALSE_DISCOVERY_RATE = 0.01


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median over processes; ``interval`` is None where there are too few of them."""

    middle: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Against:
    """A comparison with the baseline: a ratio, or a difference in ns where there is a floor to be above.

    ``real``: it withstands the control of false discoveries. ``comparison`` is None, with the ``reason``,
    where the data determine none.
    """

    kind: Literal["ratio", "difference"]
    comparison: Comparison | None
    reason: str | None = None
    real: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One cell. Times are in ns per unit of its workload, above the floor; memory is in bytes.

    ``memory_kind`` says what memory is: ``per task`` as a keeper task saw it, or the ``peak`` above what
    the process held before. ``lateness`` maps p50, p90, p99 and max to ns, ``early`` is the share of
    tasks that went on before their deadline.
    """

    cell: str
    workload: str
    params: Mapping[str, Any]
    contender: str
    unit: str
    outcome: Outcome
    samples: int = 0
    processes: int = 0
    wall: Estimate | None = None
    cpu: Estimate | None = None
    memory: Estimate | None = None
    memory_kind: Literal["per task", "peak"] | None = None
    lateness: Mapping[str, Estimate] | None = None
    early: float | None = None
    against: Against | None = None


def summarise(run: Run, baseline: str | None = None) -> list[Summary]:
    """Return a summary for each cell of the run, in the header's order.

    ``baseline`` is the contender that the others are compared with at each point.
    """
    samples, memory = _by_cell(queries.counted_samples(run)), _by_cell(queries.counted_memory(run))
    outcomes, witnesses = queries.outcomes(run), queries.witnesses(run)
    costs: dict[str, list[_Cost]] = {}
    summaries = []
    for cell in run.header["cells"]:
        name = cell["id"]
        summary = Summary(
            cell=name,
            workload=cell["workload"],
            params=cell["params"],
            contender=cell["contender"],
            unit=cell["unit"],
            outcome=outcomes[name],
        )
        if outcomes[name].name == "ok":
            counted = witnesses[name]["legs"]
            costs[name] = _costs(samples[name], counted, cell["floor_ns"])
            summary = _with_figures(summary, samples[name], costs[name], memory[name])
            summary = replace(summary, **_lateness(samples[name], counted[0]["tasks"]))
        summaries.append(summary)
    return _compare(summaries, costs, run.header["cells"], baseline) if baseline else summaries


@dataclass(frozen=True, slots=True)
class _Cost:
    """One sample's wall and CPU time (ns per unit), and where it belongs."""

    wall: float
    cpu: float
    process: int
    generation: int
    round: int


def _by_cell(records: Iterable[Record]) -> defaultdict[str, list[Record]]:
    grouped: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        grouped[record["cell"]].append(record)
    return grouped


def _costs(samples: Sequence[Record], counted: Sequence[Record], floor_ns: int) -> list[_Cost]:
    """Divide the samples' figures by the witnessed counts: by tasks, or a slope by the extra suspensions."""
    wall, cpu = (
        _per_unit([_legs(sample, figure) for sample in samples], counted, floor)
        for figure, floor in (("wall_ns", floor_ns), ("cpu_ns", 0))
    )
    return [
        _Cost(wall[place], cpu[place], sample["process"], sample["generation"], sample["round"])
        for place, sample in enumerate(samples)
    ]


def _legs(sample: Record, figure: str) -> dict[str, float]:
    """Return a figure of one repetition, for each leg."""
    return {leg["leg"]: leg[figure] / leg["number"] for leg in sample["legs"]}


def _per_unit(legs: Sequence[Mapping[str, float]], counted: Sequence[Record], floor: float) -> list[float]:
    if len(counted) == 1:
        return [(leg["single"] - floor) / counted[0]["tasks"] for leg in legs]
    extra = counted[1]["suspensions"] - counted[0]["suspensions"]
    short, long = ([leg[name] for leg in legs] for name in ("short", "long"))
    return [float(cost) for cost in slope(short, long, extra)]


def _estimate(values: Sequence[float], processes: Sequence[int]) -> Estimate:
    _, reduced = reduce_by_process(values, processes)
    try:
        interval = median_interval(reduced)
    except NotDetermined:
        return Estimate(float(median(reduced)), None)
    return Estimate(interval.middle, interval)


def _with_figures(
    summary: Summary, samples: Sequence[Record], costs: Sequence[_Cost], memory: Sequence[Record]
) -> Summary:
    if memory:
        summary = _with_memory(summary, memory)
    if not samples:
        return summary
    processes = [cost.process for cost in costs]
    return replace(
        summary,
        samples=len(samples),
        processes=len(set(processes)),
        wall=_estimate([cost.wall for cost in costs], processes),
        cpu=_estimate([cost.cpu for cost in costs], processes),
    )


def _with_memory(summary: Summary, memory: Sequence[Record]) -> Summary:
    processes = [record["process"] for record in memory]
    observed = [record["observed_bytes"] for record in memory]
    if None not in observed:
        values = [
            (seen - record["baseline_bytes"]) / record["tasks"]
            for seen, record in zip(observed, memory, strict=True)
        ]
        return replace(summary, memory=_estimate(values, processes), memory_kind="per task")
    if any(record["peak_bytes"] is None or not record.get("peak_was_reset", True) for record in memory):
        return summary  # an older, higher peak would hide this one
    values = [record["peak_bytes"] - record["floor_bytes"] for record in memory]
    return replace(summary, memory=_estimate(values, processes), memory_kind="peak")


def _lateness(samples: Sequence[Record], tasks: int) -> dict[str, Any]:
    """Return the lateness, each quantile as a median over processes, and the share of early wakes."""
    told = [sample for sample in samples if "lateness_p50_ns" in sample["records"]]
    if not told:
        return {}
    processes = [sample["process"] for sample in told]
    figures = {
        name: _estimate([sample["records"][f"lateness_{name}_ns"] for sample in told], processes)
        for name in ("p50", "p90", "p99", "max")
    }
    early = sum(sample["records"]["early"] for sample in told) / (len(told) * tasks)
    return {"lateness": figures, "early": early}


def _compare(
    summaries: Sequence[Summary],
    costs: Mapping[str, Sequence[_Cost]],
    cells: Sequence[Record],
    baseline: str,
) -> list[Summary]:
    """Compare every cell with the baseline's at the same point, and mark what is real."""
    bases = {_point(cell): cell["id"] for cell in cells if cell["contender"] == baseline}
    floors = {cell["id"]: cell["floor_ns"] for cell in cells}
    compared = []
    for summary in summaries:
        base = bases.get((summary.workload, *summary.params.values()))
        against = None
        if summary.contender != baseline and base is not None and {base, summary.cell} <= costs.keys():
            kind: Literal["ratio", "difference"] = "difference" if floors[summary.cell] else "ratio"
            against = _against(kind, costs[summary.cell], costs[base])
        compared.append(replace(summary, against=against))
    return _mark_real(compared)


def _point(cell: Record) -> tuple[Any, ...]:
    return (cell["workload"], *cell["params"].values())


def _against(kind: Literal["ratio", "difference"], ours: Sequence[_Cost], theirs: Sequence[_Cost]) -> Against:
    """Pair by generation and round; where a round's slope is not positive, the medians of generations."""
    mine, base = ({(cost.generation, cost.round): cost.wall for cost in side} for side in (ours, theirs))
    common = sorted(mine.keys() & base.keys())
    left, right = [mine[key] for key in common], [base[key] for key in common]
    generations = [generation for generation, _round in common]
    compare: Callable[..., Comparison] = difference_interval if kind == "difference" else ratio_interval
    try:
        if kind == "ratio" and min([*left, *right], default=1.0) <= 0:
            _, left_reduced = reduce_by_process(left, generations)
            _, right_reduced = reduce_by_process(right, generations)
            return Against(kind, compare(left_reduced, right_reduced))
        return Against(kind, compare(left, right, generations=generations))
    except NotDetermined as undetermined:
        return Against(kind, None, undetermined.reason)


def _mark_real(summaries: Sequence[Summary]) -> list[Summary]:
    judged = [
        (index, summary.against, summary.against.comparison.p_value)
        for index, summary in enumerate(summaries)
        if summary.against is not None and summary.against.comparison is not None
    ]
    if not judged:
        return list(summaries)
    real = false_discovery([p_value for _, _, p_value in judged], rate=FALSE_DISCOVERY_RATE)
    marked = list(summaries)
    for (index, against, _), discovered in zip(judged, real, strict=True):
        marked[index] = replace(marked[index], against=replace(against, real=bool(discovered)))
    return marked
