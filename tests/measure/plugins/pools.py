"""Pools that are kept open: of threads, and of processes, which build their tasks from recipes."""

import multiprocessing
import platform
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from concbench.models.base import BlockingRuntime, Model
from concbench.models.capabilities import Capability
from concbench.traits import RunsOn, Traits

WORKERS = 2


class Threads:
    """Hands each task to a pool of threads."""

    rt = BlockingRuntime(sleep=time.sleep, Lock=threading.Lock, Condition=threading.Condition)

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool

    def run(self, factories: Sequence[Any]) -> list[Any]:
        return [done.result() for done in [self.pool.submit(one) for one in factories]]


@contextmanager
def open_threads() -> Iterator[Threads]:
    with ThreadPoolExecutor(WORKERS) as pool:
        yield Threads(pool)


RT = BlockingRuntime(sleep=time.sleep)


def work(pipe: Any) -> None:
    """Build what recipes say, then run the tasks whose numbers are asked for, in a helper process."""
    built: dict[int, list[Any]] = {}
    for kind, what in iter(pipe.recv, None):
        if kind == "prepare":
            built = {recipe.salt: recipe.build(RT) for recipe in what}
            pipe.send(len(built))
        else:
            salt, indices = what
            tasks = built[salt]
            pipe.send([tasks[index]() for index in indices])


class Processes:
    """Hands every second task to each of two processes; results come back in the tasks' order."""

    rt = RT

    def __init__(self, helpers: Sequence[Any], pipes: Sequence[Any]) -> None:
        self.helpers, self.pipes = helpers, pipes

    def processes(self) -> list[int]:
        return [helper.pid for helper in self.helpers]

    def prepare(self, batches: Sequence[Any]) -> None:
        for pipe in self.pipes:
            pipe.send(("prepare", [batch.recipe for batch in batches]))
        for pipe in self.pipes:
            pipe.recv()

    def run(self, batch: Any) -> list[Any]:
        tasks = len(batch.factories)
        for first, pipe in enumerate(self.pipes):
            pipe.send(("run", (batch.recipe.salt, range(first, tasks, WORKERS))))
        results: list[Any] = [None] * tasks
        for first, pipe in enumerate(self.pipes):
            results[first::WORKERS] = pipe.recv()
        return results


@contextmanager
def open_processes() -> Iterator[Processes]:
    fork = multiprocessing.get_context("fork")
    helpers, pipes = [], []
    for _ in range(WORKERS):
        ours, theirs = fork.Pipe()
        helpers.append(fork.Process(target=work, args=(theirs,), daemon=True))
        helpers[-1].start()
        theirs.close()  # so that the end of the helper is the end of its pipe
        pipes.append(ours)
    yield Processes(helpers, pipes)
    for pipe, helper in zip(pipes, helpers, strict=True):
        pipe.send(None)
        helper.join()


def pool(name: str, runs_on: RunsOn, opened: Any, **more: Any) -> Model:
    return Model(
        name=name,
        dialect="blocking",
        summary=f"two {name.partition('-')[0]}, kept open",
        cost="a hand-over to the pool and back",
        source="tests",
        version=platform.python_version,
        open=opened,
        traits=Traits(runs_on=runs_on, pinnable=False, reuses=True, workers=WORKERS),
        **more,
    )


MODELS = [
    pool("thread-pool", "threads", open_threads, current=threading.current_thread),
    pool("process-pool", "processes", open_processes, lends={Capability.SLEEP}),
]
