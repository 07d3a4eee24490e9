"""A gallery of cheats, fifth room: pools. Each is made of an honest pool's session, kept open.

Pools of threads are handed a list of factories, pools of helpers a batch that they have been told of before.
What runs in helpers stands here too, so this module imports what helpers have.
"""

import gc
from _thread import allocate_lock, start_new_thread
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from concbench.models import helpers
from concbench.models.base import Model, Session


class Cheat:
    """Does as an honest session of a model does, and names the helpers that it names.

    What sessions of one model ``remember`` all of them know.
    """

    def __init__(self, honest: Session, model: Model, remember: dict[str, Any]) -> None:
        self.honest: Any = honest
        self.model, self.remember = model, remember
        self.rt = honest.rt
        for name in ("prepare", "processes"):
            if hasattr(honest, name) and not hasattr(type(self), name):
                setattr(self, name, getattr(honest, name))

    def run(self, batch: Any) -> list[Any]:
        """Run honestly."""
        results: list[Any] = self.honest.run(batch)
        return results


class RemembersResults(Cheat):
    """Runs once, and has the same results ready from then on."""

    def run(self, batch: Any) -> list[Any]:
        """Return what the first run returned; a watched one comes first, and its reports are told apart."""
        if self.remember and not getattr(getattr(batch, "recipe", None), "watched", False):
            return list(self.remember["results"])
        said = super().run(batch)
        self.remember["results"] = [getattr(one, "result", one) for one in said]
        return said


class RunsAtPrepare(Cheat):
    """Has the tasks run when it is told of them, and hands out what they returned."""

    def prepare(self, batches: Sequence[Any]) -> None:
        """Prepare, and run."""
        self.honest.prepare(batches)
        self.done = {batch.recipe.salt: self.honest.run(batch) for batch in batches}

    def run(self, batch: Any) -> list[Any]:
        """Return what lies there."""
        done: list[Any] = self.done[batch.recipe.salt]
        return done


class RunsAtPrepareUnwatched(RunsAtPrepare):
    """The same, where the tasks are not wrapped."""

    def prepare(self, batches: Sequence[Any]) -> None:
        """Prepare, and run what is not watched."""
        self.honest.prepare(batches)
        self.done = {one.recipe.salt: self.honest.run(one) for one in batches if not one.recipe.watched}

    def run(self, batch: Any) -> list[Any]:
        """Be honest where it is watched."""
        return self.honest.run(batch) if batch.recipe.watched else super().run(batch)


class RunsAtHome(Cheat):
    """Builds the recipe for itself, and needs no helper."""

    def prepare(self, batches: Sequence[Any]) -> None:
        """Build here."""
        self.built = {batch.recipe.salt: batch.recipe.build(self.rt) for batch in batches}

    def run(self, batch: Any) -> list[Any]:
        """Run here."""
        return [task() for task in self.built[batch.recipe.salt]]


class RunsAtHomeUnwatched(Cheat):
    """Calls the factories that lie there, where they are not wrapped."""

    def run(self, batch: Any) -> list[Any]:
        """Run here what is not watched."""
        return super().run(batch) if batch.recipe.watched else [task() for task in batch.factories]


class RunsInRawThreadsUnwatched(Cheat):
    """Calls the factories that lie there, where they are not wrapped, in a thread that nobody looks into."""

    def run(self, batch: Any) -> list[Any]:
        """Run here what is not watched."""
        if batch.recipe.watched:
            return super().run(batch)
        results, done = list[Any](), allocate_lock()

        def work() -> None:
            results.extend(task() for task in batch.factories)
            done.release()

        done.acquire()
        start_new_thread(work, ())
        done.acquire()
        return results


class CollectsNoGarbageInHelpers(Cheat):
    """Switches the garbage collector off in each helper."""

    def run(self, batch: Any) -> list[Any]:
        """Run honestly, but for that."""
        pool, workers = self.honest.pool, self.honest.workers
        helpers.everywhere(pool, workers, gc.disable)
        try:
            return super().run(batch)
        finally:
            helpers.everywhere(pool, workers, gc.enable)


def call_all(salt: int, tasks: int) -> list[Any]:
    """Run all tasks of a run in one helper."""
    return [helpers.call(salt, index) for index in range(tasks)]


class OneForAll(Cheat):
    """Submits all tasks as one."""

    def run(self, batch: Any) -> list[Any]:
        """Hand them over once."""
        if hasattr(batch, "recipe"):
            done = self.honest.pool.submit(call_all, batch.recipe.salt, len(batch.factories))
        else:
            done = self.honest.pool.submit(lambda: [task() for task in batch])
        results: list[Any] = done.result()
        return results


class OneWorker(Cheat):
    """Waits for each task before it submits the next: one worker is busy, however many are said to be."""

    def run(self, batch: Any) -> list[Any]:
        """Submit one after another."""
        submit = self.honest.pool.submit
        if hasattr(batch, "recipe"):
            salt = batch.recipe.salt
            return [submit(helpers.call, salt, one).result() for one in range(len(batch.factories))]
        return [submit(task).result() for task in batch]


class TwoWorkers(Cheat):
    """Has two tasks at work at most."""

    def run(self, batch: Any) -> list[Any]:
        """Submit by twos, each half one after another."""
        tasks = _calls(self.honest, batch)
        results: list[Any] = [None] * len(tasks)

        def every_second(first: int) -> None:
            for index in range(first, len(tasks), 2):
                results[index] = tasks[index]().result()

        with ThreadPoolExecutor(2) as two:
            list(two.map(every_second, (0, 1)))
        return results


def _calls(honest: Any, batch: Any) -> list[Callable[[], Any]]:
    """Return for each task what submits it."""
    submit = honest.pool.submit
    if hasattr(batch, "recipe"):
        salt, tasks = batch.recipe.salt, range(len(batch.factories))
        return [lambda index=index: submit(helpers.call, salt, index) for index in tasks]  # type: ignore[misc]
    return [lambda task=task: submit(task) for task in batch]  # type: ignore[misc]


class HalfOfThem(Cheat):
    """Has every second task run, and says that it was the next one, too."""

    def run(self, batch: Any) -> list[Any]:
        """Run half of them."""
        tasks = _calls(self.honest, batch)
        done = [one().result() for one in tasks[::2]]
        return [done[index // 2] for index in range(len(tasks))]


class HidesHelpers(Cheat):
    """Names no helper, so that nobody counts what they use."""

    def processes(self) -> list[int]:
        """Return none of them."""
        return []


class HidesOneHelper(Cheat):
    """Names all helpers but one."""

    def processes(self) -> list[int]:
        """Return all but the first."""
        named: list[int] = self.honest.processes()
        return named[1:]


class FreshEachRun(Cheat):
    """Opens a pool for each run, and says that it keeps one."""

    def run(self, batch: Any) -> list[Any]:
        """Run honestly, in a pool of its own."""
        with self.model.open() as fresh:
            if hasattr(fresh, "prepare"):
                fresh.prepare([batch])
            return Cheat(fresh, self.model, {}).run(batch)
