"""Advice on a load: it is run under every model that can, and what came of it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Unpack

import msgspec

from concbench.analysis.served import SERVICE
from concbench.drive.workers.described import Described
from concbench.errors import RequestError, arg
from concbench.families import VARIANTS
from concbench.runs.arguments import Seed, Timeout, asks, made
from concbench.runs.request import ContenderOptions, RunRequest
from concbench.runs.result import RunResult
from concbench.runs.running import carry_out
from concbench.runs.selection import chosen_models
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.computing.arrivals import lead
from concbench.workloads.computing.service import MOST_ROUNDS
from concbench.workloads.steps import steps_for

FEWEST_ROUNDS = 300
"""In so many rounds of all tasks a p99 is more than its worst three."""

SHORTEST_S, LONGEST_S = 1.0, 10.0
"""The window in which rounds come in."""

DEPLOYED = ("event-loop", "library", "threads")
"""Families of models that services run on, and that have a place for as many tasks as there are."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
AboveZero = Annotated[float, msgspec.Meta(gt=0, le=1e9)]


class AdviceOptions(ContenderOptions, total=False):
    """Arguments of advice."""

    tasks: int
    wait: float
    compute: float
    rounds: float
    deadline: float
    share: float
    at: list[float] | tuple[float, ...]
    explain: bool
    seed: Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRequest:
    """``tasks`` that each wait ``wait`` s and compute ``compute`` s, ``rounds`` times a minute.

    ``share`` of the rounds have to be done within ``deadline`` s. ``at``: numbers of tasks, as multiples.
    ``explain``: what is the model's own of a round is measured, too. The rest is as for a run; empty
    ``models`` are those that services run on.
    """

    tasks: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 100
    wait: Seconds = 0.0
    compute: Seconds = 0.0
    rounds: Annotated[float, msgspec.Meta(ge=1e-6, le=1e9)] = 60.0
    deadline: Annotated[float, msgspec.Meta(ge=1e-6, le=1e9)] = 0.1
    share: Annotated[float, msgspec.Meta(ge=1e-6, le=1)] = 0.99
    at: Annotated[tuple[AboveZero, ...], msgspec.Meta(min_length=1)] = (1.0,)
    explain: bool = False
    models: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    affinity: str = "auto"
    timeout: Timeout = 60.0
    seed: Seed = 1


@asks(AdviceRequest)
def advise(
    *, to: Path | str | None = None, watcher: Watcher = SILENT, **options: Unpack[AdviceOptions]
) -> RunResult:
    """Run a load under every model that services run on, or those named, into the new run file ``to``.

    :func:`concbench.analysis.advice.advice_of` tells what it came to. Raises what a run does.
    """
    request = made(AdviceRequest, options)
    _refuse_nothing(request)
    catalogue = Described(request.plugins, request.loops)
    steps = steps_for(request.compute) if request.compute else 0
    asked = RunRequest(
        command="advise",
        workloads=(SERVICE,),
        models=tuple(chosen_models(request.models, _deployed(catalogue), catalogue)),
        params=_params(request, steps),
        pythons=request.pythons,
        plugins=request.plugins,
        loops=request.loops,
        affinity=request.affinity,
        timeout=request.timeout,
        seed=request.seed,
    )
    return carry_out(asked, to, watcher)


def _params(request: AdviceRequest, steps: int) -> dict[str, tuple[str, ...]]:
    """Return the parameters of the workload, as they are spelled."""
    tasks = _numbers(request)
    sizes = [steps, 0] if request.explain and steps else [steps]
    return {
        "tasks": tuple(map(str, tasks)),
        "steps": tuple(map(str, sizes)),
        "rate": (repr(request.rounds),),
        "wait": (repr(request.wait),),
        "compute": (repr(request.compute),),
        "deadline": (repr(request.deadline),),
        "share": (repr(request.share),),
        "window": (repr(window(tasks[0], request.rounds)),),
        "seed": (str(request.seed),),
    }


def _numbers(request: AdviceRequest) -> list[int]:
    """Return the numbers of tasks that are asked for, ascending."""
    return sorted({max(1, round(request.tasks * factor)) for factor in request.at})


def window(tasks: int, rate: float) -> float:
    """Return for how long (s) rounds come in: until there are enough of them, within bounds."""
    return min(LONGEST_S, max(SHORTEST_S, FEWEST_ROUNDS * 60 / (tasks * rate)))


def _deployed(catalogue: Described) -> list[str]:
    usual = [name for name in catalogue.model_names() if catalogue.model(name).family in DEPLOYED]
    own: Sequence[str] = catalogue.own_models()
    return [name for name in usual if name not in VARIANTS] + [name for name in own if name not in usual]


def _refuse_nothing(request: AdviceRequest) -> None:
    """Raise RequestError for a load that does nothing, or cannot keep its deadline whatever runs it."""
    if not (request.wait or request.compute):
        raise RequestError(
            f"a round that neither waits nor computes is no load: give {arg('wait')} or {arg('compute')}"
        )
    least, period = request.wait + request.compute, 60 / request.rounds
    if request.deadline <= least:
        raise RequestError(
            f"{arg('deadline', f'{request.deadline:g}')} cannot be kept: a round alone takes {least:g} s"
        )
    if period <= least:
        raise RequestError(
            f"{arg('rounds', f'{request.rounds:g}')} cannot be kept: a task does one round at a time, has the"
            f" next after {period:g} s, and takes {least:g} s for each: give more {arg('tasks')} with fewer"
        )
    _refuse_too_long(request)


def _refuse_too_long(request: AdviceRequest) -> None:
    """Raise RequestError for more rounds than are drawn, and for a run that is ended before it is done."""
    tasks = _numbers(request)
    seconds = window(tasks[0], request.rounds)
    if tasks[-1] * seconds * request.rounds / 60 > MOST_ROUNDS:
        raise RequestError(
            f"{arg('rounds', f'{request.rounds:g}')} are too many for {tasks[-1]} tasks: no more than"
            f" {MOST_ROUNDS} rounds come in within {seconds:g} s; a tenth of the tasks may tell as much"
        )
    whole = lead(tasks[-1]) + seconds + request.wait + request.compute
    if whole > request.timeout:
        raise RequestError(
            f"with {tasks[-1]} tasks a run takes {whole:g} s or more, and"
            f" {arg('timeout', f'{request.timeout:g}')} ends it before: give a longer {arg('timeout')}, or"
            " fewer tasks or shorter rounds"
        )
