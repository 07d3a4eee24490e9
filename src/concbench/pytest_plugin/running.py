"""The fixture's object: takes the user's function, finds what runs it, and turns failures into the test's."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from inspect import CORO_CREATED, getcoroutinestate
from typing import Any

import pytest

from concbench.cases.aftermath import Leaks
from concbench.cases.awaited import measure_here
from concbench.cases.checking import ANYTHING, Expectation
from concbench.cases.expected import Raises, raised_by
from concbench.cases.failures import as_raised
from concbench.cases.functions import Kind, Refused, kind_of, kind_said, model_for, named
from concbench.cases.measuring import Benchmark, Request, measure
from concbench.cases.pace import Budget
from concbench.cases.resources import listed
from concbench.cases.running_loop import is_running, model_here
from concbench.cases.runs import Call, arguments
from concbench.models.base import Exhausted, Model
from concbench.pytest_plugin.recording import PedanticLog
from concbench.workloads.catalogue import Catalogue


class ConcurrencyBenchmark:
    """Runs n of a function at once under a model, checks what they return, and times it; once in a test.

    ``tasks`` is n. ``model`` is what runs them, and ``dialect`` how they are written for it (``"coroutine"``,
    ``"blocking"`` …), both None where the marker names no models. ``extra_info`` goes into the JSON, and
    ``used`` says whether a function has been handed over.
    """

    def __init__(
        self, benchmark: Benchmark, model: Model | None, tasks: int, catalogue: Catalogue, budget: Budget
    ) -> None:
        self._benchmark, self._catalogue, self._budget = benchmark, catalogue, budget
        self.used = False
        self._pending: Coroutine[Any, Any, Any] | None = None
        self.tasks = tasks
        self.model = model
        self.dialect = None if model is None else model.dialect
        self.extra_info = benchmark.extra_info

    def __call__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Run ``function(*args, **kwargs)`` as n tasks; return the n results, in order, of the last run.

        Where an event loop is running, as in a test that is a coroutine function, they run there, and what is
        returned has to be awaited: ``results = await concurrency_benchmark(function)``.
        """
        __tracebackhide__ = True
        return self.pedantic(function, args=args, kwargs=kwargs)

    def measure_await(
        self, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Coroutine[Any, Any, Any]:
        """Measure ``await function(*args, **kwargs)`` in the very task that awaits this; return its result.

        No task is made, and all that belongs to this one (a transaction, a cancel scope, context variables)
        is there for the function: for an await inside a handler, say. There is one at a time: tasks=1. What
        the function returns only has to be something that can be awaited.
        """
        __tracebackhide__ = True
        if not is_running():
            raise Refused(
                "measure_await measures an await in the task that is running, and here there is none: write "
                "the test as a coroutine function (async def), or hand the function over: "
                f"concurrency_benchmark({named(function)}, …)"
            )

        def asked() -> partial[Request]:
            kind = kind_of(function)
            call = Call(function, "coroutine" if kind == "plain" else kind, args, kwargs)
            return partial(Request, call=call, expectation=Expectation(tasks=self.tasks))

        self._pending = self._one_of(asked)
        return self._pending

    async def _one_of(self, asked: Callable[[], partial[Request]]) -> Any:
        __tracebackhide__ = True
        (result,) = await self._measured_here(asked, alone=True)
        return result

    def pedantic(
        self,
        function: Callable[..., Any],
        *,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        each: Callable[[int], tuple[Any, ...]] | None = None,
        expected: Any = ANYTHING,
        check: Callable[[Any], Any] | None = None,
        overlap: int = 1,
        setup: Callable[..., Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        resources: Any = None,
        leaks: Leaks = "fail",
        kind: Kind | None = None,
        raises: Raises | None = None,
        timeout: float | None = None,
        rounds: int | None = None,
        iterations: int | None = None,
        warmup_rounds: int = 0,
    ) -> Any:
        """Run ``function(*args, *each(index), **kwargs)`` as n tasks; return the results of the last run.

        ``expected`` is what each task returns, or a callable that says it for an index; ``check(result)``
        raises or returns False where a result is wrong: asked for each result of every run, outside what is
        timed. ``overlap``: so many tasks, or all where there are fewer, have to be alive at once. ``setup()``
        comes before each run, and may return ``(args, kwargs)``; ``teardown(*args, **kwargs)`` comes after.
        ``resources``: functions that open what lives as long as the case, and is handed to every task.
        ``raises``: what every task raises; ``timeout``: how long one may take (s); ``kind``: what the
        function is, where a decorator hides it; ``leaks="allow"``: what a run leaves behind is no failure.
        ``rounds``, and ``iterations`` (runs timed together), are found out where they are not given.

        Raises Refused for a function that the model cannot run, WrongRun, and what a task raises. Where an
        event loop is running, what is returned has to be awaited.
        """
        __tracebackhide__ = True

        def asked() -> partial[Request]:
            said, raised = kind_said(function, kind), raised_by(raises)
            held = listed(resources)
            given = arguments(args, kwargs)
            call = Call(function, said, *given, each, setup, teardown, held, raised)
            judged = Expectation(tasks=self.tasks, expected=expected, check=check, raises=raised)
            request = partial(Request, call=call, expectation=judged, overlap=overlap, leaks=leaks)
            paced = partial(request, rounds=rounds, iterations=iterations, warmup_rounds=warmup_rounds)
            return partial(paced, timeout=timeout)

        if is_running():
            self._pending = self._measured_here(asked)
            return self._pending
        return self._measured(asked)

    def forgotten(self) -> bool:
        """Whether a test in a running loop has not awaited what it was given, so that nothing was run."""
        if self._pending is None or getcoroutinestate(self._pending) != CORO_CREATED:
            return False
        self._pending.close()  # it would complain, too
        return True

    async def _measured_here(
        self, asked: Callable[[], partial[Request]], *, alone: bool = False
    ) -> list[Any]:
        """Measure on the loop that is running."""
        __tracebackhide__ = True
        try:
            self._use_once()
            request = asked()
            call: Call = request.keywords["call"]
            model = model_here(call.function, call.kind, self.model, self._catalogue)
            log = partial(PedanticLog, self._benchmark)
            return await measure_here(self._benchmark, request(model=model), self._budget, log, alone=alone)
        except BaseException as error:  # noqa: BLE001  (raised again, once its handler is left)
            self._benchmark.has_error = True
            failure = as_raised(error, None)
        raise failure

    def _measured(self, asked: Callable[[], partial[Request]]) -> list[Any]:
        """Measure. What a model ran out of skips the test; what a task raised comes out as it raised it."""
        __tracebackhide__ = True
        model: Model | None = None
        try:
            self._use_once()
            request = asked()
            call: Call = request.keywords["call"]
            model = model_for(call.function, call.kind, self.model, self._catalogue)
            return measure(self._benchmark, request(model=model), self._budget)
        except Exhausted as error:
            self._benchmark.has_error = True
            name = self.extra_info["model"]
            pytest.skip(f"{name} was exhausted with {error.at} of {self.tasks} tasks alive: {error}")
        except BaseException as error:  # noqa: BLE001  (raised again, once its handler is left)
            self._benchmark.has_error = True
            failure = as_raised(error, model)
        raise failure

    def _use_once(self) -> None:
        if self.used:
            raise Refused(
                "concurrency_benchmark was used already in this test: it makes one row of a table; write a "
                "test for each function, or parametrize one"
            )
        self.used = True
