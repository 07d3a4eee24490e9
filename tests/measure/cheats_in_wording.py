"""A gallery of cheats, fourth room: workloads whose wording does less than they promise.

The models here are honest. A workload is cheated with by whoever writes it for one dialect, so each of
these takes a true workload and changes its wording; the promise and the judge stay.
"""

from dataclasses import replace
from typing import Any

from concbench.models.base import Factory
from concbench.workloads.base import NotExpressible, Version, Wording, Workload
from concbench.workloads.basics import chain, parked, spawn, timers
from concbench.workloads.basics.parked_wordings import KEEPER
from concbench.workloads.between_tasks import semaphore


def reworded(workload: Workload[Any], change: Any) -> Workload[Any]:
    """Return the workload with ``change(version)`` in place of each dialect's version."""
    versions: dict[str, Version | Wording | NotExpressible] = {
        dialect: version if isinstance(version, NotExpressible) else change(version)
        for dialect, version in workload.versions.items()
    }
    return replace(workload, versions=versions)


def with_params(version: Wording, **changes: Any) -> Wording:
    """Return a version that is handed other parameters than it was asked for."""

    def changed(rt: Any, params: Any) -> list[Factory]:
        return version(rt, replace(params, **{name: change(params) for name, change in changes.items()}))

    return changed


def fewer_frames() -> Workload[Any]:
    """Pretend deep calls: suspend at a depth of 2, whatever ``depth`` says."""
    return reworded(chain.WORKLOAD, lambda version: with_params(version, depth=lambda _p: 2))


def fewer_suspensions(workload: Workload[Any]) -> Workload[Any]:
    """Pretend K suspensions: suspend half as often."""
    return reworded(workload, lambda version: with_params(version, suspensions=lambda p: p.suspensions // 2))


def fewer_tasks() -> Workload[Any]:
    """Pretend n tasks: make one less (whose result a dishonest judge would not miss)."""
    short = reworded(spawn.WORKLOAD, lambda version: with_params(version, tasks=lambda p: p.tasks - 1))
    return replace(short, judge=lambda _results, _params: None)


def short_sleep() -> Workload[Any]:
    """Pretend to sleep: sleep a twentieth of the time (which a dishonest judge would not miss)."""
    short = reworded(timers.WORKLOAD, lambda version: with_params(version, delay=lambda p: p.delay / 20))
    return replace(short, judge=lambda _results, _params: None)


def more_slots() -> Workload[Any]:
    """Pretend S slots: let one more in (which a dishonest judge would not miss)."""
    wide = reworded(semaphore.WORKLOAD, lambda version: with_params(version, slots=lambda p: p.slots + 1))
    return replace(wide, judge=lambda _results, _params: None)


def keeper_that_looks_too_late() -> Workload[Any]:
    """Pretend to weigh parked tasks: look when the gate is open and all have gone on."""

    def generator(rt: Any, p: parked.Params) -> list[Factory]:
        *tasks, _keeper = parked.generator(replace(rt, observe=lambda: None), p)
        gone = 0

        def counted(task: Factory) -> Any:
            nonlocal gone
            result = yield from task()
            gone += 1
            return result

        def keeper() -> Any:
            yield from _keeper()
            while gone < p.tasks:
                yield
            rt.observe()
            return KEEPER

        return [*((lambda task=task: counted(task)) for task in tasks), keeper]

    return replace(parked.WORKLOAD, versions={**parked.WORKLOAD.versions, "delegating": generator})


def keeper_that_looks_twice() -> Workload[Any]:
    """Pretend to look once: look again at once, when nothing has changed yet."""

    def twice(version: Wording) -> Wording:
        def look_twice(rt: Any, params: Any) -> list[Factory]:
            def observe() -> None:
                rt.observe()
                rt.observe()

            return version(replace(rt, observe=observe), params)

        return look_twice

    return reworded(parked.WORKLOAD, twice)


def keeper_that_never_looks() -> Workload[Any]:
    """Pretend to weigh parked tasks: open the gate without a look."""

    def unseen(version: Wording) -> Wording:
        return lambda rt, params: version(replace(rt, observe=lambda: None), params)

    return reworded(parked.WORKLOAD, unseen)
