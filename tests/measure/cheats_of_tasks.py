"""A gallery of cheats, second room: cheats in what becomes of a task, for each kind of loop.

One task of the model's runs all of the workload's, a task changes hands, or the run is over before the
last task is.
"""

import asyncio
import threading
import time
import types
from collections.abc import Callable, Coroutine, Generator, Sequence
from functools import partial
from typing import Any

from concbench.models import polling
from concbench.models.base import Factory, Model, Session
from concbench.models.generator import wait_gen
from concbench.models.threads import TaskThread
from tests.measure.cheats import Run, Stage, is_wrapped, lending, made_up, played_by, running


def never(_factories: Sequence[Factory]) -> bool:
    """Be dishonest at all times."""
    return False


Main = Callable[[Sequence[Factory]], Coroutine[Any, Any, list[Any]]]


def stage_loop(honest: Model, main: Main, *, unless: Callable[[Sequence[Factory]], bool] = never) -> Model:
    """Return an asyncio model that runs its tasks by ``main``, ``unless`` they tell it to be honest."""

    def trick(session: Session) -> Stage:
        run = session.run

        def run_by_main(factories: Sequence[Factory]) -> list[Any]:
            return run(factories) if unless(factories) else run([partial(main, factories)])[0]

        return Stage(session.rt, run_by_main)

    return played_by(honest, trick)


def one_generator_for_all(honest: Model) -> Model:
    """Pretend n tasks: spawn one generator, which steps all the others by hand."""

    def all_by_hand(factories: Sequence[Factory]) -> Generator[None, None, list[Any]]:
        pending = {index: factory() for index, factory in enumerate(factories)}
        results = [None] * len(pending)
        while pending:
            for index, task in list(pending.items()):
                try:
                    next(task)
                except StopIteration as stop:
                    results[index] = stop.value
                    del pending[index]
            yield
        return results

    return running(honest, lambda _run, factories: wait_gen([all_by_hand(factories)])[0])


def one_object_for_all(honest: Model) -> Model:
    """Pretend n tasks: poll one object, which polls all the others."""

    class All(polling.Task):
        def __init__(self, factories: Sequence[Factory]) -> None:
            super().__init__()
            self.tasks = [factory() for factory in factories]

        def run(self) -> None:
            for task in self.tasks:
                if not task.ready:
                    task.run()
            self.ready = all(task.ready for task in self.tasks)
            if self.ready:
                self.result = [task.result for task in self.tasks]

    return running(honest, lambda _run, factories: polling.wait([All(factories)])[0])


def rounds_by_hand(factories: Sequence[Factory]) -> Generator[None, None, list[Any]]:
    """Step all the coroutines by hand, a round at a time, and return their results."""
    pending = {index: (factory(), None) for index, factory in enumerate(factories)}
    results: list[Any] = [None] * len(pending)
    while pending:
        for index, (task, future) in list(pending.items()):
            if future is not None and not future.done():
                continue
            try:
                waits_for = task.send(None)
            except StopIteration as stop:
                results[index] = stop.value
                del pending[index]
            else:
                pending[index] = (task, waits_for)
        yield
    return results


async def all_by_hand(factories: Sequence[Factory]) -> list[Any]:
    """Step all in the one task that runs this."""
    rounds = rounds_by_hand(factories)
    while True:
        try:
            next(rounds)
        except StopIteration as stop:
            results: list[Any] = stop.value
            return results
        await asyncio.sleep(0)


async def all_in_callbacks(factories: Sequence[Factory]) -> list[Any]:
    """Step all in callbacks of the loop, where no task runs."""
    loop, rounds = asyncio.get_running_loop(), rounds_by_hand(factories)
    done: asyncio.Future[list[Any]] = loop.create_future()

    def step() -> None:
        try:
            next(rounds)
        except StopIteration as stop:
            done.set_result(stop.value)
        else:
            loop.call_soon(step)

    loop.call_soon(step)
    return await done


def one_coroutine_for_all(honest: Model) -> Model:
    """Pretend n tasks: spawn one, which steps all the coroutines by hand, round-robin."""
    return stage_loop(honest, all_by_hand)


def one_coroutine_for_all_unless_wrapped(honest: Model) -> Model:
    """Do so when the tasks are not wrapped by the witness, else be honest."""
    return stage_loop(honest, all_by_hand, unless=is_wrapped)


def no_coroutine_for_all_unless_wrapped(honest: Model) -> Model:
    """Step them in callbacks of the loop, where no task runs, when they are not wrapped."""
    return stage_loop(honest, all_in_callbacks, unless=is_wrapped)


def one_of_nobody_s_excuses_all(honest: Model) -> Model:
    """Step one task in no task of the loop's when they are wrapped, and all when they are not."""

    async def all_but_one(factories: Sequence[Factory]) -> list[Any]:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(all_in_callbacks(factories[:1]))
            others = [group.create_task(factory()) for factory in factories[1:]]
        return [*first.result(), *(task.result() for task in others)]

    async def main(factories: Sequence[Factory]) -> list[Any]:
        return await (all_but_one if is_wrapped(factories) else all_in_callbacks)(factories)

    return stage_loop(honest, main)


def in_one_thread(factories: Sequence[Factory]) -> list[Any]:
    """Start a thread that calls all the tasks."""
    thread = TaskThread(lambda: [factory() for factory in factories])
    thread.start()
    thread.join()
    results: list[Any] = thread.result
    return results


def one_thread_for_all(honest: Model) -> Model:
    """Pretend n threads: start one, which calls all the tasks."""
    return running(honest, lambda _run, factories: in_one_thread(factories))


def one_thread_for_all_unless_wrapped(honest: Model) -> Model:
    """Do so when the tasks are not wrapped by the witness, else be honest."""

    def trick(run: Run, factories: Sequence[Factory]) -> list[Any]:
        return run(factories) if is_wrapped(factories) else in_one_thread(factories)

    return running(honest, trick)


def hands_tasks_on(honest: Model) -> Model:
    """Pretend that a task is a task: take its first step in one of asyncio's, the others in another."""

    @types.coroutine
    def rest(task: Any) -> Generator[Any, None, Any]:
        while True:
            try:
                waits_for = task.send(None)
            except StopIteration as stop:
                return stop.value
            yield waits_for

    @types.coroutine
    def as_it_is(waits_for: Any) -> Generator[Any, None, None]:
        yield waits_for

    async def go_on(task: Any) -> Any:
        return await rest(task)

    async def begin(factory: Factory) -> Any:
        task = factory()
        try:
            waits_for = task.send(None)
        except StopIteration as stop:
            return stop.value
        await as_it_is(waits_for)
        return await asyncio.create_task(go_on(task))

    return running(honest, lambda run, factories: run([partial(begin, f) for f in factories]))


def generators_too_soon(honest: Model) -> Model:
    """Pretend to be done when all tasks but one are, leave that one behind, and make up its result."""
    left_behind: list[Any] = []

    def all_but_one(factories: Sequence[Factory]) -> list[Any]:
        pending = {index: factory() for index, factory in enumerate(factories)}
        results: list[Any] = [None] * len(pending)
        while len(pending) > 1:
            for index, task in list(pending.items()):
                if len(pending) == 1:
                    break
                try:
                    next(task)
                except StopIteration as stop:
                    results[index] = stop.value
                    del pending[index]
        for index in pending:
            results[index] = made_up(results[:index])
        left_behind.append(pending)
        return results

    return running(honest, lambda _run, factories: all_but_one(factories))


def objects_too_soon(honest: Model) -> Model:
    """Pretend to be done when all tasks but one are, and make up the last result."""

    def all_but_one(factories: Sequence[Factory]) -> list[Any]:
        tasks = [factory() for factory in factories]
        pending = dict(enumerate(tasks))
        while len(pending) > 1:
            for index, task in list(pending.items()):
                if len(pending) > 1:
                    task.run()
                    if task.ready:
                        del pending[index]
        return [
            made_up([one.result for one in tasks[:index]]) if index in pending else task.result
            for index, task in enumerate(tasks)
        ]

    return running(honest, lambda _run, factories: all_but_one(factories))


@types.coroutine
def _loitering(task: Any) -> Generator[Any, None, Any]:
    """Run a coroutine, five rounds of the loop late at each step."""
    while True:
        for _ in range(5):
            yield
        try:
            waits_for = task.send(None)
        except StopIteration as stop:
            return stop.value
        yield waits_for


def coroutines_too_soon(honest: Model) -> Model:
    """Pretend to be done when all tasks but the first are; that one is given few turns."""

    async def all_but_one(factories: Sequence[Factory]) -> list[Any]:
        async def loiter() -> Any:
            return await _loitering(factories[0]())

        left_behind = asyncio.create_task(loiter())
        others = [asyncio.create_task(factory()) for factory in factories[1:]]
        results = [await task for task in others]
        assert not left_behind.done()
        first, second = results[:2]
        return [first - 1 if type(first) is int and first + 1 == second else first, *results]

    return stage_loop(honest, all_but_one)


class _LoiteringThread(TaskThread):
    """A thread that takes its time: before it starts, when it has slept, and when it has released a lock."""

    def run(self) -> None:
        time.sleep(0.02)
        super().run()


def _loiter(seconds: float) -> None:
    if isinstance(threading.current_thread(), _LoiteringThread):
        time.sleep(seconds)


def _oversleep(duration: float) -> None:
    time.sleep(duration)
    _loiter(0.1)


class _LockThatDelays:
    """A lock that holds up a loitering thread after its release, when the others go on."""

    def __init__(self) -> None:
        inner = threading.Lock()
        self.acquire, self._release = inner.acquire, inner.release
        self.locked = inner.locked  # Condition asks for it from 3.14 on

    def release(self) -> None:
        self._release()
        _loiter(0.05)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def threads_too_soon(honest: Model) -> Model:
    """Pretend to be done when all threads but the last are; that one is held up."""

    def all_but_one(factories: Sequence[Factory]) -> list[Any]:
        *threads, last = [
            (_LoiteringThread if index == len(factories) - 1 else TaskThread)(factory)
            for index, factory in enumerate(factories)
        ]
        for thread in (*threads, last):
            thread.start()
        for thread in threads:
            thread.join()
        results = [thread.result for thread in threads]
        likely = made_up(results)
        return [*results, "opened" if isinstance(factories[-1], types.FunctionType) else likely]

    def trick(session: Session) -> Any:
        lent: Any = lending(honest, Lock=_LockThatDelays, sleep=_oversleep)
        with lent.open() as stage:
            return Stage(stage.rt, all_but_one)

    return played_by(honest, trick)
