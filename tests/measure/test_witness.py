"""The witness and honest models: never a false accusation, and a clear word when a run hangs or raises."""

import _thread
import asyncio
import gc
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any

import pytest

from concbench.measure import passes
from concbench.measure.checks import EVERY_CHECK
from concbench.measure.execution import as_they_are, cell_of
from concbench.measure.failures import outcome_of
from concbench.measure.hook import SEES_ALL_THREADS, Unwitnessable
from concbench.measure.passes import new_ledger, watched_pass
from concbench.measure.turns import refusal
from concbench.measure.witness import bear_witness, look_again
from concbench.models import index as models
from concbench.models.base import Factory, Model
from concbench.models.threads import TaskThread
from concbench.models.yield_from import MODEL as YIELD_FROM
from concbench.workloads import index as workloads
from concbench.workloads.base import NotExpressible, Promise, Workload
from concbench.workloads.basics import parked, spawn, switch, timers
from concbench.workloads.catalogue import Catalogue
from tests.measure.cheats import lending, running

pytestmark = pytest.mark.measured_side

MODELS = ["polling", "generator", "yield-from", "asyncio", "threads"]
SEEDS = {"timers": 2, "spawn": 8, "parked": 8, "switch": 8, "chain": 6}
FEW = {"timers": 1, "spawn": 3, "parked": 3, "switch": 3, "chain": 3}
"""How many draws of each workload's small sets are witnessed, at night and by day."""


def failures(workload: Workload[Any], params: Any, model: Model) -> dict[str, str]:
    with model.open() as session:
        testimony = bear_witness(cell_of(workload, params, model, session), seconds=60)
    assert set(testimony.checks) == set(EVERY_CHECK)
    return testimony.failures


def accused(model: Model, seeds: dict[str, int]) -> list[tuple[str, Any, dict[str, str]]]:
    """Return every small cell, for these many seeds a workload, in which an honest model is accused."""
    found = []
    for name, count in seeds.items():
        workload = workloads.get(name)
        for params in {params for seed in range(count) for params in workload.small(Random(seed))}:
            try:
                said = failures(workload, params, model)
            except NotExpressible:
                continue
            if said:
                found.append((name, params, said))
    return found


def test_a_workload_whose_promise_has_fields_is_witnessed_and_its_cost_is_of_what_is_doubled() -> None:
    workload = Catalogue([str(Path(__file__).parent / "plugins" / "fields.py")]).workload("countdown")
    assert failures(workload, workload.smallest, models.get("generator")) == {}
    assert workload.cost_unit == "suspension"
    wrong = replace(workload, promise=lambda _p, _dialect: Promise(tasks=2, suspensions=3))
    assert set(failures(wrong, wrong.smallest, models.get("generator"))) == {"suspensions", "unwatched"}


@pytest.fixture
def busy_cpu() -> Iterator[None]:
    """Another process that spins, so that there is one CPU less."""
    spinning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    yield
    spinning.kill()
    spinning.wait()


@pytest.fixture
def restless_threads() -> Iterator[None]:
    """Threads that hand over the interpreter after a microsecond."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_these_are_all_the_models_and_workloads_of_the_tutorial() -> None:
    assert set(MODELS) <= set(models.names())
    assert set(SEEDS) <= set(workloads.names())


@pytest.mark.parametrize("name", MODELS)
def test_an_honest_model_is_never_accused(name: str) -> None:
    assert accused(models.get(name), FEW) == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", MODELS)
def test_an_honest_model_is_not_accused_in_many_draws_either(name: str) -> None:
    assert accused(models.get(name), SEEDS) == []


BY_DAY = ("asyncio", "threads")
"""Models that a busy machine holds up most: a CPU is handed over, or a thread is preempted."""


@pytest.mark.usefixtures("busy_cpu", "restless_threads")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in BY_DAY else [pytest.mark.nightly]) for name in MODELS]
)
def test_an_honest_model_is_never_accused_on_a_busy_machine(name: str) -> None:
    assert accused(models.get(name), FEW) == []


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("workload", list(SEEDS))
def test_an_honest_model_is_never_accused_at_the_smallest_size(workload: str, name: str) -> None:
    chosen, model = workloads.get(workload), models.get(name)
    if isinstance(chosen.versions[model.dialect], NotExpressible):
        pytest.skip(f"{name} has no {workload}")
    assert failures(chosen, chosen.smallest, model) == {}


def test_the_counts_are_those_of_the_promised_work() -> None:
    params = switch.Params(tasks=3, suspensions=4)
    with YIELD_FROM.open() as session:
        testimony = bear_witness(cell_of(switch.WORKLOAD, params, YIELD_FROM, session))
    assert (testimony.tasks, testimony.suspensions, testimony.peak_live) == (3, 12, 3)


def run_by(honest: Model, run: Any) -> Model:
    return running(honest, lambda _run, factories: run(factories))


def in_raw_threads(factories: Sequence[Factory]) -> list[Any]:
    """Run each task in a thread that the threading module knows nothing of."""
    results: list[Any] = [None] * len(factories)
    ended = [_thread.allocate_lock() for _ in factories]

    def run(index: int) -> None:
        results[index] = factories[index]()
        ended[index].release()

    for index, lock in enumerate(ended):
        lock.acquire()
        _thread.start_new_thread(run, (index,))
    for lock in ended:
        lock.acquire()
    return results


@pytest.mark.parametrize("workload", [spawn.WORKLOAD, switch.WORKLOAD])
def test_threads_that_nobody_can_look_into_are_no_accusation(workload: Workload[Any]) -> None:
    with pytest.raises(Unwitnessable, match="threads that the threading module did not start") as raised:
        failures(workload, workload.smallest, run_by(models.get("threads"), in_raw_threads))
    assert outcome_of(raised.value)["outcome"] == "unavailable"


def test_threads_of_the_threading_module_are_told_from_others_and_from_our_own() -> None:
    def mixed(factories: Sequence[Factory]) -> list[Any]:
        thread = TaskThread(factories[0])
        thread.start()
        thread.join()
        return [thread.result, *in_raw_threads(factories[1:2]), factories[2]()]

    model, params = run_by(models.get("threads"), mixed), spawn.Params(3)
    with model.open() as session:
        cell = cell_of(spawn.WORKLOAD, params, model, session)
        done = watched_pass(cell, 60.0, new_ledger(cell.model))
    assert [task.raw for task in done.ledger.tasks] == [False, True, False]


def test_what_a_task_does_once_the_run_has_returned_comes_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    model = models.get("generator")
    ledger = new_ledger(model)

    def copying(returned: Sequence[Any]) -> list[Any]:
        ledger.finish(0)
        return as_they_are(returned)

    monkeypatch.setattr(passes, "as_they_are", copying)
    with model.open() as session:
        watched_pass(cell_of(spawn.WORKLOAD, spawn.Params(2), model, session), 60.0, ledger)
    assert [task.finished for task in ledger.tasks] == [1, 1]


class RawPool:
    """One thread that the threading module did not start; it runs whatever it is handed."""

    def __init__(self) -> None:
        self._todo: SimpleQueue[Factory] = SimpleQueue()
        self._done: SimpleQueue[Any] = SimpleQueue()
        _thread.start_new_thread(self._work, ())

    def _work(self) -> None:
        while True:
            self._done.put(self._todo.get()())

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        for factory in factories:
            self._todo.put(factory)
        return [self._done.get() for _ in factories]


def test_a_thread_that_was_there_before_is_looked_into_whoever_started_it() -> None:
    pool = RawPool()
    model = replace(run_by(models.get("threads"), pool.run), pooled=True)
    if SEES_ALL_THREADS:
        assert failures(spawn.WORKLOAD, spawn.Params(2), model) == {}
    else:
        with pytest.raises(Unwitnessable):
            failures(spawn.WORKLOAD, spawn.Params(2), model)


def test_a_run_that_hangs_is_stopped_and_called_a_timeout() -> None:
    def hang(_factories: Sequence[Factory]) -> list[Any]:
        threading.Event().wait()
        return []

    model = run_by(YIELD_FROM, hang)
    with model.open() as session:
        said = bear_witness(cell_of(spawn.WORKLOAD, spawn.Params(2), model, session), seconds=0.1).failures
    assert said["completed"] == "the run did not end within 0.1 s"
    assert refusal(said)["outcome"] == "timeout"


def test_a_library_that_makes_an_error_of_its_own_of_the_interruption_is_still_a_timeout() -> None:
    # As a TaskGroup does if a task is interrupted in its step.
    def hang(_factories: Sequence[Factory]) -> list[Any]:
        try:
            threading.Event().wait()
        except BaseException as error:
            raise BaseExceptionGroup("in a task group", [error]) from error
        return []

    model = run_by(YIELD_FROM, hang)
    with model.open() as session:
        said = bear_witness(cell_of(spawn.WORKLOAD, spawn.Params(2), model, session), seconds=0.1).failures
    assert said["completed"] == "the run did not end within 0.1 s"


def test_a_run_that_hangs_unwatched_is_a_timeout_too() -> None:
    runs = 0

    def hang_at_second(run: Any, factories: Sequence[Factory]) -> list[Any]:
        nonlocal runs
        runs += 1
        if runs == 2:
            threading.Event().wait()
        results: list[Any] = run(factories)
        return results

    model = running(YIELD_FROM, hang_at_second)
    with model.open() as session:
        said = bear_witness(cell_of(spawn.WORKLOAD, spawn.Params(2), model, session), seconds=0.1).failures
    assert said["completed"] == "unwatched, the run did not end within 0.1 s"


def test_after_a_run_in_time_nothing_rings() -> None:
    with YIELD_FROM.open() as session:
        bear_witness(cell_of(spawn.WORKLOAD, spawn.Params(2), YIELD_FROM, session), seconds=0.05)
    threading.Event().wait(0.12)


def test_an_error_of_a_task_is_raised_and_the_hook_is_gone() -> None:
    def delegating(_rt: Any, p: spawn.Params) -> list[Factory]:
        def fail() -> Any:
            raise ZeroDivisionError("the task's own")
            yield

        return [fail] * p.tasks

    workload = replace(spawn.WORKLOAD, versions={**spawn.WORKLOAD.versions, "delegating": delegating})
    before = sys.getprofile()
    with YIELD_FROM.open() as session, pytest.raises(ZeroDivisionError, match="the task's own"):
        bear_witness(cell_of(workload, spawn.Params(2), YIELD_FROM, session))
    assert sys.getprofile() is before


def test_checks_that_are_left_out_are_not_told() -> None:
    with YIELD_FROM.open() as session:
        testimony = bear_witness(
            cell_of(timers.WORKLOAD, timers.Params(2, 0.001), YIELD_FROM, session),
            without=["owners", "unwatched"],
        )
    assert set(testimony.checks) == set(EVERY_CHECK) - {"owners", "unwatched"}


def test_a_model_that_returns_nothing_is_told_so() -> None:
    model = run_by(YIELD_FROM, lambda _factories: None)
    assert (
        failures(spawn.WORKLOAD, spawn.Params(2), model)["results"] == "run returned None instead of a list"
    )


def test_the_leaf_alone_cannot_be_resumed_behind_the_callers_back() -> None:
    # Wrapped, there is no leaf to be seen; unwrapped, a model could step it and skip the frames above.
    from concbench.workloads.basics import chain

    def at_the_leaf(factories: Sequence[Factory]) -> list[Any]:
        pending = {index: factory() for index, factory in enumerate(factories)}
        results: list[Any] = [None] * len(pending)
        while pending:
            for index, task in list(pending.items()):
                leaf = task
                while (below := getattr(leaf, "gi_yieldfrom", None)) is not None:
                    leaf = below
                try:
                    if leaf is not task and leaf.gi_frame.f_locals["_"] < 6:
                        next(leaf)
                    else:
                        next(task)
                except StopIteration as stop:
                    results[index] = stop.value
                    del pending[index]
        return results

    said = failures(chain.WORKLOAD, chain.Params(3, 5, 8), run_by(YIELD_FROM, at_the_leaf))
    assert set(said) == {"unwatched"}


def test_a_gate_that_nobody_opens_is_told_by_what_was_seen_until_then() -> None:
    model = run_by(YIELD_FROM, lambda factories: [list(factory()) for factory in factories])
    with model.open() as session:
        said = bear_witness(cell_of(parked.WORKLOAD, parked.Params(3), model, session), seconds=0.1).failures
    assert said["overlap"] == "at most 1 tasks were alive at once; the workload promises 4"


class Littering:
    """A session whose first run leaves a suspended task behind, and whose others collect garbage first."""

    def __init__(self, session: Any, leave: Factory) -> None:
        self._session, self._leave = session, leave
        self.rt = session.rt
        self.runs = 0

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        self.runs += 1
        if self.runs > 1:
            gc.collect()
        results: list[Any] = self._session.run(factories)
        if self.runs == 1:
            task = self._leave()
            task.send(None)
            box = [task]
            box.append(box)
        return results


def test_a_task_that_an_earlier_run_left_behind_accuses_nobody() -> None:
    workload, model = switch.WORKLOAD, models.get("asyncio")
    params = switch.Params(tasks=3, suspensions=4)
    gc.disable()
    try:
        with model.open() as session:
            littering = Littering(session, workload.factories("coroutine", session.rt, params)[0])
            testimony = bear_witness(cell_of(workload, params, model, littering), seconds=60)
    finally:
        gc.enable()
    assert littering.runs == 3
    assert testimony.failures == {}


HELD_UP_S = 0.05
"""Longer than half of the tasks may seem to be held up."""


def held_up(at: Container[int]) -> Model:
    """Return asyncio, honest, which others keep from the CPU after these of the looks that end its tasks."""
    looks, begun = itertools.count(), set[Any]()

    def now() -> float:
        told = time.perf_counter()
        task = asyncio.current_task() if asyncio._get_running_loop() else None
        if task in begun and next(looks) in at:
            time.sleep(HELD_UP_S)
        begun.update({task} - {None})
        return told

    return lending(models.get("asyncio"), now=now)


TWO = timers.Params(tasks=2, delay=0.005)
HELD = [({0}, set()), ({2}, set()), ({0, 1, 4, 7}, set()), (range(1000), {"reported"})]
"""At which looks tasks are held up, two in each pass, and of what the model is accused."""


@pytest.mark.parametrize(("at", "accused_of"), HELD)
def test_who_is_held_up_at_times_is_honest_and_who_is_so_always_is_not(
    at: Container[int], accused_of: set[str]
) -> None:
    assert set(failures(timers.WORKLOAD, TWO, held_up(at))) == accused_of


@pytest.mark.parametrize(("at", "accused_of"), HELD)
def test_a_last_look_is_had_again_where_a_task_was_held_up(at: Container[int], accused_of: set[str]) -> None:
    model = held_up(at)
    with model.open() as session:
        assert set(look_again(cell_of(timers.WORKLOAD, TWO, model, session)).failures) == accused_of
