"""Pools as plug-ins have them: two threads, and two processes or interpreters that build tasks of recipes."""

import multiprocessing
import pickle
import platform
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
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


IN_EACH = """
import pickle, time
from concbench.models.base import BlockingRuntime
rt = BlockingRuntime(sleep=time.sleep)
"""


class Interpreters:
    """Has every second task run in each of two interpreters of this process, entered by a thread each."""

    rt = RT

    def __init__(self, helpers: Sequence[Any], queue: Any) -> None:
        self.helpers, self.queue, self.imported = helpers, queue, False

    def prepare(self, batches: Sequence[Any]) -> None:
        for helper in self.helpers:
            if not self.imported:
                helper.exec(batches[0].recipe.importing() + IN_EACH)
            helper.prepare_main(recipes=pickle.dumps([batch.recipe for batch in batches]), queue=self.queue)
            helper.exec("built = {one.salt: one.build(rt) for one in pickle.loads(recipes)}")
        self.imported = True

    def run(self, batch: Any) -> list[Any]:
        salt, tasks = batch.recipe.salt, len(batch.factories)
        every = [range(first, tasks, WORKERS) for first in range(WORKERS)]
        codes = [f"queue.put(pickle.dumps([(i, built[{salt}][i]()) for i in {one}]))" for one in every]
        entered = list(zip(self.helpers, codes, strict=True))
        threads = [threading.Thread(target=helper.exec, args=(code,)) for helper, code in entered]
        for thread in threads:
            thread.start()
        done = dict(one for _ in threads for one in pickle.loads(self.queue.get()))  # noqa: S301
        for thread in threads:
            thread.join()
        return [done[index] for index in range(tasks)]


@contextmanager
def open_interpreters() -> Iterator[Interpreters]:
    interpreters = import_module("concurrent.interpreters")
    helpers = [interpreters.create() for _ in range(WORKERS)]
    yield Interpreters(helpers, interpreters.create_queue())
    for helper in helpers:
        helper.close()


def no_interpreters() -> str | None:
    return None if sys.version_info >= (3, 14) else "concurrent.interpreters came with Python 3.14"


def threads_of(workers: int) -> Model:
    """Return the model with another number of threads: ``two-threads:3`` has three."""

    @contextmanager
    def opened() -> Iterator[Threads]:
        with ThreadPoolExecutor(workers) as pool:
            yield Threads(pool)

    if workers > 8:
        raise ValueError("eight threads are the most of this pool")
    traits = Traits(runs_on="threads", pinnable=False, reuses=True, workers=workers)
    return replace(MODELS[0], name=f"two-threads:{workers}", open=opened, traits=traits)


def pool(name: str, runs_on: RunsOn, opened: Any, **more: Any) -> Model:
    return Model(
        name=name,
        dialect="blocking",
        summary=f"{name.replace('-', ' ')}, kept open",
        cost="a hand-over to the pool and back",
        source="tests",
        version=platform.python_version,
        open=opened,
        traits=Traits(runs_on=runs_on, pinnable=False, reuses=True, workers=WORKERS),
        **more,
    )


MODELS = [
    pool("two-threads", "threads", open_threads, current=threading.current_thread, sized=threads_of),
    pool("two-processes", "processes", open_processes, lends={Capability.SLEEP}),
    pool(
        "two-interpreters",
        "interpreters",
        open_interpreters,
        lends={Capability.SLEEP},
        unavailable=no_interpreters,
    ),
]
