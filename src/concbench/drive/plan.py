"""The plan of a run: which contenders meet at which points, how often, and what that will take.

A *contender* is a model in an interpreter. A *point* is a workload with one set of parameters; there
each contender has a *cell*. A *generation* is a set of fresh worker processes, one for each contender,
that serves every point once; a *block* is one point in one generation, in which all its contenders take
turns for some *rounds*. The unit of every statistic is the process, so the unit of a plan is the
generation.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.presets import EVERYWHERE, Effort, Reach, RunPreset
from concbench.families import Family
from concbench.metrics import METRICS
from concbench.models.base import Dialect, Model
from concbench.models.capabilities import Capability
from concbench.traits import RunsOn
from concbench.workloads.base import Workload, params_from_dict, params_to_dict
from concbench.workloads.catalogue import Catalogue
from concbench.workloads.spelling import spelled

Purpose = Literal["time", "memory"]


@dataclass(frozen=True, slots=True)
class Contender:
    """A model in an interpreter. ``python`` is what that is called (``3.13t+gil``).

    ``most_alive``: how many tasks it can have alive at once, None for any number.
    """

    id: str
    model: str
    python: str
    interpreter: Interpreter
    dialect: Dialect
    cpus: tuple[int, ...]
    runs_on: RunsOn
    family: Family
    capabilities: Set[Capability]
    most_alive: int | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One contender at one point; ``impossible``: why there is nothing to run, or None."""

    id: str
    workload: str
    params: Mapping[str, Any]
    contender: str
    impossible: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """A workload with one set of parameters, timed or weighed; ``smallest`` is what a weighing runs first."""

    index: int
    purpose: Purpose
    workload: str
    params: Mapping[str, Any]
    cells: tuple[PlannedCell, ...]
    smallest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run will do, in no order yet; :mod:`concbench.drive.driver` draws the order."""

    contenders: tuple[Contender, ...]
    points: tuple[PlannedPoint, ...]
    effort: Effort
    seed: int

    def cells(self) -> list[PlannedCell]:
        """Return every cell once (a cell that is timed and weighed is one cell)."""
        return list({cell.id: cell for point in self.points for cell in point.cells}.values())

    def able(self) -> tuple[Contender, ...]:
        """Return the contenders of whom any cell can run; for the others no worker is ever started."""
        able = {cell.contender for cell in self.cells() if cell.impossible is None}
        return tuple(one for one in self.contenders if one.id in able)


def make_contenders(
    catalogue: Catalogue,
    models: Sequence[str],
    interpreters: Mapping[str, Interpreter],
    pinned_to: Sequence[int],
) -> tuple[Contender, ...]:
    """Return each model in each interpreter (by its name).

    Models that may be are pinned to ``pinned_to`` (empty: to nothing): it changes nothing they do,
    and pairs measured on one CPU agree three times better. Where there is one interpreter, a contender
    is called by its model's name alone.
    """
    contenders = []
    for python, interpreter in interpreters.items():
        for name in models:
            model: Model = catalogue.model(name)
            cpus = tuple(pinned_to) if model.traits.pinnable else ()
            label = name if len(interpreters) == 1 else f"{name}@{python}"
            place, lent = (python, interpreter, model.dialect, cpus), model.capabilities
            kind = (model.traits.runs_on, model.family, lent, model.most_alive)
            contenders.append(Contender(label, name, *place, *kind))
    return tuple(contenders)


def parameter_sets(
    workload: Workload[Any], points: Sequence[Any], chosen: Mapping[str, Sequence[str]]
) -> list[Any]:
    """Return parameters with each of ``chosen`` (name → values) put in its place, no set twice.

    Names that the workload does not have are left out: ``--param tasks=…`` is for all that have tasks.
    Raises ValueError for a value that the workload refuses, and for a name without any.
    """
    sets = [params_to_dict(params) for params in points]
    for name, values in chosen.items():
        if not values:
            raise ValueError(f"{name} has no value")
        if name in sets[0]:
            sets = [{**params, name: value} for params in sets for value in values]
    made = [params_from_dict(workload, params) for params in sets]
    return list(dict.fromkeys(made))


@dataclass(frozen=True, slots=True)
class Sweeps:
    """How far sweeps go: to all points for whom and what somebody named, else as ``reach`` says.

    ``models`` and ``workloads`` are the names of those that have to keep to the reach.
    """

    reach: Reach = EVERYWHERE
    models: Set[str] = frozenset()
    workloads: Set[str] = frozenset()

    def meeting(self, contenders: Sequence[Contender], params: Any, sets: Sequence[Any]) -> list[Contender]:
        """Return the contenders that meet at parameters that are one of a sweep's ``sets``."""
        if params in (sets[0], sets[-1]) or self.reach.others == "everywhere":
            return list(contenders)
        return [one for one in contenders if one.model not in self.models]

    def weighed(self, workload: Workload[Any], sets: list[Any]) -> list[Any]:
        """Return those of a sweep's ``sets`` at which the memory of a workload is measured."""
        if self.reach.weighed == "every size":
            return [params for one in sets for params in workload.memory_points([one])]
        asked = any(METRICS[question.metric].source == "memory" for question in workload.questions)
        weighs = asked or self.reach.weighed == "all" or workload.name not in self.workloads
        return workload.memory_points(sets) if weighs else []


def sizes_of(workload: Workload[Any], preset: RunPreset, reach: Reach) -> list[Any]:
    """Return the parameters at which a preset takes a workload where none are chosen."""
    if preset == "million":
        return [params_from_dict(workload, values) for values in reach.sizes[workload.name]]
    return workload.points(preset)


def make_points(
    workloads: Iterable[Workload[Any]],
    contenders: Sequence[Contender],
    preset: RunPreset,
    chosen: Mapping[str, Sequence[str]],
    *,
    weigh: bool = True,
    sweeps: Sweeps = Sweeps(),
) -> tuple[PlannedPoint, ...]:
    """Return the points to time, then the points to weigh."""
    timed: list[PlannedPoint] = []
    weighed: list[PlannedPoint] = []
    for workload in workloads:
        sets = parameter_sets(workload, sizes_of(workload, preset, sweeps.reach), chosen)
        smallest = params_to_dict(workload.smallest)
        met = [(params, sweeps.meeting(contenders, params, sets)) for params in sets]
        timed += [_point("time", workload, params, present, smallest) for params, present in met]
        heavy = sweeps.weighed(workload, sets) if weigh else []
        met = [(params, present) for params, present in met if params in heavy]
        weighed += [_point("memory", workload, params, present, smallest) for params, present in met]
    return tuple(replace(point, index=index) for index, point in enumerate(timed + weighed))


def without(plan: Plan, absent: Set[str]) -> Plan:
    """Return a plan without the contenders whose ids are ``absent``."""
    left = [
        replace(point, cells=tuple(cell for cell in point.cells if cell.contender not in absent))
        for point in plan.points
    ]
    points = [replace(point, index=index) for index, point in enumerate(one for one in left if one.cells)]
    contenders = tuple(one for one in plan.contenders if one.id not in absent)
    return replace(plan, contenders=contenders, points=tuple(points))


def _point(
    purpose: Purpose,
    workload: Workload[Any],
    params: Any,
    contenders: Sequence[Contender],
    smallest: Mapping[str, Any],
) -> PlannedPoint:
    values = params_to_dict(params)
    cells = tuple(
        PlannedCell(
            cell_name(workload.name, values, contender.id),
            workload.name,
            values,
            contender.id,
            workload.impossible(contender, *sets_of(workload, params, purpose)),
        )
        for contender in contenders
    )
    return PlannedPoint(-1, purpose, workload.name, values, cells, smallest)


def sets_of(workload: Workload[Any], params: Any, purpose: Purpose) -> tuple[Any, ...]:
    """Return all parameters with which tasks run at a point: its legs, or the run before it is weighed."""
    return workload.legs(params) if purpose == "time" else (params, workload.smallest)


def cell_name(workload: str, params: Mapping[str, Any], contender: str) -> str:
    """Return what a cell is called."""
    return f"{workload}[{spelled(params)}]/{contender}"


def request(op: str, workload: str, params: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return what a worker is asked to do at a cell."""
    return {"op": op, "workload": workload, "params": dict(params), **more}


def rounds_of(effort: Effort, estimates_ns: Sequence[int]) -> int:
    """Return how many rounds fill a block, from what one turn of each of its cells takes."""
    return max(1, min(effort.most_rounds, effort.block_ns // max(1, sum(estimates_ns))))


def shuffled(items: Sequence[Any], *key: object) -> list[Any]:
    """Return the items in an order drawn from ``key`` (say seed, generation, block, round) alone."""
    order = list(items)
    Random("/".join(map(str, key))).shuffle(order)
    return order
