"""Traces: who ran when, told by honest models, and nothing told by others."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, pairwise
from time import perf_counter, perf_counter_ns, process_time_ns
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.trace import TRIES, CpuTakenAway, trace_cell
from concbench.measure.worker import RequestHandler
from concbench.models import generator, polling
from concbench.models import index as models
from concbench.models.base import Model
from concbench.models.clocks import NAME
from concbench.promises import Suspends
from concbench.promising import promises_of
from concbench.workloads import index as workloads
from concbench.workloads.base import NotExpressible
from concbench.workloads.catalogue import Catalogue
from tests.measure.cheats import running, wrong_in_run

pytestmark = pytest.mark.measured_side

MODELS = ["polling", "generator", "yield-from", "asyncio", "threads"]
BUSY = ["polling", "generator", "yield-from"]
TIMERS = {"tasks": 4, "delay": 0.02, "spread": 0.5}
SWITCH = {"tasks": 4, "suspensions": 3}


def traced(model: Model, workload: str, params: dict[str, Any], **options: Any) -> dict[str, Any]:
    cell = workloads.get(workload)
    with model.open() as session:
        usual = {"seconds": 60, "most": 20, "machine": left_alone}
        return trace_cell(cell_of(cell, cell.params(**params), model, session), **{**usual, **options})


class Interrupting(CpuTakenAway):
    """A machine that interrupts each run as often as it is told, and none after these."""

    def __init__(self, *times: int) -> None:
        self.times = [*times]

    def __call__(self, *, busy: bool) -> "Interrupting":
        return self

    def preempted(self, _span_ns: int) -> int:
        return self.times.pop(0) if self.times else 0


def left_alone(*, busy: bool) -> CpuTakenAway:
    """Return a machine that never interrupts."""
    return Interrupting()


@contextmanager
def hogged() -> Iterator[None]:
    """Let other processes take the CPUs meanwhile."""
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * cpus())]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def cpus() -> int:
    return len(os.sched_getaffinity(0))


def ticking() -> Callable[[], int]:
    ticks = count(1000, 1000)
    return lambda: next(ticks)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("workload", "params"), [("timers", TIMERS), ("switch", SWITCH)])
def test_every_model_tells_when_each_of_its_tasks_ran(
    name: str, workload: str, params: dict[str, Any]
) -> None:
    told = traced(models.get(name), workload, params)
    assert [lane["task"] for lane in told["lanes"]] == [0, 1, 2, 3]
    for lane in told["lanes"]:
        running = lane["running"]
        assert 1 <= len(running) <= 20
        assert 0 <= lane["start_ns"] == running[0][0]
        assert lane["end_ns"] == running[-1][1] <= told["span_ns"]
        assert all(start <= end for start, end in running)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(running))


def test_tasks_of_helpers_are_told_at_the_times_at_which_they_ran() -> None:
    told = traced(
        models.get("process-pool"), "timers", {"tasks": 4, "delay": 0.02, "spread": 0.5, "seed": 6481}
    )
    for lane in told["lanes"]:
        assert lane["end_ns"] - lane["start_ns"] >= 10_000_000  # the shortest delay
        assert 0 <= lane["start_ns"] < lane["end_ns"] <= told["span_ns"]


def test_a_trace_needs_the_workers_of_the_small_run_before_it_too() -> None:
    pool = Catalogue().model("thread-pool:2")
    with pytest.raises(
        NotExpressible, match="3 tasks have to be alive at once, and thread-pool:2 has 2 workers"
    ):
        traced(pool, "parked", {"tasks": 1})


@pytest.mark.parametrize("name", MODELS)
def test_a_task_that_takes_turns_is_resumed_as_often_as_the_workload_promises(name: str) -> None:
    model, cell = models.get(name), workloads.get("switch")
    promises = promises_of(cell.promise(cell.params(**SWITCH), model.dialect))
    suspends = promises.get(Suspends)
    assert suspends is not None
    told = traced(model, "switch", SWITCH)
    assert [lane["resumes"] for lane in told["lanes"]] == [suspends.times] * 4


def test_who_polls_resumes_a_sleeper_over_and_over_and_who_sleeps_but_once() -> None:
    resumes = {
        name: [lane["resumes"] for lane in traced(models.get(name), "timers", TIMERS)["lanes"]]
        for name in MODELS
    }
    assert resumes["asyncio"] == resumes["threads"] == [1] * 4
    assert all(sum(resumes[name]) > 40 for name in BUSY)


@pytest.mark.parametrize("name", [*BUSY, "asyncio"])
def test_on_one_thread_one_task_runs_at_a_time_and_they_go_round(name: str) -> None:
    told = traced(models.get(name), "switch", SWITCH, now=ticking())
    turns = sorted((*stretch, lane["task"]) for lane in told["lanes"] for stretch in lane["running"])
    assert [task for _start, _end, task in turns] == [0, 1, 2, 3] * 4
    assert all(earlier[1] < later[0] for earlier, later in pairwise(turns))


def test_by_a_clock_that_ticks_when_it_is_asked_the_trace_is_always_the_same() -> None:
    params = {"tasks": 2, "suspensions": 1}
    told = [traced(models.get("generator"), "switch", params, now=ticking()) for _ in range(2)]
    assert told[0] == told[1]
    # Each step asks when it begins and when it has ended; the ledger asks once more at starts and ends.
    assert told[0] == {
        "span_ns": 13_000,
        "preempted": 0,
        "clock": "wall",
        "lanes": [
            {"task": 0, "resumes": 1, "start_ns": 1000, "end_ns": 9000,
             "running": [[1000, 3000], [7000, 9000]]},
            {"task": 1, "resumes": 1, "start_ns": 4000, "end_ns": 12_000,
             "running": [[4000, 6000], [10_000, 12_000]]},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("times", "kept", "left"),
    [([0], 0, 0), ([3, 0, 9], 0, 1), ([3, 1, 2, 4, 5, 9], 1, 1), ([7] * 9, 7, 9 - TRIES)],
)
def test_the_least_disturbed_of_a_few_runs_is_told_and_how_often_it_was(
    times: list[int], kept: int, left: int
) -> None:
    machine = Interrupting(*times)
    told = traced(models.get("generator"), "switch", SWITCH, machine=machine, now=perf_counter_ns)
    assert told["preempted"] == kept
    assert len(machine.times) == left


@pytest.mark.parametrize("name", ["polling", "yield-from"])
def test_a_busy_loop_goes_by_cpu_time_so_the_machine_is_in_no_picture_of_it(name: str) -> None:
    machine = Interrupting(5)
    cell = workloads.get("timers")
    params = cell.params(tasks=2, delay=0.05)
    with hogged(), models.get(name).open() as session:
        before = process_time_ns()
        told = trace_cell(
            cell_of(cell, params, models.get(name), session), seconds=60, most=20, machine=machine
        )
        spent = process_time_ns() - before
    assert (told["clock"], told["preempted"], machine.times) == ("cpu", 0, [5])
    assert 50_000_000 <= told["span_ns"] <= spent
    running = sum(end - start for lane in told["lanes"] for start, end in lane["running"])
    assert running > told["span_ns"] / 2


def test_the_clock_of_a_busy_loop_is_its_own_again_after_a_trace() -> None:
    traced(models.get("polling"), "timers", TIMERS)
    traced(models.get("yield-from"), "timers", TIMERS)
    assert getattr(polling, NAME) is getattr(generator, NAME) is perf_counter


def test_whoever_sleeps_or_looks_at_another_clock_goes_by_the_time_of_day() -> None:
    assert traced(models.get("asyncio"), "timers", TIMERS)["clock"] == "wall"
    assert traced(models.get("polling"), "timeout", {"tasks": 2, "rounds": 2})["clock"] == "wall"


def test_threads_take_the_cpu_from_each_other_so_nothing_is_told_of_the_machine() -> None:
    machine = Interrupting(5, 5)
    assert traced(models.get("threads"), "switch", SWITCH, machine=machine)["preempted"] == 0
    assert machine.times == [5, 5]


def test_a_busy_loop_that_lacks_time_was_interrupted_and_one_that_sleeps_was_not() -> None:
    assert CpuTakenAway(busy=True).preempted(10_000_000_000) >= 1
    assert any(CpuTakenAway(busy=False).preempted(10_000_000_000) == 0 for _ in range(100))


def test_the_smallest_run_goes_first_and_is_not_in_the_trace() -> None:
    sizes: list[int] = []

    def noting(run: Any, factories: Any) -> list[Any]:
        sizes.append(len(factories))
        result: list[Any] = run(factories)
        return result

    told = traced(running(models.get("generator"), noting), "switch", SWITCH)
    assert sizes == [2, 4]
    assert len(told["lanes"]) == 4


def test_a_wrong_result_is_no_trace() -> None:
    told = traced(wrong_in_run(models.get("generator"), 2), "switch", SWITCH)
    assert told["outcome"] == "invalid"
    assert "results: " in told["reason"]


def test_whoever_breaks_the_promise_is_not_traced_even_with_right_results() -> None:
    def one_by_one(run: Any, factories: Any) -> list[Any]:
        return [run([factory])[0] for factory in factories]

    told = traced(running(models.get("generator"), one_by_one), "switch", SWITCH)
    assert told["outcome"] == "invalid"
    assert "alive at once" in told["reason"]


@pytest.mark.parametrize("hangs_in", [1, 2])
def test_a_run_that_does_not_end_is_a_timeout(hangs_in: int) -> None:
    runs = count(1)

    def hanging(run: Any, factories: Any) -> Any:
        return threading.Event().wait() if next(runs) == hangs_in else run(factories)

    told = traced(running(models.get("generator"), hanging), "switch", SWITCH, seconds=0.2)
    assert told["outcome"] == "timeout"
    assert "did not end within 0.2 s" in told["reason"]


def test_what_cannot_be_expressed_cannot_be_traced() -> None:
    with pytest.raises(NotExpressible):
        traced(models.get("polling"), "chain", {"tasks": 2, "depth": 2, "suspensions": 2})


def test_the_desk_answers_with_a_trace() -> None:
    model = models.get("yield-from")
    request = {"op": "trace", "workload": "switch", "params": SWITCH, "seconds": 60.0, "most": 3}
    with model.open() as session:
        answer = RequestHandler(Catalogue(), model, session).answer(request)
    assert set(answer) == {"span_ns", "lanes", "preempted", "clock"}
    assert all(len(lane["running"]) <= 3 for lane in answer["lanes"])
