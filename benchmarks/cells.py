"""Cells, made and judged by concbench's own code, for a front end that holds the clock itself.

The asv suite of today runs against older commits of the package too. So what is measured is said here and
in the modules beside this one, in constants, and not asked of the package: a list of models that grew
would shift the parameters of all results, since asv calls them by their place.
"""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, TypeAlias

from concbench.models.base import Factory, Model, Session
from concbench.workloads.base import NotExpressible, Workload, params_from_dict, params_to_dict
from concbench.workloads.catalogue import Catalogue

try:
    from concbench.drive.workers import launch
except ModuleNotFoundError:  # older commits have it elsewhere
    from concbench.measure import launch  # type: ignore[attr-defined,no-redef]

MODELS = ("polling", "generator", "yield-from", "asyncio", "threads")

MEASURING = "1"
"""The version of the code here that measures. Another number begins a new history of every figure."""

WORKLOADS = {"timers": "1", "spawn": "1", "parked": "1", "switch": "1", "chain": "1"}
"""The version of each workload that is measured here. A commit that has another one measures other work."""

Unit: TypeAlias = Literal["run", "task", "suspension"]
"""What a time is divided by."""

LEAST_S = 0.02
"""What a timed region takes at least, in s, when it is settled: twice what it has to, for a machine that
may be slow while it settles and fast when it is timed."""

ANSWER_S = 100.0
"""How long a worker may take to answer, in s."""


class NotHere(NotImplementedError):
    """The reason why a cell cannot be measured here, which is no failure. (asv shows n/a for its base.)"""


class Failed(Exception):
    """The outcome of a cell that should have had a figure."""


class WrongResult(Exception):
    """A run returned what it should not, or took less time than it can."""


def version(workload: str) -> str:
    """Return the version of a workload's benchmarks: the work's, then that of the code that measures it."""
    return f"{WORKLOADS[workload]}.{MEASURING}"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a witness saw in one run: ``tasks`` that ended, and how often they suspended in all."""

    tasks: int
    suspensions: int

    def of(self, unit: Unit) -> int:
        """Return how many operations of a unit one run has."""
        return {"run": 1, "task": self.tasks, "suspension": self.suspensions}[unit]


class PerOperation:
    """A timer that reads in seconds per ``unit``; ``operations`` is set before what is timed begins."""

    __name__ = "seconds_per_operation"  # pytest-benchmark's files call a timer by its name

    def __init__(self, clock: Callable[[], float], unit: Unit) -> None:
        self.clock, self.unit = clock, unit
        self.operations = 1

    def __call__(self) -> float:
        """Return the clock's reading (s), divided by the number of operations."""
        return self.clock() / self.operations


@dataclass(frozen=True, slots=True)
class Lent:
    """What a session lends, asked for once: to look at either may do work that is still to be timed.

    The older commits that asv measures with this file have no such class in their own ``measure``.
    """

    rt: Any
    run: Callable[[Sequence[Factory]], list[Any]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One workload under one model with one set of parameters, the model's session open."""

    workload: Workload[Any]
    model: Model
    params: Any
    session: Session

    def build(self, number: int) -> list[list[Factory]]:
        """Return the factories of ``number`` runs. Raises NotExpressible.

        Each run has its own, since gates and locks are used up. The models are the package's own, so results
        need no salt, of which older commits know nothing.
        """
        make, dialect = self.workload.factories, self.model.dialect
        return [make(dialect, self.session.rt, self.params) for _ in range(number)]

    def judge(self, returned: Sequence[Any]) -> None:
        """Raise WrongResult where what the runs returned is wrong."""
        for results in returned:
            wrong = self.workload.judge(results, self.params)
            if wrong is not None:
                raise WrongResult(wrong)

    def judge_time(self, took: float) -> None:
        """Raise WrongResult for a run that took less (s) than its floor allows."""
        promise: Any = self.workload.promise(self.params, self.model.dialect)
        promises = promise if isinstance(promise, tuple) else (promise,)  # older commits make one of all
        least = self.workload.floor(self.params) - max(getattr(one, "early", 0.0) for one in promises)
        if took < least:
            raise WrongResult(f"the run took {took:.6f} s, and cannot take less than {least:.6f} s")

    def with_params(self, **changed: Any) -> "Cell":
        """Return the cell with other values for some parameters, on the same session."""
        return replace(self, params=replace(self.params, **changed))


@contextmanager
def opened(workload: str, model: str, values: Mapping[str, Any]) -> Iterator[Cell]:
    """Open a model and yield a cell of it. Raises NotHere.

    What this process holds so far is frozen, as in a worker: no collection looks through it.
    """
    found, contender = _look_up(Catalogue(), workload, model)
    params = params_from_dict(found, values)
    with contender.open() as session:
        cell = Cell(found, contender, params, Lent(session.rt, session.run))
        try:
            cell.build(1)
        except NotExpressible as reason:
            raise NotHere(reason.reason) from reason
        gc.collect()
        gc.freeze()
        yield cell


def _look_up(catalogue: Catalogue, workload: str, model: str) -> tuple[Workload[Any], Model]:
    """Return the workload and the model of these names. Raises NotHere where a commit has another or none."""
    try:
        found, contender = catalogue.workload(workload), catalogue.model(model)
    except KeyError as unknown:
        raise NotHere(f"this commit has no {unknown}") from unknown
    if found.version != WORKLOADS[workload]:
        measured = WORKLOADS[workload]
        raise NotHere(f"this commit's {workload} is version {found.version}; measured here is {measured}")
    reason = contender.unavailable()
    if reason is not None:
        raise NotHere(reason)
    return found, contender


def ask(cell: Cell, request: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a fresh worker about a cell and return its answer. Raises NotHere, Failed and WorkerLost."""
    link = launch.launch(Path(sys.executable), cell.model.name)
    try:
        if link.greeting["unavailable"] is not None:
            raise NotHere(link.greeting["unavailable"])
        about = {"workload": cell.workload.name, "params": params_to_dict(cell.params)}
        answer = link.request({**about, **request}, ANSWER_S)
    finally:
        link.kill()
    outcome = answer.get("outcome")
    if outcome in ("not-expressible", "unavailable"):
        raise NotHere(answer["reason"])
    if outcome is not None:
        raise Failed(f"{outcome}: {answer['reason']}")
    return answer


def witness(cell: Cell) -> Counts:
    """Have one run of a cell witnessed in a process of its own, so that this one has seen no wrapped task.

    Raises Failed where a check of the witness does.
    """
    seen = ask(cell, {"op": "verify", "seconds": ANSWER_S / 2})
    return Counts(seen["tasks"], seen["suspensions"])


def run_all(run: Callable[[Sequence[Factory]], list[Any]], batches: Sequence[Sequence[Factory]]) -> list[Any]:
    """Run each batch and return what the runs returned: what is timed, as in concbench's own probe."""
    return [run(batch) for batch in batches]


def settle(
    cell: Cell, least: float = LEAST_S, clock: Callable[[], float] = perf_counter
) -> tuple[int, float]:
    """Return how many runs of a cell take ``least`` s or more, and how many s they took.

    The last attempt warms the cell up too: it is as long as what will be timed. Raises WrongResult, also
    where a run took less than its floor allows.
    """
    number = 1
    while True:
        took = slice_of(cell, number, clock)
        cell.judge_time(took / number)
        if took >= least:
            return number, took
        number = max(2 * number, min(100 * number, ceil(1.2 * number * least / max(took, 1e-9))))


def slice_of(cell: Cell, number: int, clock: Callable[[], float] = perf_counter) -> float:
    """Return what ``number`` runs of a cell take by ``clock``, in s. Raises WrongResult."""
    batches = cell.build(number)
    gc.collect()
    start = clock()
    returned = run_all(cell.session.run, batches)
    took = clock() - start
    cell.judge(returned)
    return took
