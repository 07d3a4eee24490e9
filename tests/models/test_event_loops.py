"""Event loops of asyncio's kin: each runs what its name says, with asyncio's own tasks and primitives."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import Any

import pytest

from concbench.measure.execution import cell_of
from concbench.measure.witness import bear_witness
from concbench.models import asyncio_py, index
from concbench.models.base import Model
from concbench.models.loops import loop_model
from concbench.workloads import index as workloads

pytestmark = pytest.mark.measured_side

PACKAGES = ("uvloop", "rloop", "zuvloop")
NAMES = [name for name in index.names() if index.get(name).family == "event-loop"]
EAGER = "asyncio-eager"


def available(name: str) -> Model:
    model = index.get(name)
    if reason := model.unavailable():
        pytest.skip(reason)
    return model


def told(model: Model, *tasks: Callable[[], Any]) -> list[Any]:
    with model.open() as session:
        return session.run(tasks)


async def running_loop() -> Any:
    return asyncio.get_running_loop()


async def kinds() -> tuple[type, type]:
    return type(asyncio.tasks.current_task()), type(asyncio.get_running_loop().create_future())


def test_the_kin_is_complete() -> None:
    assert (
        list(index.MEMBERS["event-loop"])
        == NAMES
        == ["asyncio", "asyncio-gather", EAGER, "asyncio-py", *PACKAGES]
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_version_or_a_reason_why_not(name: str) -> None:
    model = index.get(name)
    reason = model.unavailable()
    if reason is None:
        assert model.version().startswith(name if name in PACKAGES else sys.version.split()[0])
    elif name == "zuvloop" and sys.version_info < (3, 14):
        assert reason == "zuvloop is not installed, and is for Python 3.14 or later"
    elif name in PACKAGES:
        assert "pip install 'concbench[models]'" in reason
    else:
        assert "eager tasks" in reason
        assert sys.version_info < (3, 12)


@pytest.mark.parametrize("name", NAMES)
def test_each_tells_who_runs_and_lends_asyncios_own_primitives(name: str) -> None:
    model = available(name)
    assert model.current is not None
    current = model.current
    seen: list[tuple[Any, Any]] = []

    async def who() -> None:
        before = current()
        await asyncio.sleep(0)
        seen.append((before, current()))

    with model.open() as session:
        session.run([who, who])
        assert session.rt.sleep is asyncio.sleep
        assert session.rt.Event is asyncio.Event
    assert all(before is after is not None for before, after in seen)
    assert len({id(before) for before, _ in seen}) == 2


@pytest.mark.parametrize("name", NAMES)
def test_each_raises_what_a_task_raises_and_runs_on(name: str) -> None:
    async def fail() -> None:
        raise LookupError("in the task")

    with available(name).open() as session:
        with pytest.raises((ExceptionGroup, LookupError)) as raised:
            session.run([running_loop, fail])
        each = getattr(raised.value, "exceptions", (raised.value,))
        assert [str(one) for one in each] == ["in the task"]
        assert len(session.run([running_loop])) == 1


@pytest.mark.parametrize("name", NAMES)
def test_none_leaves_a_loop_or_a_current_task_behind(name: str) -> None:
    before = asyncio.current_task
    (loop,) = told(available(name), running_loop)
    assert loop.is_closed()
    assert asyncio.current_task is asyncio.tasks.current_task is before
    with pytest.raises(RuntimeError, match="no running event loop"):
        before()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("workload", ["spawn", "parked", "switch", "chain"])
def test_each_is_honest_at_every_workload(name: str, workload: str) -> None:
    model, found = available(name), workloads.get(workload)
    with model.open() as session:
        for seed in range(3):
            for params in found.small(Random(seed)):
                assert bear_witness(cell_of(found, params, model, session)).failures == {}


@pytest.mark.parametrize("name", NAMES)
def test_each_sleeps_honestly(name: str) -> None:
    model, timers = available(name), workloads.get("timers")
    with model.open() as session:
        for params in timers.small(Random(1)):
            assert bear_witness(cell_of(timers, params, model, session)).failures == {}


def test_an_eager_task_takes_its_first_step_as_it_is_made() -> None:
    assert order_of(available(EAGER)) == ["made", "began", "made", "began", "went on", "went on"]
    assert order_of(index.get("asyncio")) == ["made", "made", "began", "began", "went on", "went on"]


def order_of(model: Model) -> list[str]:
    order = list[str]()

    async def task() -> None:
        order.append("began")
        await asyncio.sleep(0)
        order.append("went on")

    def factory() -> Any:
        order.append("made")
        return task()

    told(model, factory, factory)
    return order


def test_an_eager_task_that_never_suspends_is_one_of_asyncios_all_the_same() -> None:
    assert told(available(EAGER), kinds) == [(asyncio.Task, asyncio.Future)]


def test_gather_collects_asyncios_own_tasks() -> None:
    async def waited_for_by() -> set[str]:
        await asyncio.sleep(0)
        tasks: list[Any] = list(asyncio.all_tasks())
        main = next(task for task in tasks if task.get_coro().__name__ == "gather")
        return {type(main).__name__, type(main._fut_waiter).__name__}

    assert told(index.get("asyncio-gather"), kinds) == [(asyncio.Task, asyncio.Future)]
    assert told(index.get("asyncio-gather"), waited_for_by) == [{"Task", "_GatheringFuture"}]


def test_tasks_and_futures_in_python_are_not_those_in_c() -> None:
    ((task, future),) = told(index.get("asyncio-py"), kinds)
    assert (task, future) == (asyncio_py.PyTask, asyncio_py.PyFuture)
    assert task.__module__ == "asyncio.tasks"
    assert task.set_result.__code__.co_filename == asyncio.tasks.__file__
    assert future.set_result.__code__.co_filename == asyncio.futures.__file__
    if sys.implementation.name == "cpython":
        assert {task, future}.isdisjoint({asyncio.Task, asyncio.Future})
        assert told(index.get("asyncio"), kinds) == [(asyncio.Task, asyncio.Future)]


def test_what_asyncio_makes_by_itself_is_in_python_too() -> None:
    async def main_and_child() -> list[type]:
        async def child() -> type:
            await asyncio.sleep(0.001)
            return type(asyncio.current_task())

        group_made = await asyncio.create_task(child())
        async with asyncio.timeout(1):
            return [group_made, *await asyncio.gather(child(), child())]

    assert told(index.get("asyncio-py"), main_and_child) == [[asyncio_py.PyTask] * 3]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_packages_loop_is_that_packages(name: str) -> None:
    (loop,) = told(available(name), running_loop)
    assert type(loop).__module__.partition(".")[0] == name
    assert told(available(name), kinds) == [(asyncio.Task, asyncio.Future)]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_delay_is_a_delay_on_each_loop_less_two_milliseconds(name: str) -> None:
    async def nap() -> float:
        began = perf_counter()
        await asyncio.sleep(0.01)
        return perf_counter() - began

    assert min(told(available(name), *[nap] * 5)) > 0.008


@pytest.mark.parametrize("name", PACKAGES)
def test_beside_a_packages_model_the_same_loop_can_be_named(name: str) -> None:
    model, loop = available(name), loop_model(f"{name}:new_event_loop", f"asyncio+{name}:new_event_loop")
    assert (loop.unavailable(), loop.version(), loop.family) == (None, model.version(), model.family)
    assert loop.name != model.name
    assert type(told(loop, running_loop)[0]) is type(told(model, running_loop)[0])


def test_no_package_is_imported_by_the_workers_of_another_model() -> None:
    code = (
        "import sys; from concbench.models import index\n"
        "others = [index.get(name) for name in index.names()]\n"
        "with index.get('asyncio').open() as session: session.rt\n"
        f"print([name for name in {PACKAGES} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
