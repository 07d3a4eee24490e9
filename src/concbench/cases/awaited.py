"""A case whose test is a coroutine: its tasks run on the loop that runs the test, as children of its task.

What is done is what :mod:`concbench.cases.measuring` does, step by step, but each run is awaited. The clock
is read by the test's own task, right before and right after: no other thread and no other loop is in it.
"""

import asyncio
import gc
import inspect
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from itertools import repeat
from time import perf_counter_ns, process_time_ns
from typing import Any, Protocol

from concbench.cases.checking import Watched, require_overlap
from concbench.cases.clocks import per_task
from concbench.cases.foreign import refuse_foreign
from concbench.cases.functions import Refused, kind_of, named, refuse_unawaited
from concbench.cases.measuring import Benchmark, Request, described
from concbench.cases.pace import ONE_NS, PROBE_NS, Budget, Cost
from concbench.cases.resources import entered_inside
from concbench.cases.runs import Call, Runs, children_ns
from concbench.measure.counters import Counters
from concbench.measure.execution import MAX_NUMBER, Lent
from concbench.measure.probe import read
from concbench.models.base import Factory

Main = Callable[[Sequence[Factory]], Awaitable[list[Any]]]


class RoundsLog(Protocol):
    """Where rounds are written down, and by which timer, with or without the collector, they are timed."""

    timer: Callable[[], Any]
    disable_gc: bool

    def begin(self, iterations: int) -> None:
        """Say how many runs a round has."""

    def record(self, duration: Any) -> None:
        """Write down a round."""


async def one_by_one(factories: Sequence[Factory]) -> list[Any]:
    """Await what factories make, in the very task that awaits this."""
    return [await factory() for factory in factories]


class AwaitedRuns(Runs):
    """Runs that are awaited. ``main`` runs tasks; ``one_by_one`` makes none, and there is one to await."""

    def __init__(self, main: Main, request: Request) -> None:
        super().__init__(Lent(None, main), request.call, request.expectation, _Nobody())  # type: ignore[arg-type]
        self._main = main

    async def enter(self, stack: AsyncExitStack) -> None:
        """Enter the resources, in this very task."""
        self._held = await entered_inside(stack, self._call.resources)

    async def ready(self) -> None:
        """Do what ``prepare`` does."""
        setup = self._call.setup
        self.take(None if setup is None else await _called(self._call, partial(setup, *self._held)))

    async def done(self) -> None:
        """Do what ``finish`` does."""
        try:
            self.judge()
        finally:
            await self.shut()

    async def shut(self) -> None:
        """Do what ``close`` does."""
        teardown = self.to_tear_down()
        if teardown is not None:
            await _called(self._call, teardown)

    async def timed(self, number: int, timer: Callable[[], Any]) -> Any:
        """Make so many runs, and keep what they return; return how long they took, by ``timer``."""
        main, factories, keep = self._main, self.factories, self.kept.append
        if main is not one_by_one:
            start = timer()
            for _ in repeat(None, number):
                keep(await main(factories))
            return timer() - start
        results: list[Any] = []
        (factory,), keep = factories, results.append
        start = timer()
        for _ in repeat(None, number):
            keep(await factory())
        end = timer()
        self.kept += [[result] for result in results]
        return end - start

    async def probed(self, number: int) -> tuple[int, int]:
        """Prepare so many runs, make them, judge their results; return their wall and CPU time in ns."""
        await self.ready()
        children = children_ns()
        cpu = process_time_ns()
        wall = await self.timed(number, perf_counter_ns)
        cpu = process_time_ns() - cpu
        children = children_ns() - children
        await self.done()
        return max(1, wall), cpu + children

    async def cost(self) -> Cost:
        """Return what a run costs, from as many as last ``PROBE_NS``, after a first one."""
        number, began = 1, perf_counter_ns()
        wall, cpu = await self.probed(1)
        least, total, runs = wall, wall, 1
        while wall < ONE_NS and total < PROBE_NS and perf_counter_ns() - began < ONE_NS:
            number = min(MAX_NUMBER, 2 * number) if self._call.repeatable else 1
            wall, cpu = await self.probed(number)
            least, total, runs = min(least, max(1, wall // number)), total + wall, runs + number
        beside = (perf_counter_ns() - began - total) / runs
        return Cost(wall / number, cpu / number, least, 0.0 if self._call.repeatable else beside)

    async def figures(self, number: int) -> dict[str, int]:
        """Do what ``probe`` does."""
        await self.ready()
        gc.collect()
        before = read()
        wall = await self.timed(number, perf_counter_ns)
        after = read()
        await self.done()
        used = {name: new - old for name, new, old in zip(Counters._fields, after, before, strict=True)}
        return {"wall_ns": max(1, wall), **used}


class RunsElsewhere:
    """Awaited runs, as another thread has them made; to hand them over and back is in no figure."""

    def __init__(self, runs: AwaitedRuns, loop: asyncio.AbstractEventLoop) -> None:
        self._runs, self._loop = runs, loop

    @property
    def last(self) -> list[Any]:
        """The results of the last run."""
        return self._runs.last

    def probe(self, number: int) -> dict[str, int]:
        """Have so many runs made on the loop, and wait."""
        return asyncio.run_coroutine_threadsafe(self._runs.figures(number), self._loop).result()


class _Nobody:
    """Holds nothing: the test's own task does."""

    def check(self) -> None:
        """Do nothing."""


async def _called(call: Call, function: Callable[[], Any]) -> Any:
    if kind_of(function) == "generator":
        raise Refused(
            f"{named(function)} is a generator function; setup and teardown are plain, or as "
            f"{named(call.function)} is, {call.kind} functions"
        )
    returned = function()
    return await returned if inspect.isawaitable(returned) else returned


async def measure_here(
    benchmark: Benchmark,
    request: Request,
    budget: Budget,
    recording: Callable[[], RoundsLog],
    *,
    alone: bool = False,
) -> list[Any]:
    """Return the results of the last run, timed on the loop that is running; fills in ``extra_info``.

    With ``alone`` the one task is the one that awaits this. Raises as ``measure`` does.
    """
    began = perf_counter_ns()
    _refuse_others(request, alone=alone)
    benchmark.extra_info |= described(request) | {"awaited": "in its task" if alone else "on its loop"}
    refuse_foreign(request.call.function, (*request.call.args, *request.call.kwargs.values()), _loop())
    main = one_by_one if alone else request.model.within or one_by_one
    async with AsyncExitStack() as stack:
        runs = AwaitedRuns(main, request)
        await runs.enter(stack)
        try:
            benchmark.extra_info |= await _checked(runs, request, main)
            await _timed(benchmark, request, runs, budget, recording, began)
        finally:
            await runs.shut()
    benchmark.extra_info |= {"outcome": "ok", "runs_checked": runs.judged}
    if benchmark.stats:
        benchmark.extra_info |= per_task(benchmark.stats, request.expectation.tasks)
    return runs.last


def _refuse_others(request: Request, *, alone: bool) -> None:
    if alone and request.expectation.tasks != 1:
        raise Refused(
            f"measure_await awaits one function in this very task, and the case has "
            f"{request.expectation.tasks} tasks: @pytest.mark.concurrency(tasks=1)"
        )


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _checked(runs: AwaitedRuns, request: Request, main: Main) -> dict[str, Any]:
    """Run once, watched and untimed; return what the tasks did."""
    await runs.ready()
    watched = Watched(request.model, runs.factories)
    results = await main(watched.tasks)
    counts = watched.counts(results)
    refuse_unawaited(request.call.function, request.call.kind, results)
    require_overlap(counts, request.overlap, request.expectation.tasks, request.model)
    runs.kept.append(results)
    await runs.done()
    return asdict(counts)


async def _timed(
    benchmark: Benchmark,
    request: Request,
    runs: AwaitedRuns,
    budget: Budget,
    recording: Callable[[], RoundsLog],
    began: int,
) -> None:
    """Have the rounds timed; a benchmark that is disabled runs once, one that serves is handed the runs."""
    if (serve_runs := getattr(benchmark, "serve_runs", None)) is not None:
        await _served(serve_runs, runs, request)
        return
    if not benchmark.enabled:
        await runs.probed(1)
        return
    cost = await runs.cost()
    benchmark.extra_info |= {"cpu_s_per_run": cost.cpu_ns / 1e9, "cpu_share": cost.cpu_ns / cost.wall_ns}
    asked = request.iterations if request.call.repeatable else 1
    rounds, iterations = budget.pace(cost, perf_counter_ns() - began, request.rounds, asked)
    written = recording()
    written.begin(iterations)
    for number in range(request.warmup_rounds + rounds):
        await runs.ready()
        with _undisturbed(disable_gc=written.disable_gc):
            duration = await runs.timed(iterations, written.timer)
        if number >= request.warmup_rounds:
            written.record(duration)
        await runs.done()


async def _served(serve_runs: Callable[[Any, Request], None], runs: AwaitedRuns, request: Request) -> None:
    """Hand the runs to who serves them, in a thread, while the loop goes on."""
    loop = _loop()
    if loop is None:
        raise Refused(
            "a test that is a coroutine function is compared on an event loop of asyncio's; for trio, write "
            "it as a plain function (def), with models=['trio']"
        )
    await loop.run_in_executor(None, serve_runs, RunsElsewhere(runs, loop), request)


@contextmanager
def _undisturbed(*, disable_gc: bool) -> Iterator[None]:
    """Switch off tracers and profilers, as pytest-benchmark does, and the collector where that is asked."""
    tracer, profiler, collects = sys.gettrace(), sys.getprofile(), gc.isenabled()
    sys.settrace(None)
    sys.setprofile(None)
    if disable_gc:
        gc.disable()
    try:
        yield
    finally:
        sys.settrace(tracer)
        sys.setprofile(profiler)
        if collects:
            gc.enable()
