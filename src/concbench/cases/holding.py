"""What stays as long as a case: its resources, in one task of the case's own loop.

A client, a pool or a task group has to be entered and left by one task, which no single run can be. So there
is a task beside the runs, which goes on only while one of them drives the loop. It enters the resources,
awaits ``setup`` and ``teardown``, and leaves the resources again; context variables that it sets are those of
the tasks that come after. What is timed knows nothing of it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.cases.resources import LEFT_EARLY, Resource, entered, entered_inside
from concbench.measure.execution import Lent
from concbench.models.base import Model

UNSET: Any = object()

CAN_HOLD = "asyncio and its kin, event loops as module:factory, trio, anyio-asyncio, anyio-trio and curio"


class Holder(Protocol):
    """What holds resources, and carries out where they are held what is no plain function."""

    def call(self, function: Callable[[], Any]) -> Any:
        """Have a coroutine function awaited, or a generator gone through; return what that returns."""

    def share(self) -> None:
        """Have the context variables of whoever calls this in the tasks of later runs, where these differ."""

    def enter(self, resources: Sequence[Resource]) -> tuple[Any, ...]:
        """Enter resources, and return what they lend."""

    def leave(self, error: BaseException | None) -> None:
        """Leave them, ``error`` being what the case failed with; raises what they make of it."""

    def check(self) -> None:
        """Raise what has ended the resources before their time, if something has."""


def holder_for(model: Model, session: Any, lent: Lent) -> Holder:
    """Return what holds the resources of a case in an open session of its model."""
    if model.dialect != "coroutine":
        return HolderInThread(model.name, lent)
    aside = getattr(session, "aside", None)
    return HolderInTask(model.name, lent) if aside is None else HolderInParent(aside)


def about(error: BaseException | None) -> tuple[Any, Any, Any]:
    """Return what ``__exit__`` is told of an error."""
    return (type(error), error, error.__traceback__) if error else (None, None, None)


def take_over(context: Context) -> None:
    """Set the variables of this very context to what they are in another."""
    for variable, value in context.items():
        if variable.get(UNSET) is not value:
            variable.set(value)


class HolderInThread:
    """Where there is no loop: the thread of the test holds them."""

    def __init__(self, model: str, lent: Lent) -> None:
        self._model, self._lent, self._stack = model, lent, ExitStack()

    def call(self, function: Callable[[], Any]) -> Any:
        """Have it carried out as a task."""
        return self._lent.carry_out([[function]])[0][0]

    def share(self) -> None:
        """Do nothing: generators run in the context of the test, and threads have one of their own."""

    def enter(self, resources: Sequence[Resource]) -> tuple[Any, ...]:
        """Enter plain context managers."""
        return entered(self._stack, resources, self._model)

    def leave(self, error: BaseException | None) -> None:
        """Leave them."""
        self._stack.__exit__(*about(error))

    def check(self) -> None:
        """Do nothing: nobody else can end them."""


class HolderInParent:
    """The task that makes the tasks holds them: for sessions that have ``aside``."""

    def __init__(self, aside: Callable[[Callable[[], Any]], Any]) -> None:
        self._aside, self._stack = aside, AsyncExitStack()
        self.share()

    def call(self, function: Callable[[], Any]) -> Any:
        """Have it awaited there."""
        return self._aside(function)

    def share(self) -> None:
        """Set the variables there, too: the loop may be in a thread of its own."""
        context = copy_context()

        async def shared() -> None:
            take_over(context)

        self._aside(shared)

    def enter(self, resources: Sequence[Resource]) -> tuple[Any, ...]:
        """Enter them there."""
        values: tuple[Any, ...] = self._aside(partial(entered_inside, self._stack, resources))
        return values

    def leave(self, error: BaseException | None) -> None:
        """Leave them there."""
        self._aside(partial(self._stack.__aexit__, *about(error)))

    def check(self) -> None:
        """Do nothing: what ends them cancels the run, too."""


@dataclass(slots=True)
class Asked:
    """Something for the keeper to do, and what came of it: a value, or an error."""

    function: Callable[[], Any]
    last: bool = False
    done: bool = False
    value: Any = None
    error: BaseException | None = None


class HolderInTask:
    """A task on asyncio's loop, whatever loop that is, which is made at first need and outlives the runs."""

    def __init__(self, model: str, lent: Lent) -> None:
        self._model, self._lent = model, lent
        self._task: asyncio.Task[None] | None = None
        self._todo: asyncio.Queue[Asked]
        self._context = copy_context()
        self._holds = False

    def call(self, function: Callable[[], Any]) -> Any:
        """Have it awaited by the keeper, and take over its variables; as a task if there can be none."""
        asked = self._ask(Asked(function))
        return asked.value if asked.done else self._lent.carry_out([[function]])[0][0]

    def share(self) -> None:
        """Do nothing: the loop makes its tasks in the context of whoever drives it."""

    def enter(self, resources: Sequence[Resource]) -> tuple[Any, ...]:
        """Have them entered by the keeper."""
        if not resources:
            return ()
        asked = self._ask(Asked(lambda: entered_inside(self._stack, resources)))
        if self._task is None or self._task.cancelled():
            raise Refused(
                f"{self._model} ends its event loop with each run, or has one of its own kind, so nothing "
                f"can be held between runs; resources= works under {CAN_HOLD}"
            )
        self._holds = True
        values: tuple[Any, ...] = asked.value
        return values

    def leave(self, error: BaseException | None) -> None:
        """Have them left by the keeper, which ends with that."""
        if self._task is None:
            return
        if not self._task.done():
            self._end(Asked(partial(_fail_with, error), last=True), error)
        ended = self._ended()
        if ended is not None and ended is not error:
            raise ended

    def _end(self, asked: Asked, error: BaseException | None) -> None:
        """Hand the keeper its last thing to do. (Loops let some errors of tasks out, no news here.)"""
        try:
            self._lent.carry_out([[partial(self._inside, asked)]])
        except BaseException as raised:
            if raised is not error:
                raise

    def check(self) -> None:
        """Raise what has ended the keeper."""
        ended = self._ended()
        if ended is not None:
            raise ended
        if self._task is not None and self._task.done() and (self._holds or not self._task.cancelled()):
            raise WrongRun(LEFT_EARLY)

    def _ended(self) -> BaseException | None:
        if self._task is None or not self._task.done() or self._task.cancelled():
            return None
        return self._task.exception()

    def _ask(self, asked: Asked) -> Asked:
        self._lent.carry_out([[partial(self._inside, asked)]])
        if asked.error is not None:
            raise asked.error
        self.check()
        if asked.done:
            take_over(self._context)
        return asked

    async def _inside(self, asked: Asked) -> None:
        """Hand it over, from a task of a run, and wait until it is done."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if self._task is None or self._task.cancelled():
            self._todo = asyncio.Queue()
            self._task = loop.create_task(self._live(), name="concbench's keeper of resources")
        self._answer = loop.create_future()
        self._todo.put_nowait(asked)
        await asyncio.wait([self._task, self._answer], return_when=asyncio.FIRST_COMPLETED)

    async def _live(self) -> None:
        """Be the keeper: what ends it, one that is cancelled from within say, goes through the resources."""
        async with AsyncExitStack() as self._stack:
            last = False
            while not last:
                asked = await self._todo.get()
                last = asked.last
                if last:
                    await asked.function()
                else:
                    await _carried_out(asked)
                    self._context = copy_context()
                    self._answer.set_result(None)


async def _carried_out(asked: Asked) -> None:
    try:
        asked.value = await asked.function()
    except Exception as error:  # noqa: BLE001  (raised again where it was asked for)
        asked.error = error
    except BaseException as error:
        asked.error = error
        raise
    asked.done = True


async def _fail_with(error: BaseException | None) -> None:
    if error is not None:
        raise error
