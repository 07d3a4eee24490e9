"""The runs of one test: makes their tasks, keeps what they return, judges it, and tidies up after each."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter_ns, process_time_ns
from typing import Any

from concbench.cases.aftermath import Aftermath
from concbench.cases.checking import Expectation
from concbench.cases.deadlines import Deadline
from concbench.cases.expected import Raises, catching
from concbench.cases.functions import Kind, Refused, kind_of, making, named
from concbench.cases.holding import Holder
from concbench.cases.resources import Resource
from concbench.measure.execution import Lent, as_they_are
from concbench.models.base import Factory


def arguments(args: Any, kwargs: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """Return the arguments of a function as they were given; raises Refused where they are something else."""
    if not isinstance(args, list | tuple):
        raise Refused(f"args= takes a list or a tuple of arguments, not {args!r}: args=[{args!r}]")
    if not (kwargs is None or isinstance(kwargs, Mapping)):
        raise Refused(f"kwargs= takes arguments by their names (a dict), not {kwargs!r}")
    return tuple(args), kwargs or {}


@dataclass(frozen=True, slots=True)
class Call:
    """What every task calls: ``function(*held, *args, *each(index), **kwargs)``.

    ``held`` is what ``resources`` lend for the whole case. ``setup(*held)`` comes before each run, and may
    return ``(args, kwargs)``; ``teardown(*held, *args, **kwargs)`` comes after each. Both are plain, or of
    the function's ``kind``, and then carried out where the resources are held.
    """

    function: Callable[..., Any]
    kind: Kind
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    each: Callable[[int], tuple[Any, ...]] | None = None
    setup: Callable[..., Any] | None = None
    teardown: Callable[..., Any] | None = None
    resources: Sequence[Resource] = ()
    raises: Raises | None = None

    @property
    def repeatable(self) -> bool:
        """Whether a run needs nothing before and after it, so that several may follow each other."""
        return self.setup is None and self.teardown is None

    def factories(self, tasks: int, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Factory]:
        """Return the factories of ``tasks`` tasks: the bare function where there are no arguments."""
        function = catching(self.function, self.kind, self.raises)
        if self.each is None:
            return [partial(function, *args, **kwargs) if args or kwargs else function] * tasks
        return [partial(function, *args, *self._own(index), **kwargs) for index in range(tasks)]

    def _own(self, index: int) -> tuple[Any, ...]:
        own: Any = self.each(index) if self.each else ()
        if not isinstance(own, tuple):
            raise Refused(
                f"each({index}) returned {own!r}; it returns the task's arguments as a tuple: ({own!r},)"
            )
        return own


class Runs:
    """The runs of one test, one after the other: prepare, run, finish.

    ``next_run`` is what is timed. It calls ``session.run`` with the factories and keeps the results in
    ``kept``, by iterators of the interpreter's own, so that no Python code stands between (docs/PYTEST.md).
    """

    def __init__(
        self,
        lent: Lent,
        call: Call,
        expectation: Expectation,
        holder: Holder,
        aftermath: Aftermath,
        deadline: Deadline,
    ) -> None:
        self._lent, self._call, self._expectation, self._holder = lent, call, expectation, holder
        self.aftermath, self.deadline = aftermath, deadline
        self._held: tuple[Any, ...] = ()
        self._given: tuple[Sequence[Any], Mapping[str, Any]] = (call.args, call.kwargs)
        self._to_tear_down = False
        self.factories: list[Factory] = []
        self.kept: list[list[Any]] = []
        self.last: list[Any] = []
        self.judged = 0
        self.next_run = map(self.kept.append, map(lent.run, repeat(self.factories))).__next__

    def hold(self) -> None:
        """Enter the resources, which are left by whoever made the holder."""
        self._held = self._holder.enter(self._call.resources)

    def prepare(self) -> None:
        """Get the tasks of the next run ready. Without a setup they are the same for all runs."""
        setup = self._call.setup
        self.take(None if setup is None else self._aside(partial(setup, *self._held)))

    def prepare_alone(self) -> None:
        """Get the next run ready, which is timed by itself."""
        self.prepare()
        self.deadline.arm(1)

    def take(self, returned: Any) -> None:
        """Make the tasks of the next run, of what ``setup`` returned."""
        if self._call.setup is not None:
            self._given = self._from_setup(returned)
        self._to_tear_down = True
        if self._call.setup is not None or not self.factories:
            args, kwargs = self._given
            self.factories[:] = self._call.factories(self._expectation.tasks, (*self._held, *args), kwargs)

    def _from_setup(self, returned: Any) -> tuple[Sequence[Any], Mapping[str, Any]]:
        if returned is None:
            return self._call.args, self._call.kwargs
        if self._call.args or self._call.kwargs:
            raise Refused("give args= and kwargs=, or have setup= return them, not both")
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise Refused(f"setup= returned {returned!r}; it returns nothing, or (args, kwargs)")
        args, kwargs = returned
        return args, kwargs

    def finish(self) -> None:
        """Judge every result that was kept, raising what is wrong, and tear down."""
        self.deadline.disarm()
        try:
            self.judge()
        finally:
            self.close()
        self._holder.check()
        self.aftermath.check()
        if self._call.repeatable:
            self.deadline.arm()

    def watched(self) -> list[Factory]:
        """Return the factories of a run after which it will be looked what it left behind."""
        if self.aftermath.asked_inside:
            self._holder.call(self.aftermath.look_before)
        looking = making(self._call.function, self._call.kind, self.factories)
        noting = self.aftermath.noting(self.deadline.noting(looking, self.factories))
        self.deadline.arm(1)
        return noting

    def left(self) -> list[Any]:
        """Return the tasks and threads that the last run has left behind, after a moment."""
        self.deadline.disarm()
        aftermath = self.aftermath
        tasks: list[Any] = []
        if aftermath.asked_inside:
            tasks = self._holder.call(aftermath.look_inside)
        elif aftermath.on_asyncio and aftermath.tasks_left():
            ((tasks,),) = self._lent.carry_out([[aftermath.look_inside]])
        return [*tasks, *aftermath.threads_left()]

    def judge(self) -> None:
        """Judge every result that was kept, raising what is wrong, and keep none."""
        try:
            for results in self.kept:
                self._expectation.judge(results)
                self.judged += 1
                self.last = results
        finally:
            self.kept.clear()

    def close(self) -> None:
        """Tear down what was prepared, if that has not been done."""
        self.deadline.disarm()
        teardown = self.to_tear_down()
        if teardown is not None:
            self._aside(teardown)

    def to_tear_down(self) -> Callable[[], Any] | None:
        """Return what tears down what was prepared, once; None if there is nothing to do."""
        if not self._to_tear_down or self._call.teardown is None:
            return None
        self._to_tear_down = False
        args, kwargs = self._given
        return partial(self._call.teardown, *self._held, *args, **kwargs)

    def _aside(self, call: Callable[[], Any]) -> Any:
        """Call a setup or teardown: as it is, or where the resources are held."""
        kind = kind_of(call)
        if kind == "plain":
            returned = call()
            if not inspect.isawaitable(returned):
                self._holder.share()
                return returned
            kind, call = "coroutine", partial(_awaited, returned)
        if kind != self._call.kind:
            raise Refused(
                f"{named(call)} is a {kind} function; setup and teardown are plain, or as "
                f"{named(self._call.function)} is, {self._call.kind} functions"
            )
        return self._holder.call(call)

    def probe(self, number: int) -> dict[str, int]:
        """Make so many runs, judge their results, and return what all used together."""
        self.prepare()
        self.deadline.arm_after_collecting(number)
        figures, returned = self._lent.timed([self.factories] * number)
        self.kept += returned
        self.finish()
        return figures

    def probe_prepared(self) -> tuple[int, int]:
        """Prepare a run, make it, judge its results, tear down; return its own wall and CPU time in ns.

        The garbage collector is left alone, as between the rounds that are timed. The CPU time of processes
        that the tasks started and waited for is in it. A run may be short, and each is read by itself: so
        nothing but two clocks is read between the first reading of the CPU clock and its last.
        """
        self.prepare_alone()
        run, factories, children = self._lent.run, self.factories, children_ns()
        cpu = process_time_ns()
        start = perf_counter_ns()
        returned = run(factories)
        end = perf_counter_ns()
        cpu = process_time_ns() - cpu
        children = children_ns() - children
        self.kept += as_they_are([returned])
        self.finish()
        return end - start, cpu + children


async def _awaited(returned: Awaitable[Any]) -> Any:
    """Await what a function returned that looks plain: one with a decorator."""
    return await returned


def children_ns() -> int:
    """Return the CPU time of processes that were started and waited for."""
    used = getrusage(RUSAGE_CHILDREN)
    return round(1e9 * (used.ru_utime + used.ru_stime))
