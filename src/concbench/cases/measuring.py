"""One case, from opening its model to closing it: check, cost, and the rounds that are timed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import asdict, dataclass
from time import perf_counter_ns
from typing import Any, Protocol

from concbench import __version__
from concbench.cases.aftermath import Aftermath, Leaks, hearing, require_none_left
from concbench.cases.checking import Counts, Expectation, overlapped, require_overlap, watched_run
from concbench.cases.clocks import per_task
from concbench.cases.deadlines import Deadline
from concbench.cases.exhaustion import require_own_limit
from concbench.cases.foreign import refuse_foreign
from concbench.cases.functions import Refused, named, refuse_unawaited
from concbench.cases.holding import holder_for
from concbench.cases.pace import Budget, cost_of, cost_of_prepared
from concbench.cases.resources import is_same_failure
from concbench.cases.runs import Call, Runs
from concbench.measure.execution import Lent, lent_from, opening
from concbench.measure.sayings import require_session
from concbench.models.base import Exhausted, Model


class Benchmark(Protocol):
    """What is used of pytest-benchmark's fixture."""

    group: str | None
    extra_info: dict[str, Any]
    has_error: bool
    stats: Any

    @property
    def enabled(self) -> bool:
        """Whether anything is timed (not with ``--benchmark-disable``)."""

    @property
    def pedantic(self) -> Callable[..., Any]:
        """What times so many rounds of so many iterations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of one case: by whom what is called, what it returns, and how often if not found out."""

    model: Model
    call: Call
    expectation: Expectation
    overlap: int = 1
    rounds: int | None = None
    iterations: int | None = None
    warmup_rounds: int = 0
    leaks: Leaks = "fail"
    timeout: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number, and runs timed together where something is to be done between them."""
        for name, least in (("rounds", 1), ("iterations", 1), ("warmup_rounds", 0)):
            number = getattr(self, name)
            if number is not None and not (type(number) is int and number >= least):
                raise Refused(f"{name}= takes a whole number from {least}, not {number!r}")
        if self.iterations not in (None, 1) and not self.call.repeatable:
            raise Refused("iterations= cannot be given with setup= or teardown=, which surround each run")


def measure(benchmark: Benchmark, request: Request, budget: Budget) -> list[Any]:
    """Return the results of the last run, timed by ``benchmark``, whose ``extra_info`` is filled in.

    The model is opened once, before, and closed at the end, whatever happens. Raises WrongRun, Refused,
    and whatever the model or the tasks raise; Exhausted once the threads that were started have ended, else
    Starved.
    """
    __tracebackhide__ = True
    return copy_context().run(_measured, benchmark, request, budget)


def _measured(benchmark: Benchmark, request: Request, budget: Budget) -> list[Any]:
    """Measure, in a context of the case's own, which takes over what its resources and setup set."""
    __tracebackhide__ = True
    began, before = perf_counter_ns(), set(threading.enumerate())
    tasks = request.expectation.tasks
    benchmark.extra_info |= described(request)
    if request.call.kind == "coroutine":
        refuse_foreign(request.call.function, (*request.call.args, *request.call.kwargs.values()))
    deadline = Deadline(request.timeout, tasks)
    with deadline.kept(), opening(request.model) as opened:
        lent = _lent_by(request.model, opened)
        _refuse_helpers(request.model, lent)
        with _runs(request, opened, lent, deadline) as runs:
            try:
                benchmark.extra_info |= checked(runs, request, lent)
                _timed(benchmark, request, runs, budget, began)
            except Exhausted as error:
                require_own_limit(error, before, f"{tasks} tasks under {request.model.name}")
                raise
    benchmark.extra_info |= {"outcome": "ok", "runs_checked": runs.judged}
    if benchmark.stats:
        benchmark.extra_info |= per_task(benchmark.stats, tasks)
    return runs.last


@contextmanager
def _runs(request: Request, opened: Any, lent: Lent, deadline: Deadline) -> Iterator[Runs]:
    """Yield the runs of a case with its resources entered; tear down, and leave them, in the end."""
    __tracebackhide__ = True
    holder, aftermath = holder_for(request.model, opened, lent), Aftermath(request.model, request.leaks)
    runs = Runs(lent, request.call, request.expectation, holder, aftermath, deadline)
    with hearing(aftermath):
        try:
            try:
                runs.hold()
                yield runs
            finally:
                runs.close()
        except BaseException as error:
            try:
                holder.leave(error)
            except BaseExceptionGroup as left:
                if not is_same_failure(left, error):
                    raise
            raise
        holder.leave(None)
        aftermath.check()


def _lent_by(model: Model, opened: Any) -> Lent:
    """Return what a session lends; raises TypeError, as a sentence, for what is no session."""
    try:
        return lent_from(opened)
    except AttributeError:
        require_session(model, opened)
        raise


def _refuse_helpers(model: Model, lent: Lent) -> None:
    """Raise Refused for a session whose helpers build their tasks from a workload's recipe."""
    if lent.prepare is not None:
        raise Refused(
            f"{model.name} runs tasks in helpers, which build them from the recipe of a workload, and a test "
            "has only a function: write your work as a workload and use concbench run"
        )


def described(request: Request) -> dict[str, Any]:
    """Return what the case is, for ``extra_info``."""
    model, call = request.model, request.call
    return {
        "concbench": __version__,
        "model": model.name,
        "model_version": model.version(),
        "dialect": model.dialect,
        "kind": call.kind,
        "function": named(call.function),
        "tasks": request.expectation.tasks,
    }


def checked(runs: Runs, request: Request, lent: Lent) -> dict[str, Any]:
    """Run once, watched and untimed; return what the tasks did. Raises WrongRun or Refused.

    Where something of it goes on after that, run once more, to see whether there is more of it then.
    """
    __tracebackhide__ = True
    counts = _watched(runs, request, lent)
    first = [] if runs.aftermath.allowed else runs.left()
    if first:
        _watched(runs, request, lent)
        require_none_left(first, runs.left())
    return asdict(counts) | {"overlapped": overlapped(counts)}


def _watched(runs: Runs, request: Request, lent: Lent) -> Counts:
    __tracebackhide__ = True
    runs.prepare()
    results, counts = watched_run(request.model, lent, runs.watched())
    refuse_unawaited(request.call.function, request.call.kind, results)
    require_overlap(counts, request.overlap, request.expectation.tasks, request.model)
    runs.kept.append(results)
    runs.finish()
    return counts


def _timed(benchmark: Benchmark, request: Request, runs: Runs, budget: Budget, began: int) -> None:
    """Have the rounds timed; a benchmark that is disabled runs once, one that serves is handed the runs."""
    __tracebackhide__ = True
    if (serve_runs := getattr(benchmark, "serve_runs", None)) is not None:
        serve_runs(runs, request)
        return
    rounds, iterations = 1, 1
    if benchmark.enabled:
        rounds, iterations = _paced(benchmark, request, runs, budget, began)
    if request.call.repeatable:
        runs.deadline.arm(iterations)
    benchmark.pedantic(
        runs.next_run,
        setup=None if request.call.repeatable else runs.prepare_alone,
        teardown=runs.finish,
        rounds=rounds,
        iterations=iterations,
        warmup_rounds=request.warmup_rounds,
    )
    if runs.kept:  # a benchmark that is disabled does not call its teardown
        runs.finish()


def _paced(benchmark: Benchmark, request: Request, runs: Runs, budget: Budget, began: int) -> tuple[int, int]:
    """Find out what a run costs; return how many rounds are to be timed, of how many runs each."""
    repeatable = request.call.repeatable
    cost = cost_of(runs.probe) if repeatable else cost_of_prepared(runs.probe_prepared)
    benchmark.extra_info |= {"cpu_s_per_run": cost.cpu_ns / 1e9, "cpu_share": cost.cpu_ns / cost.wall_ns}
    iterations = request.iterations if repeatable else 1
    return budget.pace(cost, perf_counter_ns() - began, request.rounds, iterations)
