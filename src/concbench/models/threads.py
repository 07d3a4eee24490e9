"""Threads: one operating-system thread for each task, and plain blocking calls.

The kernel suspends and resumes, anywhere, at any depth of calls, without the task's code saying so, and
an idle thread uses no CPU. The price is paid per thread: its creation in the kernel, a stack, a hand-over
of the interpreter lock at each switch; and a ceiling, since a system runs out of threads long before it
runs out of memory for tasks.
"""

import platform
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from weakref import WeakSet

from concbench.models.base import BlockingRuntime, Exhausted, Factory, Model
from concbench.models.capabilities import Capability, lent_by
from concbench.models.executors import Executors
from concbench.traits import Traits


class TaskThread(threading.Thread):
    """A thread that keeps what its task returned or raised.

    It is a daemon, so that a task that never ends cannot keep the process alive.
    """

    def __init__(self, factory: Factory) -> None:
        super().__init__(daemon=True)
        self.factory = factory
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Run the task in this thread."""
        try:
            self.result = self.factory()
        except BaseException as error:  # noqa: BLE001  (raised again by whoever joins)
            self.error = error


_LEFT = WeakSet[TaskThread]()
"""Threads of earlier sessions that had not ended when a later one was opened."""


def _alive() -> set[TaskThread]:
    return {one for one in threading.enumerate() if type(one) is TaskThread}


def join(factories: Sequence[Factory]) -> list[Any]:
    """Start a thread for each task, wait for all, and return their results. Raises what one of them did."""
    threads = [TaskThread(factory) for factory in factories]
    for thread in threads:
        try:
            thread.start()
        except RuntimeError as error:
            raise Exhausted(str(error), at=len(_alive().difference(_LEFT))) from error
    for thread in threads:
        thread.join()
    for thread in threads:
        if thread.error is not None:
            raise thread.error
    return [thread.result for thread in threads]


def bounded_queue(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return the methods of a queue.Queue."""
    made: queue.Queue[Any] = queue.Queue(capacity)
    return made.put, made.get


RT = BlockingRuntime(
    sleep=time.sleep,
    Lock=threading.Lock,
    Condition=threading.Condition,
    join=join,
    Semaphore=threading.Semaphore,
    queue=bounded_queue,
)


class _Session:
    run = staticmethod(join)

    def __init__(self, executors: Executors) -> None:
        self.rt = replace(RT, executor=executors.submit)
        self.processes = executors.processes


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: every run starts its own threads, so there is nothing to start beforehand."""
    _LEFT.update(_alive())
    with Executors() as executors:
        yield _Session(executors)


MODEL = Model(
    name="threads",
    dialect="blocking",
    family="threads",
    summary="one operating-system thread for each task",
    cost="a kernel thread and its stack per task; a hand-over of the interpreter lock per switch",
    source="CPython's threading.Thread, one for each task",
    version=platform.python_version,
    open=open_session,
    traits=Traits(runs_on="threads", pinnable=False),
    lends=lent_by(RT) | {Capability.EXECUTOR},
    current=threading.current_thread,
)
