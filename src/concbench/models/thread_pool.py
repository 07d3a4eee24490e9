"""A pool of threads, kept open: ThreadPoolExecutor, a submit for each task, then each result().

An idle thread takes the next task, so no thread is made or ended in a run: what a task costs is a future, a
queue of Python's own and a hand-over to a thread and back. The price is a limit: what waits keeps a thread
busy, and no more tasks are alive at once than the pool has threads.

It has 32 threads, the most that ThreadPoolExecutor takes of itself on any machine. (It takes fewer on small
ones, four more than CPUs; here the name means the same everywhere. ``thread-pool:8`` has eight.) All of them
are started when the model is opened.
"""

import platform
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from concbench.models.base import BlockingRuntime, Factory, Model
from concbench.models.capabilities import Capability, lent_by
from concbench.models.executors import Executors, threads_started
from concbench.models.sizes import sized_up_to
from concbench.models.threads import bounded_queue
from concbench.traits import Traits

WORKERS = 32
MOST = 1000
"""More threads than a pool is for, and fewer than systems have."""


RT = BlockingRuntime(
    sleep=time.sleep,
    Lock=threading.Lock,
    Condition=threading.Condition,
    Semaphore=threading.Semaphore,
    queue=bounded_queue,
)


class _Session:
    def __init__(self, pool: Executor, executors: Executors) -> None:
        self.rt = replace(RT, executor=executors.submit)
        self.pool, self.processes = pool, executors.processes

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        futures = [self.pool.submit(factory) for factory in factories]
        return [future.result() for future in futures]


def opening(workers: int) -> Callable[[], AbstractContextManager[_Session]]:
    """Return what opens a pool of so many threads, all of them started."""

    @contextmanager
    def open_session() -> Iterator[_Session]:
        with threads_started(workers) as pool, Executors() as executors:
            yield _Session(pool, executors)

    return open_session


def pool_of(workers: int, name: str) -> Model:
    """Return the model with so many threads."""
    return Model(
        name=name,
        dialect="blocking",
        family="pool",
        summary=f"a pool of {workers} threads that is kept open: ThreadPoolExecutor",
        cost="a future and a hand-over to an idle thread and back per task; a thread for each that waits",
        source="CPython's concurrent.futures.ThreadPoolExecutor",
        version=platform.python_version,
        open=opening(workers),
        traits=Traits(runs_on="threads", pinnable=False, reuses=True, workers=workers),
        lends=lent_by(RT) | {Capability.EXECUTOR},
        current=threading.current_thread,
        sized=sized_up_to(MOST, lambda number: pool_of(number, f"thread-pool:{number}")),
    )


MODEL = pool_of(WORKERS, "thread-pool")
