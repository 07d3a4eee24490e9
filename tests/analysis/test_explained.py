"""A price that is split: which layer a sample or a C function counts for, and what adds up."""

from dataclasses import replace

import pytest

from concbench.analysis.explained import instructions_split, layer_of, time_split
from concbench.analysis.layers import UNNAMED, layer_of_python, part_of_c
from concbench.drive.observing.mapped import CFunction
from concbench.drive.observing.spots import PythonCode, Spot

PYTHON, ASYNCIO = "/usr/lib/libpython3.11.so.1.0", "/usr/lib/python3.11/lib-dynload/_asyncio.cpython-311.so"
EVALUATE, MALLOC = CFunction(PYTHON, "_PyEval_EvalFrameDefault"), CFunction(PYTHON, "_PyObject_Malloc")
STEP = CFunction(ASYNCIO, "task_step_impl")
ONCE = PythonCode("/usr/lib/python3.11/asyncio/base_events.py", "BaseEventLoop._run_once", 1)
STEPS = PythonCode("/x/concbench/workloads/basics/switch.py", "coroutine.<locals>.steps", 1)


def spot(*native: CFunction, python: tuple[PythonCode, ...] = (), cpu_ns: int = 100) -> Spot:
    return Spot(cpu_ns, native, python)


@pytest.mark.parametrize(
    ("seen", "layer", "name"),
    [
        (spot(EVALUATE, python=(ONCE,)), "event loop", "BaseEventLoop._run_once"),
        (spot(MALLOC, EVALUATE, python=(STEPS, ONCE)), "the workload's tasks", "coroutine.<locals>.steps"),
        (spot(STEP, EVALUATE, python=(ONCE,)), "task step", "task_step_impl"),
        (spot(MALLOC, STEP, EVALUATE, python=(ONCE,)), "task step", "task_step_impl"),
        (spot(CFunction(PYTHON, "context_run"), python=(ONCE,)), "context", "context_run"),
        (spot(CFunction("/lib/libc.so.6", "epoll_wait"), python=(ONCE,)), "selector", "epoll_wait"),
        (spot(CFunction("/x/uvloop/loop.so", ""), python=(STEPS,)), "uvloop", "loop.so"),
        (spot(MALLOC), "memory", "_PyObject_Malloc"),
        (spot(CFunction("", "")), UNNAMED, UNNAMED),
        (spot(), UNNAMED, UNNAMED),
    ],
)
def test_a_sample_counts_for_the_part_of_a_library_in_c_else_for_the_python_function(
    seen: Spot, layer: str, name: str
) -> None:
    assert layer_of(seen) == (layer, name)


@pytest.mark.parametrize(
    ("file", "name", "layer"),
    [
        ("/usr/lib/python3.12/asyncio/events.py", "Handle._run", "handle"),
        ("/usr/lib/python3.12/asyncio/base_events.py", "BaseEventLoop.call_soon", "handle"),
        ("/usr/lib/python3.12/asyncio/futures.py", "Future.set_result", "future"),
        ("/usr/lib/python3.12/asyncio/tasks.py", "Task.__step", "task step"),
        ("/usr/lib/python3.12/asyncio/tasks.py", "Task.__init__", "task objects"),
        ("/usr/lib/python3.12/selectors.py", "EpollSelector.select", "selector"),
        ("/x/concbench/models/ladder/selector.py", "Kernel.run", "event loop"),
        ("/x/concbench/models/ladder/selector.py", "Kernel.poll", "selector"),
        ("/x/concbench/models/ladder/ready_queue.py", "Kernel.park", "suspending"),
        ("/x/concbench/models/ladder/task_objects.py", "Task.finish", "task objects"),
        ("/x/concbench/models/yield_from.py", "side_by_side", "event loop"),
        ("/x/site-packages/trio/_core/_run.py", "Runner.reschedule", "handle"),
        ("/x/site-packages/trio/_core/_run.py", "unrolled_run", "event loop"),
        ("/x/site-packages/tinyio/_core.py", "Loop.run", "tinyio"),
        ("/usr/lib/python3.12/json/decoder.py", "decode", "json"),
        ("/usr/lib/python3.12/site-packages/tinyio/_core.py", "Loop.run", "tinyio"),
        ("/x/concbench/models/inside.py", "Inside.serve", "harness"),
        ("/home/me/mine.py", "run", "mine.py"),
        ("", "", UNNAMED),
    ],
)
def test_a_function_in_python_belongs_to_a_layer_else_to_its_package(
    file: str, name: str, layer: str
) -> None:
    assert layer_of_python(file, name) == layer


@pytest.mark.parametrize(
    ("file", "function", "part"),
    [
        (PYTHON, "_PyEval_EvalFrameDefault", "evaluation loop"),
        (PYTHON, "gen_send_ex2", "generators and coroutines"),
        (PYTHON, "dict_dealloc", "memory"),
        (PYTHON, "_PyObject_GenericGetAttrWithDict", "attributes, names and dicts"),
        (PYTHON, "deque_append", "ready queue"),
        ("/usr/bin/python3.12", "_PyObject_Vectorcall", "calls"),
        ("/usr/bin/python3.12", "task_step_impl", "task step"),
        (ASYNCIO, "FutureObj_dealloc", "future"),
        (ASYNCIO, "call_soon", "handle"),
        (ASYNCIO, "_asyncio_get_running_loop", "event loop"),
        ("/lib/libc.so.6", "__libc_malloc", "C library"),
        ("", "", UNNAMED),
    ],
)
def test_a_function_in_c_does_one_thing(file: str, function: str, part: str) -> None:
    assert part_of_c(file, function) == part


def test_samples_split_the_time_by_what_each_stands_for() -> None:
    spots = [
        spot(EVALUATE, python=(ONCE,), cpu_ns=300),
        spot(STEP, cpu_ns=500),
        spot(MALLOC, STEP, cpu_ns=200),
    ]
    split = time_split(spots, whole=95.0, units=10)
    assert [(one.layer, one.share, one.per_unit) for one in split.layers] == [
        ("task step", 0.7, 70.0),
        ("event loop", 0.3, 30.0),
    ]
    assert (split.total, split.seen, round(split.off, 4), split.adds_up) == (100.0, 3, 0.0526, True)
    assert [round(one.error or 0, 3) for one in split.layers] == [0.519, 0.519]


def test_counts_split_the_instructions_and_have_no_error() -> None:
    counts = {EVALUATE: 700, STEP: 250, CFunction(ASYNCIO, "task_wakeup"): 50, MALLOC: 0}
    split = instructions_split(counts, whole=100.0, units=10, runs=5)
    first, second = split.layers  # what took nothing is not told
    assert (first.layer, first.share, first.per_unit, first.error) == ("evaluation loop", 0.7, 70.0, None)
    assert [one.name for one in second.functions] == ["task_step_impl", "task_wakeup"]
    assert sum(one.share for one in second.functions) == pytest.approx(second.share)


@pytest.mark.parametrize(("whole", "adds_up"), [(91.0, True), (90.0, False), (111.0, True), (112.0, False)])
def test_more_than_ten_per_cent_off_the_whole_does_not_add_up(whole: float, adds_up: bool) -> None:
    split = time_split([spot(STEP, cpu_ns=1000)], whole=whole, units=10)
    assert split.adds_up is adds_up
    assert replace(split, whole=split.total).adds_up
