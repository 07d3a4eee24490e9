"""A made-up ladder: what a unit costs on each rung, at one workload."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tests.report.made_up import Cell, Cost, always


def rungs(
    workload: str = "spawn",
    tasks: int = 1000,
    /,
    *,
    of: Mapping[str, Any] = MappingProxyType({}),
    **costs: Any,
) -> list[Cell]:
    """Return a cell for each rung, called as its module, and its cost (ns, time and CPU alike).

    ``of`` says more of all of them.
    """
    return [
        Cell(
            contender=name.replace("_", "-"),
            cost=_cost(cost),
            cpu=_cost(cost),
            workload=workload,
            tasks=tasks,
            **of,
        )
        for name, cost in costs.items()
    ]


def _cost(cost: Any) -> Cost:
    return cost if callable(cost) else always(cost)


def swinging(low: float, high: float) -> Cost:
    """Return a cost that is one in even generations, and another in odd ones."""
    return lambda generation, _round: high if generation % 2 else low
