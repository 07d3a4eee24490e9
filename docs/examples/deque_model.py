"""An example of a model of one's own: generators in a deque, each stepped and put back at the end.

concbench verify --plugin docs/examples/deque_model.py --model deque
concbench run --plugin docs/examples/deque_model.py --model deque,yield-from --workload switch
"""

import platform
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from concbench.models.base import DelegatingRuntime, Factory, Model
from concbench.models.generator import sleep_generator


class Session:
    """Lends the primitives of the dialect, and runs tasks."""

    rt = DelegatingRuntime(sleep=sleep_generator)

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        """Step the first task in the queue until none is left; return results in the factories' order."""
        results: list[Any] = [None] * len(factories)
        queue = deque(enumerate(factory() for factory in factories))
        while queue:
            index, task = queue.popleft()
            try:
                task.send(None)
            except StopIteration as stop:
                results[index] = stop.value
            else:
                queue.append((index, task))
        return results


@contextmanager
def open_session() -> Iterator[Session]:
    """Nothing to start."""
    yield Session()


MODELS = [
    Model(
        name="deque",
        dialect="delegating",
        summary="generators in a deque",
        cost="a send, a popleft and an append per step",
        source="docs/examples/deque_model.py",
        version=platform.python_version,
        open=open_session,
    )
]
