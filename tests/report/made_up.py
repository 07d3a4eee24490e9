"""Made-up runs whose medians, intervals, ratios and differences are known: ``Cell``, ``run_of``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concbench.results.reader import Run
from concbench.results.schema import Record, complaint_about
from tests.results.examples import example

TASKS = 10
NUMBER = 4
EXTRA = 50
"""Suspensions that the long leg of a slope has more than the short one."""

Cost = Callable[[int, int], float]
"""From generation and round to ns per unit, above the floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell with its true cost; ``late`` is its median lateness (ns), ``heavy`` its bytes per task."""

    contender: str
    cost: Cost
    workload: str = "spawn"
    tasks: int = TASKS
    floor_ns: int = 0
    generations: int = 7
    rounds: int = 3
    late: int | None = None
    heavy: Sequence[int] = ()
    observed: bool = True
    outcome: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return f"{self.workload}[tasks={self.tasks}]/{self.contender}"

    @property
    def slope(self) -> bool:
        return self.workload == "switch"


def always(cost: float) -> Cost:
    return lambda _generation, _round: cost


def growing(first: float, step: float) -> Cost:
    """Cost ``first`` in generation 0, ``step`` more in each later one."""
    return lambda generation, _round: first + step * generation


def run_of(*cells: Cell, **header: Any) -> Run:
    """Return a complete run of these cells: one block for each point."""
    points = list(dict.fromkeys((cell.workload, cell.tasks) for cell in cells))
    records = [_witness(cell) for cell in cells if cell.outcome is None]
    for generation in range(max(cell.generations for cell in cells)):
        for block, point in enumerate(points):
            mine = [cell for cell in cells if (cell.workload, cell.tasks) == point]
            records += _block(mine, generation, block)
    records += [
        example("outcome", cell=cell.id, generation=0, **cell.outcome) for cell in cells if cell.outcome
    ]
    records.append(example("end"))
    complaints = [complaint for record in records if (complaint := complaint_about(record))]
    assert not complaints
    return Run(path=Path("made-up.jsonl"), header=_header(cells, header), records=tuple(records), torn=None)


def _header(cells: Sequence[Cell], changes: dict[str, Any]) -> Record:
    names = list(dict.fromkeys(cell.contender for cell in cells))
    about = {"dialect": "generator", "python": "3.13", "version": "3.13.0"}
    return example(
        "header",
        contenders=[{"id": name, "model": name, **about} for name in names],
        cells=[
            {
                "id": cell.id,
                "workload": cell.workload,
                "contender": cell.contender,
                "params": {"tasks": cell.tasks, "delay": 0.02},
                "unit": "suspension" if cell.slope else "task",
                "floor_ns": cell.floor_ns,
                "workload_version": "1",
            }
            for cell in cells
        ],
        **changes,
    )


def _witness(cell: Cell) -> Record:
    legs = [{"tasks": cell.tasks, "suspensions": EXTRA}]
    if cell.slope:
        legs.append({"tasks": cell.tasks, "suspensions": 2 * EXTRA})
    return example("witness", cell=cell.id, legs=legs, number=NUMBER)


def _block(cells: Sequence[Cell], generation: int, block: int) -> list[Record]:
    there = [cell for cell in cells if generation < cell.generations and cell.outcome is None]
    place = {"generation": generation, "block": block}
    samples = [
        example("sample", cell=cell.id, process=_process(cells, cell, generation), round=round_, **place)
        | _figures(cell, cell.cost(generation, round_))
        for cell in there
        for round_ in range(cell.rounds)
    ]
    memory = [
        example("memory", cell=cell.id, process=100 + _process(cells, cell, generation), **place)
        | _weight(cell, cell.heavy[generation])
        for cell in there
        if cell.heavy
    ]
    return [*samples, *memory, example("block", cells=[cell.id for cell in there], **place)]


def _process(cells: Sequence[Cell], cell: Cell, generation: int) -> int:
    return generation * len(cells) + cells.index(cell)


def _figures(cell: Cell, cost: float) -> Record:
    """Return a sample's legs: half of the cost is CPU time."""
    leg = example("sample")["legs"][0] | {"number": NUMBER}
    if cell.slope:
        base = 1_000_000
        walls = {"short": base, "long": base + round(cost * EXTRA * NUMBER)}
    else:
        walls = {"single": NUMBER * (cell.floor_ns + round(cost * cell.tasks))}
    legs = [
        leg | {"leg": name, "wall_ns": wall, "cpu_ns": max(0, wall - NUMBER * cell.floor_ns) // 2}
        for name, wall in walls.items()
    ]
    records: Record = {}
    if cell.late is not None:
        records = {f"lateness_p{share}_ns": cell.late * share // 50 for share in (50, 90, 99)}
        records |= {"lateness_max_ns": 3 * cell.late, "early": int(cell.late < 0)}
    return {"legs": legs, "first": legs[0]["leg"], "records": records}


def _weight(cell: Cell, bytes_: int) -> Record:
    floor = 20_000_000
    seen = floor + bytes_ * cell.tasks if cell.observed else None
    return {
        "tasks": cell.tasks,
        "baseline_bytes": floor,
        "observed_bytes": seen,
        "peak_bytes": floor + bytes_,
        "floor_bytes": floor,
    }
