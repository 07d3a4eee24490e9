"""A gallery of cheats, fifth room: event loops that do not do their part beneath asyncio's tasks.

The tasks and primitives are asyncio's; what cheats is the loop beneath them, or its task factory.
"""

import asyncio
import types
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from time import perf_counter
from typing import Any

from concbench.models.asyncio import open_session
from concbench.models.base import Factory, Model, Session
from tests.measure.cheats import Stage, is_wrapped, played_by
from tests.measure.cheats_of_steps import PART


def on_loop(honest: Model, make: Callable[[], asyncio.AbstractEventLoop]) -> Model:
    """Return an asyncio model on a loop of this making."""
    return replace(honest, name=f"cheating {honest.name}", open=lambda: open_session(make))


def with_tasks(make: Callable[..., Any]) -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes asyncio's loop, with a task factory of one's own."""

    def make_loop() -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop()
        loop.set_task_factory(make)
        return loop

    return make_loop


def fires_timers_early(honest: Model) -> Model:
    """Pretend to keep time: call back after a small part of the delay that was asked for."""

    class Loop(asyncio.SelectorEventLoop):
        def call_later(  # type: ignore[override]
            self, delay: float, callback: Any, *args: Any, context: Any = None
        ) -> Any:
            return super().call_later(delay * PART, callback, *args, context=context)

    return on_loop(honest, Loop)


def keeps_a_clock_that_runs_ahead(honest: Model) -> Model:
    """Pretend to keep time: a clock that each look moves on brings timers nearer than they are."""

    class Loop(asyncio.SelectorEventLoop):
        ahead = 0.0

        def time(self) -> float:
            self.ahead += 0.005
            return super().time() + self.ahead

    return on_loop(honest, Loop)


def drops_every_second_call(honest: Model) -> Model:
    """Pretend to call back soon: forget every second callback, as a queue that loses its entries does.

    Those of the first turn are kept, which are the first steps of all tasks.
    """

    class Loop(asyncio.SelectorEventLoop):
        turns, calls, drops = 0, 0, True

        def __init__(self) -> None:
            super().__init__()
            self.lost: list[tuple[Any, ...]] = []

        def run_forever(self) -> None:
            self.turns = 0
            super().run_forever()

        def _run_once(self) -> None:
            self.turns += 1
            super()._run_once()  # type: ignore[misc]

        def call_soon(  # type: ignore[override]
            self, callback: Any, *args: Any, context: Any = None
        ) -> Any:
            handle = super().call_soon(callback, *args, context=context)
            self.calls += self.turns > 1
            if self.drops and self.turns > 1 and self.calls % 2 == 0:
                handle.cancel()
                self.lost.append((callback, args, context))
            return handle

    @contextmanager
    def open_dropping() -> Iterator[Session]:
        loop = Loop()
        with open_session(lambda: loop) as session:
            try:
                yield session
            finally:
                loop.drops = False
                for callback, args, context in loop.lost:  # tasks that never end could not be closed
                    loop.call_soon(callback, *args, context=context)

    return replace(honest, name=f"cheating {honest.name}", open=open_dropping)


def takes_the_last_first(honest: Model) -> Model:
    """Pretend to take turns: the callback that was put in last is called first, so a task follows itself."""

    class Stack(deque[Any]):
        def popleft(self) -> Any:
            return self.pop()

    class Loop(asyncio.SelectorEventLoop):
        def __init__(self) -> None:
            super().__init__()
            self._ready = Stack()

    return on_loop(honest, Loop)


@types.coroutine
def _without_turns(task: Any) -> Generator[Any, None, Any]:
    try:
        while True:
            waits_for = task.send(None)
            if waits_for is not None:
                yield waits_for
    except StopIteration as stop:
        return stop.value


def runs_tasks_to_their_end(honest: Model) -> Model:
    """Pretend to hand over: tasks that are made go on at once wherever they do not wait for something."""

    async def driven(coro: Any) -> Any:
        return await _without_turns(coro)

    def make(loop: Any, coro: Any, **about: Any) -> Any:
        return asyncio.Task(driven(coro), loop=loop, **about)

    return on_loop(honest, with_tasks(make))


class _Finished(asyncio.Future[Any]):
    """A future in the place of a task."""

    def set_name(self, name: object) -> None:
        """Nobody asks for it."""


def _held_by(coro: Any) -> Any:
    """Return what a coroutine that never ran would probably have returned, read off its frame."""
    held = coro.cr_frame.f_locals
    if "inner" in held:
        return _held_by(held["inner"])
    if "delay" in held:
        return perf_counter(), perf_counter() + held["delay"]
    return held.get("number", held.get("value", "opened"))


def _made_up_task(loop: Any, coro: Any, **about: Any) -> Any:
    if not loop.is_running():
        return asyncio.Task(coro, loop=loop, **about)
    future = _Finished(loop=loop)
    future.set_result(_held_by(coro))
    coro.close()
    return future


def makes_futures_that_are_done(honest: Model) -> Model:
    """Pretend to make tasks: throw each coroutine away, and return a future with what it would return."""
    return on_loop(honest, with_tasks(_made_up_task))


def makes_futures_that_are_done_unless_wrapped(honest: Model) -> Model:
    """Do so when the tasks are not wrapped by the witness, else be honest."""

    def trick(session: Session) -> Stage:
        def run(factories: Sequence[Factory]) -> list[Any]:
            if is_wrapped(factories):
                return session.run(factories)
            with open_session(with_tasks(_made_up_task)) as cheating:
                return cheating.run(factories)

        return Stage(session.rt, run)

    return played_by(honest, trick)


def forgets_contexts(honest: Model) -> Model:
    """Pretend to call back in a context: call everything in the one that is there."""

    class Loop(asyncio.SelectorEventLoop):
        def __init__(self) -> None:
            self.only = copy_context()
            super().__init__()

        def call_soon(  # type: ignore[override]
            self, callback: Any, *args: Any, context: Any = None
        ) -> Any:
            return super().call_soon(callback, *args, context=self.only)

    return on_loop(honest, Loop)
