"""Made-up runs whose medians, intervals, ratios and differences are known: ``Cell``, ``run_of``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from msgspec.structs import replace as struct_replace

from concbench.analysis.dataset import Dataset, gather
from concbench.results.consistency import Consistency
from concbench.results.header import Header
from concbench.results.measured import measured_of
from concbench.results.reader import Run
from tests.results.examples import Plain, example, made_header, plain, typed

TASKS = 10
NUMBER = 4
EXTRA = 50
"""Suspensions that the long leg of a slope has more than the short one."""

BASE = 250_000
"""What one repetition of the short leg of a slope takes (ns)."""

Cost = Callable[[int, int], float]
"""From generation and round to ns per unit, above the floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell with its true cost; ``late`` is its median lateness (ns), ``heavy`` its bytes per task.

    ``cpu`` is its CPU time per unit (half of the cost where it is not given), ``more`` are parameters
    beside tasks and delay. ``told`` is what its samples tell besides, by generation; ``counts`` what its
    witness counted of further units. In ``lost`` generations nothing was measured; without ``rounds`` it is
    only weighed.
    """

    contender: str
    cost: Cost
    workload: str = "spawn"
    version: str = "1"
    tasks: int = TASKS
    more: tuple[tuple[str, Any], ...] = ()
    floor_ns: int = 0
    generations: int = 7
    lost: Collection[int] = ()
    rounds: int = 3
    cpu: Cost | None = None
    late: int | Callable[[int], int] | None = None
    heavy: Sequence[int] = ()
    observed: bool = True
    told: Callable[[int], Plain] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    outcome: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        more = "".join(f",{name}={value}" for name, value in self.more)
        version = "" if self.version == "1" else f"@{self.version}"
        return f"{self.workload}{version}[tasks={self.tasks}{more}]/{self.contender}"

    @property
    def slope(self) -> bool:
        return self.workload in ("switch", "chain")

    @property
    def point(self) -> tuple[object, ...]:
        return self.workload, self.version, self.tasks, repr(self.more)


def always(cost: float) -> Cost:
    return lambda _generation, _round: cost


def busy(share: float) -> Callable[[int], Plain]:
    """Return what samples tell of a companion that took this share of a core."""
    return lambda _generation: {"companion_busy": share}


def growing(first: float, step: float) -> Cost:
    """Cost ``first`` in generation 0, ``step`` more in each later one."""
    return lambda generation, _round: first + step * generation


def dataset_of(*cells: Cell, baseline: str | None = None, **header: Any) -> Dataset:
    """Return the dataset of a report on one run of these cells."""
    return gather([measured_of(run_of(*cells, **header))], baseline=baseline)


def run_of(*cells: Cell, about: Mapping[str, Mapping[str, Any]] | None = None, **header: Any) -> Run:
    """Return a complete run of these cells: one block for each point.

    ``about`` says more of contenders, under their ids; ``header`` of the run.
    """
    points = list(dict.fromkeys(cell.point for cell in cells))
    records = [_witness(cell) for cell in cells if cell.outcome is None]
    for generation in range(max(cell.generations for cell in cells)):
        for purpose in ("time", "memory"):
            records += _processes(cells, generation, purpose)
            for number, point in enumerate(points):
                block = number + (len(points) if purpose == "memory" else 0)
                records += _block(cells, point, purpose, generation, block)
    records += [
        example("outcome", cell=cell.id, generation=0, **cell.outcome) for cell in cells if cell.outcome
    ]
    records.append(example("end"))
    made, read = _header(cells, about or {}, header), list(map(typed, records))
    consistency = Consistency()
    for record in (made, *read):
        assert consistency.complaint_about(record) is None, consistency.complaint_about(record)
        consistency.note(record)
    return Run(path=Path("made-up.jsonl"), header=made, records=tuple(read), torn=None)


def with_records(run: Run, change: Callable[[Plain], Plain]) -> Run:
    """Return a run whose records are changed one by one."""
    return replace(run, records=tuple(typed(change(plain(record))) for record in run.records))


def with_samples(run: Run, change: Callable[[Plain], Plain]) -> Run:
    """Return a run whose samples are changed one by one."""
    return with_records(run, lambda record: change(record) if record["type"] == "sample" else record)


def run_elsewhere(run: Run, number: int, **identity: str) -> Run:
    """Return the same samples as another run, whose environment has another identity."""
    environment = run.header.environment
    changed = environment | {"identity": environment["identity"] | identity}
    header = struct_replace(run.header, run=f"{number:032x}", environment=changed)
    return replace(run, path=Path(f"made-up-{number}.jsonl"), header=header)


def _header(cells: Sequence[Cell], about: Mapping[str, Mapping[str, Any]], changes: dict[str, Any]) -> Header:
    names = list(dict.fromkeys(cell.contender for cell in cells))
    usual = {"dialect": "generator", "python": "3.13", "version": "3.13.0"}
    return made_header(
        contenders=[{"id": name, "model": name, **usual, **about.get(name, {})} for name in names],
        cells=[
            {
                "id": cell.id,
                "workload": cell.workload,
                "contender": cell.contender,
                "params": {"tasks": cell.tasks, "delay": 0.02, **dict(cell.more)},
                "unit": next(iter(cell.counts), "suspension" if cell.slope else "task"),
                "floor_ns": cell.floor_ns,
                **({"long_floor_ns": 2 * cell.floor_ns} if cell.slope and cell.floor_ns else {}),
                "workload_version": cell.version,
            }
            for cell in cells
        ],
        **changes,
    )


def _witness(cell: Cell) -> Plain:
    legs: list[Plain] = [{"tasks": cell.tasks, "suspensions": EXTRA}]
    if cell.counts:
        legs[0]["counts"] = {"task": cell.tasks, "suspension": EXTRA, **cell.counts}
    if cell.slope:
        legs.append({"tasks": cell.tasks, "suspensions": 2 * EXTRA})
    return example("witness", cell=cell.id, legs=legs, number=NUMBER)


def _there(cell: Cell, purpose: str, generation: int) -> bool:
    measured = cell.rounds > 0 if purpose == "time" else bool(cell.heavy)
    around = generation < cell.generations and generation not in cell.lost
    return measured and around and cell.outcome is None


def _processes(cells: Sequence[Cell], generation: int, purpose: str) -> list[Plain]:
    """Return a process for each cell: numbers are those of generation, purpose and cell."""
    return [
        example(
            "process",
            process=_process(cells, cell, generation, purpose),
            contender=cell.contender,
            generation=generation,
            purpose=purpose,
        )
        for cell in cells
        if _there(cell, purpose, generation)
    ]


def _block(
    cells: Sequence[Cell], point: tuple[object, ...], purpose: str, generation: int, block: int
) -> list[Plain]:
    there = [cell for cell in cells if cell.point == point and _there(cell, purpose, generation)]
    if not there and purpose == "memory":
        return []
    place = {"generation": generation, "block": block}
    measured = []
    for cell in there:
        mine = {"cell": cell.id, "process": _process(cells, cell, generation, purpose), **place}
        if purpose == "memory":
            measured.append(example("memory", **mine) | _weight(cell, cell.heavy[generation]))
        else:
            measured += [
                example("sample", **mine, round=round_) | _figures(cell, generation, round_)
                for round_ in range(cell.rounds)
            ]
    return [*measured, example("block", cells=[cell.id for cell in there], **place)]


def _process(cells: Sequence[Cell], cell: Cell, generation: int, purpose: str) -> int:
    return (2 * generation + (purpose == "memory")) * len(cells) + cells.index(cell)


def _figures(cell: Cell, generation: int, round_: int) -> Plain:
    cost = cell.cost(generation, round_)
    cpu = max(0.0, cost) / 2 if cell.cpu is None else cell.cpu(generation, round_)
    units = EXTRA if cell.slope else cell.tasks
    leg = example("sample")["legs"][0] | {"number": NUMBER}
    base, floor = NUMBER * BASE if cell.slope else 0, NUMBER * cell.floor_ns
    wall = {"wall_ns": max(1, base + (2 if cell.slope else 1) * floor + NUMBER * round(cost * units))}
    last = leg | wall | {"cpu_ns": base // 2 + round(NUMBER * cpu * units)}
    legs = [last | {"leg": "single"}]
    if cell.slope:
        short = {"leg": "short", "wall_ns": base + floor, "cpu_ns": base // 2}
        legs = [leg | short, last | {"leg": "long"}]
    return {"legs": legs, "first": legs[0]["leg"], "records": _lateness(cell, generation)}


def _lateness(cell: Cell, generation: int) -> Plain:
    if cell.told is not None:
        return cell.told(generation)
    if cell.late is None:
        return {}
    late = cell.late if isinstance(cell.late, int) else cell.late(generation)
    quantiles = {f"lateness_p{share}_ns": late * share // 50 for share in (50, 90, 99)}
    return quantiles | {"lateness_max_ns": 3 * late, "early": int(late < 0)}


def _weight(cell: Cell, bytes_: int) -> Plain:
    floor = 20_000_000
    seen = floor + bytes_ * cell.tasks if cell.observed else None
    return {
        "tasks": cell.tasks,
        "baseline_bytes": floor,
        "observed_bytes": seen,
        "peak_bytes": floor + bytes_,
        "floor_bytes": floor,
    }
