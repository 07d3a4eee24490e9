"""What a run leaves behind: tasks and threads that go on after it, and failures in the background.

A run that starts what it does not wait for is timed without it, and the next one with it. So what is still
there a moment after the checked run is looked for. A pool fills when it is first used, which is no leak: so
there is a second run then, and only if that leaves as much again does the case fail.
"""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Literal, TypeAlias

from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.models.base import Factory, Model

Leaks: TypeAlias = Literal["fail", "allow"]
LEAKS: tuple[Leaks, ...] = ("fail", "allow")

OURS = str(Path(__file__).parent.parent)
"""The folder of our own code: a task of ours, as what holds resources, is none that a run leaves behind."""

TASKS_S = 0.03
"""Tasks have so long to end after a run: what serves a connection hears late that it was closed."""

THREADS_S = 0.2
"""So have threads: one that is told to end is still there for a moment."""

OF_LIBRARIES = ("asyncio_", "AnyIO worker thread", "Trio thread", "Trio worker thread")
"""How threads are called that libraries keep for calls into threads."""

SHOWN = 3


class Aftermath:
    """Looks around after a run of tasks under a model."""

    def __init__(self, model: Model, leaks: Leaks) -> None:
        if leaks not in LEAKS:
            raise Refused(f"leaks= is 'fail' or 'allow', not {leaks!r}")
        self._model, self.allowed = model, leaks == "allow"
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: dict[Any, object] = {}
        self._threads: Set[threading.Thread] = frozenset()
        self._failures: list[tuple[str, BaseException | None]] = []

    def noting(self, factories: Sequence[Factory]) -> list[Factory]:
        """Return the factories of a run, of which the first notes what is there already, as it is called.

        Under asyncio that is before any task has begun; other loops have to be asked before the run.
        """
        self._threads = frozenset(threading.enumerate())
        if self._model.dialect != "coroutine" or self._model.all_tasks is not None:
            return list(factories)
        first, *others = factories

        def noted() -> Any:
            self._note()
            return first()

        return [noted, *others]

    async def look_before(self) -> None:
        """Note the tasks that are there, in their loop."""
        self._note()

    def _note(self) -> None:
        """Note the tasks that are there, and hear of what fails in the background, from inside the loop."""
        if self._loop is None:
            try:
                self._loop = asyncio.get_running_loop()
            except RuntimeError:
                pass
            else:
                self._loop.set_exception_handler(self._hear)
        self._tasks = {task: _code(task) for task in self._all_tasks()}

    def _all_tasks(self) -> Collection[Any]:
        if self._loop is not None:
            return asyncio.all_tasks(self._loop)
        return () if self._model.all_tasks is None else self._model.all_tasks()

    @property
    def on_asyncio(self) -> bool:
        """Whether the tasks can be told from outside of the loop."""
        return self._loop is not None

    @property
    def asked_inside(self) -> bool:
        """Whether the tasks can be told, but from inside of the loop only."""
        return self._model.all_tasks is not None

    def tasks_left(self) -> list[Any]:
        """Return the tasks that are there since the run began; but for asyncio's loop to be called in it.

        One that has taken the place of another with the same code is not counted: a server that was there
        before the run waits for its next request.
        """
        now = self._all_tasks()
        gone = Counter(code for task, code in self._tasks.items() if task not in now)
        new = []
        for task in now:
            if task not in self._tasks and not _is_current(task) and not _is_ours(task):
                if gone[_code(task)]:
                    gone[_code(task)] -= 1
                else:
                    new.append(task)
        return new

    async def look_inside(self) -> list[Any]:
        """Return the tasks that are left after a moment; to be awaited in their loop."""
        sleep = asyncio.sleep if self._loop is not None else _sleep_of_trio()
        give_up = monotonic() + TASKS_S
        while sleep is not None and self.tasks_left() and monotonic() < give_up:
            await sleep(0.001)
        return self.tasks_left()

    def threads_left(self) -> list[threading.Thread]:
        """Return the threads that are there since the run began, after a moment; none of libraries."""
        give_up = monotonic() + THREADS_S
        new = [one for one in threading.enumerate() if one not in self._threads]
        own = [one for one in new if not one.name.startswith(OF_LIBRARIES)]
        for thread in own:
            thread.join(max(0.0, give_up - monotonic()))
        return [thread for thread in own if thread.is_alive()]

    def check(self) -> None:
        """Raise WrongRun where something has failed in the background."""
        if self._failures and not self.allowed:
            said, error = self._failures[0]
            more = f" ({len(self._failures) - 1} more failed)" if len(self._failures) > 1 else ""
            raise WrongRun(f"{said}{more}; {ALLOW}") from error

    def _hear(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Be the loop's exception handler."""
        error, task = context.get("exception"), context.get("task") or context.get("future")
        said = f"in the background: {context.get('message', 'something failed')}"
        where = f", in {told(task)}" if task is not None else ""
        self._failures.append((f"{said}{where}{_worded(error)}", error))
        loop.default_exception_handler(context)

    def hear_thread(self, args: Any) -> None:
        """Note what a thread raised."""
        if issubclass(args.exc_type, SystemExit):
            return  # that is how a thread may end, and threading says nothing, either
        name = args.thread.name if args.thread is not None else "a thread"
        self._failures.append((f"in the background {name} failed{_worded(args.exc_value)}", args.exc_value))


ALLOW = "wait for what is started, or say leaks='allow'"


def _worded(error: BaseException | None) -> str:
    return "" if error is None else f": {type(error).__name__}: {error}"


def _coroutine(task: Any) -> Any:
    return task.get_coro() if hasattr(task, "get_coro") else getattr(task, "coro", None)


def _code(task: Any) -> object:
    return getattr(_coroutine(task), "cr_code", None)


def _is_ours(task: Any) -> bool:
    return getattr(_code(task), "co_filename", "").startswith(OURS)


def _is_current(task: Any) -> bool:
    try:
        return task is asyncio.current_task()
    except RuntimeError:
        return False


def _sleep_of_trio() -> Callable[[float], Any] | None:
    """Return how a task of trio's waits; None where there is none."""
    trio: Any = sys.modules.get("trio")
    return trio.sleep if trio is not None and trio.lowlevel.in_trio_task() else None


def told(left: Any) -> str:
    """Return what a task or thread is called, and where it was written."""
    if isinstance(left, threading.Thread):
        return f"thread {left.name}"
    name = left.get_name() if hasattr(left, "get_name") else getattr(left, "name", "a task")
    code: Any = _code(left)
    if code is None:
        return str(name)
    return f"{name} ({code.co_qualname}, {code.co_filename}:{code.co_firstlineno})"


def require_none_left(first: Sequence[Any], second: Sequence[Any]) -> None:
    """Raise WrongRun where a second run left as much behind as the first."""
    if first and len(second) >= len(first):
        shown = ", ".join(map(told, second[:SHOWN])) + (", …" if len(second) > SHOWN else "")
        threads = sum(isinstance(one, threading.Thread) for one in second)
        counts = (("task", len(second) - threads), ("thread", threads))
        said = " and ".join(f"{number} {kind}{'s' * (number > 1)}" for kind, number in counts if number)
        goes = "goes" if len(second) == 1 else "go"
        raise WrongRun(f"{said} that a run started {goes} on after it: {shown}; {ALLOW}")


@contextmanager
def hearing(aftermath: Aftermath) -> Iterator[None]:
    """Have the failures of threads told to ``aftermath``, too."""
    before: Callable[[Any], Any] = threading.excepthook

    def heard(args: Any) -> None:
        aftermath.hear_thread(args)
        before(args)

    threading.excepthook = heard
    try:
        yield
    finally:
        threading.excepthook = before
