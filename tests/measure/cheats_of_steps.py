"""A gallery of cheats, third room: cheats in how a task takes its steps, for each kind of loop.

A task sleeps less than it asked for, does not suspend, or takes all its steps at once.
"""

import asyncio
import threading
import time
import types
from collections.abc import Callable, Generator, Sequence
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

from concbench.models import polling
from concbench.models.base import Factory, Model
from concbench.models.generator import sleep_generator
from tests.measure.cheats import lending, running

MILLISECOND = 0.001
PART = 1 / 20
"""Of its time, how long a cheat sleeps: so short that a busy machine does not make up for it."""


LONGER = 1.5
"""How many times as long as it is asked to a cheat sleeps that makes up its lateness."""


def fast_clock() -> float:
    """Return a time (s) that runs as much faster as sleeps are shorter."""
    return perf_counter() / PART


def _shorter(part: Callable[[float], float]) -> dict[str, dict[str, Any]]:
    """Return, by dialect, a sleep that lasts ``part`` of the duration (s) that was asked for."""

    class Sleep(polling.Sleep):
        def __init__(self, duration: float) -> None:
            super().__init__(part(duration))

    return {
        "polling": {"Sleep": Sleep},
        "delegating": {"sleep": lambda duration: sleep_generator(part(duration))},
        "coroutine": {"sleep": lambda duration: asyncio.sleep(part(duration))},
        "blocking": {"sleep": lambda duration: time.sleep(part(duration))},
    }


def wakes_early(honest: Model) -> Model:
    """Pretend to sleep: wake after a small part of the time."""
    return lending(honest, **_shorter(lambda duration: duration * PART)[honest.dialect])


def wakes_a_millisecond_early(honest: Model) -> Model:
    """Round deadlines to ticks of 1 ms, downwards, as some event loops do."""
    return lending(honest, **_shorter(lambda duration: duration - MILLISECOND)[honest.dialect])


def lends_a_fast_clock(honest: Model) -> Model:
    """Pretend to sleep: wake after a small part of the time, and lend a clock that says it was all of it."""

    class Sleep(polling.Sleep):
        def __init__(self, duration: float) -> None:
            super().__init__(duration * PART)

        def run(self) -> None:
            super().run()
            if self.ready:
                self.armed, self.woke = self.armed / PART, self.woke / PART

    if honest.dialect == "polling":
        return lending(honest, Sleep=Sleep)
    return lending(honest, now=fast_clock, **_shorter(lambda duration: duration * PART)[honest.dialect])


def _block(duration: float) -> None:
    """Sleep (s) without letting any other task run."""
    time.sleep(duration)


def generators_that_block(honest: Model) -> Model:
    """Pretend to suspend: sleep with the loop standing still."""

    def sleep(duration: float) -> Generator[None, None, None]:
        _block(duration)
        return
        yield

    return lending(honest, sleep=sleep)


def objects_that_block(honest: Model) -> Model:
    """Pretend to suspend: sleep with the loop standing still."""

    class Sleep(polling.Sleep):
        def run(self) -> None:
            self.armed = perf_counter()
            _block(self.duration)
            self.woke = perf_counter()
            self.ready = True

    return lending(honest, Sleep=Sleep)


def coroutines_that_skip(honest: Model) -> Model:
    """Pretend to suspend: sleep with the loop standing still, and hand over every second time only."""
    turns = count()

    async def switch() -> None:
        if next(turns) % 2:
            await asyncio.sleep(0)

    async def sleep(duration: float) -> None:
        _block(duration)

    return lending(honest, switch=switch, sleep=sleep)


class _LockThatLetsPass:
    """A lock that a task waits for once; from then on it says yes at once. Conditions get a real one.

    Whoever makes the tasks is not held up: there is a lock for each, and they are many.
    """

    def __init__(self) -> None:
        self.real = threading.Lock()
        self._seen = {threading.main_thread()}

    def acquire(self) -> bool:
        if threading.current_thread() not in self._seen:
            self._seen.add(threading.current_thread())
            time.sleep(0.01)
        return True

    def release(self) -> None:
        """Let pass whom it never held."""

    def __enter__(self) -> bool:
        return self.real.__enter__()

    def __exit__(self, *_: object) -> None:
        self.real.release()


def coroutines_that_swallow(honest: Model) -> Model:
    """Pretend to hand over: a wrapper round each coroutine swallows every second bare hand-over."""

    @types.coroutine
    def halved(task: Any) -> Generator[Any, None, Any]:
        skip = False
        try:
            while True:
                waits_for = task.send(None)
                if waits_for is None and skip:
                    skip = False
                    continue
                skip = waits_for is None
                yield waits_for
        except StopIteration as stop:
            return stop.value

    async def swallow(factory: Factory) -> Any:
        return await halved(factory())

    return running(honest, lambda run, factories: run([partial(swallow, f) for f in factories]))


def generators_that_swallow(honest: Model) -> Model:
    """Pretend to hand over: a wrapper round each generator swallows every second step."""

    @types.coroutine
    def halved(task: Any) -> Generator[Any, None, Any]:
        try:
            while True:
                next(task)
                yield next(task)
        except StopIteration as stop:
            return stop.value

    def begin(factory: Factory) -> Any:
        return halved(factory())

    return running(honest, lambda run, factories: run([partial(begin, f) for f in factories]))


class _Pretence:
    """Sleeps of each kind that last too long, and a clock that is right but for the first look after one."""

    def __init__(self, current: Callable[[], object] | None) -> None:
        self._current = current or (lambda: None)
        self._said: dict[object, float] = {}

    def now(self) -> float:
        return self._said.pop(self._who(), 0.0) or perf_counter()

    def _who(self) -> object:
        try:
            return self._current()
        except RuntimeError:
            return "outside of the loop"

    def _pretend(self, armed: float, duration: float) -> None:
        self._said[self._who()] = armed + duration

    def delegating(self, duration: float) -> Generator[None, None, None]:
        armed = perf_counter()
        yield from sleep_generator(LONGER * duration)
        self._pretend(armed, duration)

    async def coroutine(self, duration: float) -> None:
        armed = perf_counter()
        await asyncio.sleep(LONGER * duration)
        self._pretend(armed, duration)

    def blocking(self, duration: float) -> None:
        armed = perf_counter()
        time.sleep(LONGER * duration)
        self._pretend(armed, duration)


class _PretendedSleep(polling.Sleep):
    def __init__(self, duration: float) -> None:
        super().__init__(LONGER * duration)

    def run(self) -> None:
        super().run()
        if self.ready:
            self.woke = self.armed + self.duration / LONGER


def makes_up_its_lateness(honest: Model) -> Model:
    """Pretend to be punctual: sleep half as long again as was asked for, and say that it was not."""
    if honest.dialect == "polling":
        return lending(honest, Sleep=_PretendedSleep)
    pretence = _Pretence(honest.current)
    return lending(honest, sleep=getattr(pretence, honest.dialect), now=pretence.now)


def threads_that_do_not_wait(honest: Model) -> Model:
    """Pretend to take turns: lend locks that hold nobody up, so each thread runs all its steps at once."""
    return lending(honest, Lock=_LockThatLetsPass, Condition=lambda lock: threading.Condition(lock.real))


def generators_that_starve(honest: Model) -> Model:
    """Pretend to take turns: let every task take its first step, then run each to its end."""

    @types.coroutine
    def greedy(task: Any) -> Generator[Any, None, Any]:
        try:
            yield next(task)
            while True:
                next(task)
        except StopIteration as stop:
            return stop.value

    def begin(factory: Factory) -> Any:
        return greedy(factory())

    return running(honest, lambda run, factories: run([partial(begin, f) for f in factories]))


def objects_that_starve(honest: Model) -> Model:
    """Pretend to take turns: let every task take its first step, then run each to its end."""

    def run(factories: Sequence[Factory]) -> list[Any]:
        tasks = [factory() for factory in factories]
        for task in tasks:
            task.run()
        for task in tasks:
            while not task.ready:
                task.run()
        return [task.result for task in tasks]

    return running(honest, lambda _run, factories: run(factories))


def coroutines_that_starve(honest: Model) -> Model:
    """Pretend to take turns: after its first hand-over, a task goes on at once whenever it can."""

    @types.coroutine
    def greedy(task: Any) -> Generator[Any, None, Any]:
        try:
            yield task.send(None)
            while True:
                waits_for = task.send(None)
                if waits_for is not None:
                    yield waits_for
        except StopIteration as stop:
            return stop.value

    async def run_greedily(factory: Factory) -> Any:
        return await greedy(factory())

    return running(honest, lambda run, factories: run([partial(run_greedily, f) for f in factories]))
