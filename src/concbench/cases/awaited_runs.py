"""Runs that are awaited, by the task of a test that is a coroutine: prepare, run, finish, as in ``runs``."""

import asyncio
import gc
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import repeat
from time import perf_counter_ns, process_time_ns
from typing import Any

from concbench.cases.aftermath import Aftermath
from concbench.cases.checking import WrongRun
from concbench.cases.deadlines import Deadline, limited
from concbench.cases.functions import Refused, kind_of, making, named
from concbench.cases.measuring import Request
from concbench.cases.pace import ONE_NS, PROBE_NS, Cost, PreparedCosts
from concbench.cases.resources import LEFT_EARLY, entered_inside, is_same_failure
from concbench.cases.runs import Call, Runs, children_ns
from concbench.measure.counters import Counters
from concbench.measure.execution import MAX_NUMBER, Lent
from concbench.measure.probe import read
from concbench.models.base import Factory

Main = Callable[[Sequence[Factory]], Awaitable[list[Any]]]


CANCELLED = ("CancelledError", "Cancelled")
"""What asyncio and trio call it."""


async def one_by_one(factories: Sequence[Factory]) -> list[Any]:
    """Await what factories make, in the very task that awaits this."""
    return [await factory() for factory in factories]


class AwaitedRuns(Runs):
    """Runs that are awaited. ``main`` runs tasks; ``one_by_one`` makes none, and there is one to await."""

    def __init__(self, main: Main, request: Request) -> None:
        nobody: Any = _Nobody()
        aftermath = Aftermath(request.model, request.leaks)
        deadline = Deadline(request.timeout, request.expectation.tasks)
        lent: Any = Lent(None, main)  # type: ignore[arg-type]
        super().__init__(lent, request.call, request.expectation, nobody, aftermath, deadline)
        self._main = main

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Enter the resources, in this very task; tear down, and leave them, in the end.

        What fails in between fails the case, whatever the resources make of it.
        """
        failed: BaseException | None = None
        try:
            async with AsyncExitStack() as stack:
                self._held = await entered_inside(stack, self._call.resources)
                try:
                    yield
                except BaseException as error:
                    failed = error
                    raise
                finally:
                    await self.shut()
        except BaseExceptionGroup as left:
            if failed is None or not is_same_failure(left, failed):
                raise
        if type(failed).__name__ in CANCELLED:
            raise WrongRun(LEFT_EARLY) from failed
        if failed is not None:
            raise failed

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
        self.aftermath.check()

    def watched_here(self) -> list[Factory]:
        """Return the factories of a watched run."""
        call, factories = self._call, self.factories
        if self._main is one_by_one:
            looking: list[Factory] = [partial(_awaiting, call.function, factory) for factory in factories]
        else:
            looking = making(call.function, call.kind, factories)
        return self.aftermath.noting(self.deadline.noting(looking, factories))

    async def still_there(self) -> list[Any]:
        """Do what ``left`` does."""
        tasks = await self.aftermath.look_inside()
        return [*tasks, *self.aftermath.threads_left()]

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
        with limited(self.deadline, number):
            cpu = process_time_ns()
            wall = await self.timed(number, perf_counter_ns)
            cpu = process_time_ns() - cpu
        children = children_ns() - children
        await self.done()
        return max(1, wall), cpu + children

    async def cost(self) -> Cost:
        """Return what a run costs, from as many as last ``PROBE_NS``, after a first one."""
        if not self._call.repeatable:
            return await self._cost_prepared()
        number, began = 1, perf_counter_ns()
        wall, cpu = await self.probed(1)
        least, total = wall, wall
        while wall < ONE_NS and total < PROBE_NS and perf_counter_ns() - began < ONE_NS:
            number = min(MAX_NUMBER, 2 * number)
            wall, cpu = await self.probed(number)
            least, total = min(least, max(1, wall // number)), total + wall
        return Cost(wall / number, cpu / number, least)

    async def _cost_prepared(self) -> Cost:
        """Do what ``cost_of_prepared`` does, for runs that something has to be done before and after."""
        costs = PreparedCosts()
        while costs.want_more():
            costs.add(*await self.probed(1))
        return costs.mean()

    async def figures(self, number: int) -> dict[str, int]:
        """Do what ``probe`` does."""
        await self.ready()
        gc.collect()
        with limited(self.deadline, number):
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


async def _awaiting(function: Callable[..., Any], factory: Factory) -> Any:
    """Await what a factory makes, which need not be a coroutine. Raises Refused where that cannot be done."""
    made = factory()
    if not inspect.isawaitable(made):
        raise Refused(f"{named(function)} returned a {type(made).__name__}, which cannot be awaited")
    return await made


async def _called(call: Call, function: Callable[[], Any]) -> Any:
    if kind_of(function) == "generator":
        raise Refused(
            f"{named(function)} is a generator function; setup and teardown are plain, or as "
            f"{named(call.function)} is, {call.kind} functions"
        )
    returned = function()
    return await returned if inspect.isawaitable(returned) else returned
