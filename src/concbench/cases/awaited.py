"""A case whose test is a coroutine: its tasks run on the loop that runs the test, as children of its task.

What is done is what :mod:`concbench.cases.measuring` does, step by step, but each run is awaited. The clock
is read by the test's own task, right before and right after: no other thread and no other loop is in it.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from time import perf_counter_ns
from typing import Any, Protocol

from concbench.cases.aftermath import hearing, require_none_left
from concbench.cases.awaited_runs import AwaitedRuns, Main, RunsElsewhere, one_by_one
from concbench.cases.checking import Counts, Watched, overlapped, require_overlap
from concbench.cases.clocks import per_task
from concbench.cases.deadlines import limited
from concbench.cases.foreign import refuse_foreign
from concbench.cases.functions import Refused, refuse_unawaited
from concbench.cases.measuring import Benchmark, Request, described
from concbench.cases.pace import Budget


class RoundsLog(Protocol):
    """Where rounds are written down, and by which timer, with or without the collector, they are timed."""

    timer: Callable[[], Any]
    disable_gc: bool

    def begin(self, iterations: int) -> None:
        """Say how many runs a round has."""

    def record(self, duration: Any) -> None:
        """Write down a round."""


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
    runs = AwaitedRuns(main, request)
    with hearing(runs.aftermath), _handler_kept(_loop()):
        async with runs.held():
            benchmark.extra_info |= await _checked(runs, request, main)
            async with _without_debugging(_loop()):
                await _timed(benchmark, request, runs, budget, recording, began)
        runs.aftermath.check()
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


@contextmanager
def _handler_kept(loop: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    """Give the loop, which is not ours, its exception handler back."""
    before = None if loop is None else loop.get_exception_handler()
    try:
        yield
    finally:
        if loop is not None:
            loop.set_exception_handler(before)


@asynccontextmanager
async def _without_debugging(loop: asyncio.AbstractEventLoop | None) -> AsyncIterator[None]:
    """Switch off the loop's debug mode, which costs several times what is to be timed."""
    if loop is None or not loop.get_debug():
        yield
        return
    loop.set_debug(False)
    await asyncio.sleep(0)  # the loop hears of it in its next turn
    try:
        yield
    finally:
        loop.set_debug(True)


async def _checked(runs: AwaitedRuns, request: Request, main: Main) -> dict[str, Any]:
    """Run once, watched and untimed; return what the tasks did. Where some go on, run once more."""
    counts = await _watched(runs, request, main)
    first = [] if runs.aftermath.allowed else await runs.still_there()
    if first:
        await _watched(runs, request, main)
        require_none_left(first, await runs.still_there())
    return asdict(counts) | {"overlapped": overlapped(counts)}


async def _watched(runs: AwaitedRuns, request: Request, main: Main) -> Counts:
    await runs.ready()
    if runs.aftermath.asked_inside:
        await runs.aftermath.look_before()
    watched = Watched(request.model, runs.watched_here())
    with limited(runs.deadline, 1):
        results = await main(watched.tasks)
    counts = watched.counts(results)
    refuse_unawaited(request.call.function, request.call.kind, results)
    require_overlap(counts, request.overlap, request.expectation.tasks, request.model)
    runs.kept.append(results)
    await runs.done()
    return counts


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
        with limited(runs.deadline, iterations), _undisturbed(disable_gc=written.disable_gc):
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
