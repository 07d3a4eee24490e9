"""A pool of one's own: processes that are kept, and are sent the numbers of tasks.

Its model, as a plug-in and as a package with an entry point:

concbench verify --plugin docs/examples/own_pool/own_pool.py --model own-pool
pip install --no-deps ./docs/examples/own_pool && concbench verify --model own-pool
"""

import multiprocessing
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from concbench.models.base import BlockingRuntime, Model
from concbench.models.capabilities import lent_by
from concbench.traits import Traits

WORKERS = 4
RT = BlockingRuntime(sleep=time.sleep)
"""What tasks are lent in each of the processes: no lock and no condition, since they share no memory."""


def serve(pipe: Any) -> None:
    """Be a helper: build the tasks of all batches that come up, then run those that are asked for."""
    built: dict[int, Sequence[Any]] = {}
    for recipes, salt, numbers in iter(pipe.recv, None):
        if recipes is not None:
            built = {recipe.salt: recipe.build(RT) for recipe in recipes}
        pipe.send([built[salt][number]() for number in numbers])


class Session:
    """Deals tasks out to the helpers, as cards are dealt."""

    rt = RT

    def __init__(self, helpers: Sequence[Any], pipes: Sequence[Any]) -> None:
        self.helpers, self.pipes = helpers, pipes

    def prepare(self, batches: Sequence[Any]) -> None:
        """Have each helper build the tasks of the batches that come up, before the clock starts."""
        self.ask([([batch.recipe for batch in batches], None, ())] * WORKERS)

    def run(self, batch: Any) -> list[Any]:
        """Send each helper the numbers of its tasks; return all results in the tasks' order."""
        tasks = len(batch.factories)
        dealt = [range(first, tasks, WORKERS) for first in range(WORKERS)]
        results: list[Any] = [None] * tasks
        for numbers, done in zip(
            dealt, self.ask([(None, batch.recipe.salt, one) for one in dealt]), strict=True
        ):
            results[numbers.start :: WORKERS] = done
        return results

    def ask(self, questions: Sequence[Any]) -> list[Any]:
        """Send each helper its own question, and return their answers."""
        for pipe, question in zip(self.pipes, questions, strict=True):
            pipe.send(question)
        return [pipe.recv() for pipe in self.pipes]

    def processes(self) -> list[int]:
        """Name the helpers, whose CPU time and memory count."""
        return [helper.pid for helper in self.helpers]


@contextmanager
def open_session() -> Iterator[Session]:
    """Start the helpers, and end them by a word: they hold each other's pipes, so closing one ends nobody."""
    fork = multiprocessing.get_context("fork")
    helpers, pipes = [], []
    for _ in range(WORKERS):
        ours, theirs = fork.Pipe()
        helpers.append(fork.Process(target=serve, args=(theirs,), daemon=True))
        helpers[-1].start()
        theirs.close()
        pipes.append(ours)
    yield Session(helpers, pipes)
    for pipe, helper in zip(pipes, helpers, strict=True):
        pipe.send(None)
        helper.join()


MODEL = Model(
    name="own-pool",
    dialect="blocking",
    family="pool",
    summary=f"{WORKERS} processes that are kept, and dealt tasks by number",
    cost="numbers and results through a pipe; a process and its memory for each worker",
    source="docs/examples/own_pool",
    version=platform.python_version,
    open=open_session,
    traits=Traits(runs_on="processes", pinnable=False, reuses=True, workers=WORKERS),
    lends=lent_by(RT),
)
MODELS = [MODEL]
