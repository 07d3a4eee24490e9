"""Wrapped tasks behave as the bare ones do, and what they do is entered."""

import asyncio
import re
import threading
from collections.abc import Generator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from concbench.measure import watching as package
from concbench.measure.hook import ProfileHook, profiled
from concbench.measure.ledger import Ledger
from concbench.measure.watching.base import watching
from concbench.measure.watching.generator import frames_of
from concbench.models import polling
from concbench.models.base import BlockingRuntime, DelegatingRuntime
from concbench.models.generator import sleep_generator
from concbench.models.threads import MODEL as THREADS
from concbench.models.yield_from import MODEL as YIELD_FROM

pytestmark = pytest.mark.measured_side


def watched(dialect: Any, factory: Any, ledger: Ledger) -> Any:
    ledger.expect(1)
    return watching(dialect).tasks(ledger, __file__, [factory])[0]()


def echo() -> Generator[str, str, str]:
    said = yield "first"
    try:
        said += yield said
    except ValueError as error:
        said += f" caught {error}"
    return said


def test_values_are_sent_in_and_handed_out_as_without_the_wrapping() -> None:
    task = watched("generator", echo, Ledger())
    assert [next(task), task.send("a")] == ["first", "a"]
    with pytest.raises(StopIteration) as stop:
        task.send("b")
    assert stop.value.value == "ab"


def test_an_error_thrown_in_is_the_tasks_to_handle() -> None:
    ledger = Ledger()
    task = watched("generator", echo, ledger)
    next(task)
    task.send("a")
    with pytest.raises(StopIteration) as stop:
        task.throw(ValueError("it"))
    assert stop.value.value == "a caught it"
    assert (ledger.tasks[0].finished, ledger.tasks[0].suspensions) == (1, 2)


def test_an_error_of_the_task_comes_out_and_the_task_has_not_finished() -> None:
    def failing() -> Generator[None, None, None]:
        yield
        raise KeyError("lost")

    ledger = Ledger()
    task = watched("generator", failing, ledger)
    next(task)
    with pytest.raises(KeyError, match="lost"):
        next(task)
    assert (ledger.tasks[0].started, ledger.tasks[0].finished) == (1, 0)


def test_closing_the_wrapping_closes_the_task() -> None:
    closed: list[bool] = []

    def closing() -> Generator[None, None, None]:
        try:
            yield
        finally:
            closed.append(True)

    ledger = Ledger()
    task = watched("generator", closing, ledger)
    next(task)
    assert ledger.tasks[0].suspended
    task.close()
    assert closed == [True]
    assert not ledger.tasks[0].suspended  # it went on, to clean up


def test_a_cancelled_coroutine_sees_its_cancellation() -> None:
    seen: list[str] = []

    async def waiting() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def main() -> None:
        task = asyncio.create_task(watched("coroutine", waiting, Ledger()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert seen == ["cancelled"]


def test_frames_are_those_of_the_file_alone() -> None:
    def outer(depth: int) -> Generator[None, None, None]:
        yield from outer(depth - 1) if depth > 1 else sleep_generator(60)

    task = outer(4)
    next(task)
    assert frames_of(task, __file__) == 4
    assert frames_of(task, "another file") == 0


def test_a_polled_object_suspends_at_each_poll_that_does_not_end_it() -> None:
    class Third(polling.Task):
        polls = 0

        def run(self) -> None:
            self.polls += 1
            self.ready = self.polls == 3
            self.result = "done"

    ledger = Ledger()
    task = watched("polling", Third, ledger)
    assert polling.wait([task]) == ["done"]
    record = ledger.tasks[0]
    assert (record.spawned, record.started, record.suspensions, record.finished) == (1, 1, 2, 1)
    assert record.result == "done"


def test_a_blocking_task_suspends_in_the_primitives_it_calls() -> None:
    ledger = Ledger(threading.current_thread)
    native = BlockingRuntime(sleep=lambda _s: None, Lock=threading.Lock, Condition=threading.Condition)
    rt = watching("blocking").runtime(ledger, __file__, native)

    def task() -> str:
        lock = rt.Lock()
        with lock:
            rt.Condition(lock).wait(timeout=0.001)
        lock.acquire(blocking=False)
        rt.sleep(0)
        return "done"

    assert watched("blocking", task, ledger) == "done"
    assert ledger.tasks[0].suspensions == 4
    assert len(ledger.tasks[0].frames) == 1


def test_a_blocking_task_goes_on_by_what_is_raised_where_it_waits() -> None:
    ledger = Ledger(threading.current_thread)

    def interrupted(_seconds: float) -> None:
        raise TimeoutError

    rt = watching("blocking").runtime(ledger, __file__, BlockingRuntime(sleep=interrupted))

    def task() -> bool:
        with pytest.raises(TimeoutError):
            rt.sleep(60)
        return ledger.tasks[0].suspended

    assert watched("blocking", task, ledger) is False
    assert ledger.tasks[0].suspensions == 1


def test_a_primitive_called_outside_of_any_task_is_nobodys_suspension() -> None:
    ledger = Ledger(threading.current_thread)
    native = BlockingRuntime(sleep=lambda _s: None, Lock=threading.Lock, Condition=threading.Condition)
    rt = watching("blocking").runtime(ledger, __file__, native)
    ledger.expect(1)
    rt.sleep(0)
    assert ledger.tasks[0].suspensions == 0


def test_what_a_model_lacks_is_lacking_where_its_tasks_are_watched_too() -> None:
    native = BlockingRuntime(sleep=lambda _s: None)
    rt = watching("blocking").runtime(Ledger(), __file__, native)
    assert rt.Lock is native.Lock
    assert rt.sleep is not native.sleep


def test_the_watched_runtime_lends_the_native_primitives_and_an_observer() -> None:
    ledger = Ledger()
    native = DelegatingRuntime(sleep=sleep_generator)
    rt = watching("delegating").runtime(ledger, __file__, native)
    assert rt.sleep is native.sleep
    rt.observe()
    assert ledger.events == [(None, "look", 0)]


def two_deep(suspensions: int) -> Generator[None, None, str]:
    def inner() -> Generator[None, None, None]:
        for _ in range(suspensions):
            yield

    yield from inner()
    return "done"


def seen_by_hook(dialect: Any, factory: Any, run: Any, tasks: int) -> Ledger:
    ledger = Ledger()
    ledger.expect(tasks)
    watched = watching(dialect)
    with profiled(ProfileHook(ledger, watched, {watched.code(factory)}).hook):
        run()
    return ledger


def test_the_hook_sees_bare_generators_start_suspend_and_finish() -> None:
    first, second = two_deep(2), two_deep(2)

    def run() -> None:
        for _ in range(2):
            next(first)
            next(second)
        list(first)

    ledger = seen_by_hook("generator", lambda: two_deep(2), run, tasks=2)
    seen = [(task.started, task.suspensions, task.finished) for task in ledger.tasks]
    assert seen == [(1, 2, 1), (1, 2, 0)]
    assert ledger.peak_live == 2


def test_the_hook_sees_bare_threads() -> None:
    def task() -> None:
        """Do nothing."""

    def run() -> None:
        with THREADS.open() as session:
            session.run([task] * 3)

    ledger = seen_by_hook("blocking", task, run, tasks=3)
    assert [(task.started, task.finished) for task in ledger.tasks] == [(1, 1)] * 3


def test_the_hook_enters_a_task_too_many() -> None:
    ledger = seen_by_hook("generator", lambda: two_deep(0), lambda: [list(two_deep(0))] * 2, tasks=0)
    assert len(ledger.tasks) == 1


def parent(rt: Any) -> Any:
    yield from rt.join([partial(two_deep, 1), partial(two_deep, 2)])


def test_the_hook_sees_the_tasks_that_a_bare_task_makes() -> None:
    ledger, watched = Ledger(), watching("delegating")
    ledger.expect(1)
    with YIELD_FROM.open() as session:
        hook = ProfileHook(
            ledger, watched, {watched.code(partial(parent, session.rt))}, watched.bearing(session.rt)
        )
        with profiled(hook.hook):
            session.run([partial(parent, session.rt)])
    assert [(task.spawned, task.started, task.finished) for task in ledger.tasks] == [
        (0, 1, 1),
        (1, 1, 1),
        (1, 1, 1),
    ]
    assert ledger.peak_live == 3


class Bearing:
    def join(self, tasks: Any) -> Any:
        """Do nothing."""


@pytest.mark.parametrize(
    ("dialect", "lent", "called"),
    [
        ("coroutine", SimpleNamespace(join=Bearing().join), "tasks"),
        (
            "coroutine",
            SimpleNamespace(cancel=partial(lambda factories, ready: (factories, ready))),
            "factories",
        ),
        ("polling", SimpleNamespace(Join=polling.Join), "factories"),
        ("polling", SimpleNamespace(Join=type("Bare", (), {})), None),
        ("blocking", SimpleNamespace(join=len), None),
        ("blocking", SimpleNamespace(join=lambda: None), None),
        ("generator", SimpleNamespace(), None),
    ],
)
def test_what_a_primitive_calls_the_factories_of_tasks_that_it_makes_is_read_from_its_code(
    dialect: Any, lent: Any, called: str | None
) -> None:
    assert list(watching(dialect).bearing(lent).values()) == ([] if called is None else [called])


async def coroutine() -> None: ...


def generator() -> Any:
    yield


@pytest.mark.parametrize(
    ("dialect", "factory", "made"),
    [("delegating", coroutine, "coroutine"), ("generator", coroutine, "coroutine"),
     ("coroutine", generator, "generator")],
)  # fmt: skip
def test_a_task_of_another_dialect_is_refused_with_what_it_has_to_be(
    dialect: Any, factory: Any, made: str
) -> None:
    with pytest.raises(TypeError, match=f"must be a .* made an object of type {made}$"):
        watching(dialect).code(factory)


def test_a_task_without_code_that_can_be_seen_is_refused_with_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"make it a function"):
        watching("blocking").code(partial(len, "text"))


@pytest.mark.parametrize(
    ("dialect", "kind"), [("coroutine", "a coroutine"), ("generator", "a generator"), ("delegating", "a gen")]
)
def test_a_plain_function_in_place_of_a_task_is_refused_with_what_it_has_to_be(
    dialect: Any, kind: str
) -> None:
    with pytest.raises(TypeError) as raised:
        watching(dialect).code(partial(int, "7"))
    assert str(raised.value).endswith("the task factory made an object of type int")
    with pytest.raises(TypeError) as raised:
        watching(dialect).code(partial(lambda: 7))
    assert str(raised.value).startswith(f"a task of a {dialect} workload must be {kind}")
    assert re.search(r"factory <lambda> at test_watch\.py:\d+ made an object of type int$", str(raised.value))


CALLBACKS = '''
"""Watching ``callbacks``: a task is a call that returns what to call next, or its result."""

from concbench.measure.watching.base import Watching, own_code


class Callbacks(Watching):
    def task(self, ledger, file, index, factory):
        ledger.spawn(index)
        return self.step(ledger, index, factory, ledger.start)

    def step(self, ledger, index, call, enter):
        def watched():
            enter(index, call)
            result = call()
            if not callable(result):
                return ledger.finish(index, result)
            ledger.suspend(index)
            return self.step(ledger, index, result, ledger.resume)

        return watched

    def code_of(self, factory):
        return own_code(factory)


WATCHING = Callbacks("callbacks")
'''


def test_a_dialect_is_watched_by_one_file_that_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "callbacks.py").write_text(CALLBACKS, encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    ledger, dialect = Ledger(), cast("Any", "callbacks")
    call = watched(dialect, lambda: lambda: lambda: "done", ledger)
    while callable(call):
        call = call()
    assert call == ledger.tasks[0].result == "done"
    assert (ledger.tasks[0].started, ledger.tasks[0].suspensions, ledger.tasks[0].finished) == (1, 2, 1)
    assert "steps" in watching(dialect).shows
