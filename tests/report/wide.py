"""A run of fifteen models and fifteen workloads, every value of which differs: a wide page is made of it."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from concbench.results.reader import Run
from tests.report.made_up import Cell, Cost, run_of

MODELS = (
    "polling", "generator", "yield-from", "asyncio", "asyncio-eager", "uvloop", "rloop", "trio",
    "anyio-asyncio", "anyio-trio", "tinyio", "curio", "gevent", "threads", "thread-pool",
)  # fmt: skip
FAMILIES = (*("teaching",) * 3, *("event-loop",) * 4, *("library",) * 6, "threads", "pool")
WORKLOADS = (
    "timers", "spawn", "parked", "switch", "chain", "queue", "semaphore", "cancel", "timeout", "pingpong",
    "ring", "tree", "mix", "parallel", "echo",
)  # fmt: skip
MOST_BYTES = 1_500_000
"""What the page of such a run may have."""


def wide_run(sizes: Sequence[int], generations: int) -> Run:
    """Return the run: each workload at these numbers of tasks, in so many processes a cell."""
    draw = random.Random(1)
    about = {
        name: {"family": family, "dialect": "coroutine"}
        for name, family in zip(MODELS, FAMILIES, strict=True)
    }
    cells = [
        cell
        for workload in WORKLOADS
        for name in MODELS
        for cell in _cells(draw, name, workload, sizes, generations)
    ]
    return run_of(*cells, about=about)


def _cells(
    draw: random.Random, name: str, workload: str, sizes: Sequence[int], generations: int
) -> Iterator[Cell]:
    times: dict[str, Any] = {"generations": generations, "rounds": 1}
    own = draw.lognormvariate(8, 1)
    for tasks in sizes:
        values = [own * draw.lognormvariate(0, 0.1) for _ in range(generations)]
        more: dict[str, Any] = {}
        if workload == "timers":
            more = {"floor_ns": 20_000_000, "late": _of([round(9 * value) for value in values])}
        elif workload == "parked":
            more = {"heavy": [round(value) for value in values]}
        elif workload == "chain":
            more = {"more": (("depth", tasks),)}
        elif workload in ("pingpong", "echo", "mix"):
            told = ({f"latency_{one}_ns": round(k * value) for k, one in enumerate(("p50", "p99", "max"), 2)}
                    for value in values)  # fmt: skip
            more = {"told": _of([*told])}
        yield Cell(contender=name, workload=workload, tasks=tasks, cost=_cost(values), **times, **more)


def _cost(values: Sequence[float]) -> Cost:
    return lambda generation, _round: values[generation]


def _of(values: Sequence[Any]) -> Any:
    return lambda generation: values[generation]
