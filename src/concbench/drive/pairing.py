"""The plan of a comparison: which cells of two sides meet in pairs of fresh worker processes.

A *pair* is one fresh process of either side, alive together. It serves every cell of its model that is still
open; at each cell the two take turns A B B A in short slices. The unit of the statistics is the pair.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.plan import Contender, Purpose, cell_name, parameter_sets, sets_of
from concbench.promising import promises_of
from concbench.workloads.base import Speaker, Workload, params_to_dict

Which = Literal["base", "head"]
SIDES: tuple[Which, Which] = ("base", "head")

SLICES = 6
"""Slices of either side that a pair has at each cell. More of them steady a pair little: most of the
spread is between pairs (docs/COMPARING.md)."""

OWN_SLICES = 2
"""The same where a slice is one run that mostly waits (timers)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCell:
    """A cell as both sides have it; ``head_params`` differ from ``params`` only where work is injected.

    ``id`` names it without a side; ``ids`` are its two cells in the run file. ``exact``: its tasks suspend a
    number of times that is known beforehand.
    """

    id: str
    ids: tuple[str, str]
    model: str
    workload: str
    purpose: Purpose
    params: Mapping[str, Any]
    head_params: Mapping[str, Any]
    smallest: Mapping[str, Any]
    slices: int
    exact: bool

    def params_of(self, side: int) -> Mapping[str, Any]:
        """Return the parameters of base (0) or head (1)."""
        return self.head_params if side else self.params

    @property
    def injected(self) -> bool:
        """Whether the head is given more work on purpose."""
        return self.params != self.head_params


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPlan:
    """A comparison: for each model its two contenders, base and head, and all cells."""

    contenders: Mapping[str, tuple[Contender, Contender]]
    cells: tuple[PairedCell, ...]
    seed: int


def sides_of(
    contender: Contender, interpreters: tuple[Interpreter, Interpreter]
) -> tuple[Contender, Contender]:
    """Return a model's contender as base and as head, each in its interpreter."""
    base, head = (
        replace(contender, id=f"{contender.model}@{side}", interpreter=interpreter)
        for side, interpreter in zip(SIDES, interpreters, strict=True)
    )
    return base, head


def paired_cells(
    workloads: Iterable[Workload[Any]],
    models: Sequence[Speaker],
    chosen: Mapping[str, Sequence[str]],
    *,
    weigh: bool,
) -> list[PairedCell]:
    """Return the cells of every model that can express a workload; raises ValueError.

    Without ``chosen`` parameters each workload has one size, its brief one. Cells that are weighed come last.
    """
    cells: list[PairedCell] = []
    purposes: tuple[Purpose, ...] = ("time", "memory") if weigh else ("time",)
    for purpose in purposes:
        for workload in workloads:
            for params in _sizes(workload, chosen, purpose):
                able = [one for one in models if _expresses(workload, one, params, purpose)]
                cells += [_cell(workload, params, one, purpose) for one in able]
    return cells


def _sizes(workload: Workload[Any], chosen: Mapping[str, Sequence[str]], purpose: Purpose) -> list[Any]:
    if purpose == "memory":
        return workload.memory_points(workload.points("quick"))
    return parameter_sets(workload, [workload.brief or workload.points("quick")[0]], chosen)


def _expresses(workload: Workload[Any], model: Speaker, params: Any, purpose: Purpose) -> bool:
    if workload.impossible(model, *sets_of(workload, params, purpose)) is not None:
        return False
    return purpose == "time" or promises_of(workload.promise(params, model.dialect)).gathered is not None


def _cell(workload: Workload[Any], params: Any, model: Speaker, purpose: Purpose) -> PairedCell:
    values = params_to_dict(params)
    name = cell_name(workload.name, values, model.name)
    return PairedCell(
        id=name,
        ids=(f"{name}@base", f"{name}@head"),
        model=model.name,
        workload=workload.name,
        purpose=purpose,
        params=values,
        head_params=values,
        smallest=params_to_dict(workload.smallest),
        slices=OWN_SLICES if workload.needs_own_slice else SLICES,
        exact=promises_of(workload.promise(params, model.dialect)).exact,
    )


def with_more_work(cell: PairedCell, workload: Workload[Any], factor: Fraction) -> PairedCell:
    """Return a cell of its own with ``factor`` times the work on the head's side: suspensions, else tasks.

    Raises ValueError where that is no whole number, since 10 × 1.05 would be 10 again.
    """
    axis = workload.doubled or "tasks"
    if type(cell.params.get(axis)) is not int:
        raise ValueError(f"{cell.workload} has no whole number {axis!r} to give it more work")
    more = factor * cell.params[axis]
    if more.denominator != 1:
        raise ValueError(
            f"{cell.params[axis]} {axis} of {cell.workload} × {float(factor):g} is no whole number:"
            f" choose another size, say --param {axis}=100"
        )
    params = {**cell.params, axis: int(more)}
    head = f"{cell_name(cell.workload, params, cell.model)}@head"
    name = f"{cell.id} × {float(factor):g}"
    return replace(cell, id=name, head_params=params, ids=(cell.ids[0], head))
