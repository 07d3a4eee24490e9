"""Weighing: the memory of cells, each in a fresh process of its own, a few of them at a time.

Memory does not mind company, so the requests run in threads. Whatever ends the weighing early, say
Ctrl-C, ends the workers too, and waits for none of their answers.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

from concbench.drive.plan import Contender
from concbench.drive.workers.launch import Link, Message, WorkerLost
from concbench.measure.failures import outcome

Launcher: TypeAlias = Callable[[Contender], Link]
Weighed: TypeAlias = tuple[Message | None, Message]
"""A worker's greeting, None if it did not start, and its answer or outcome."""


class MemoryRunner:
    """Sends one request to a fresh worker of each contender; used once."""

    def __init__(self, launch: Launcher, request: Message, seconds: float, at_once: int) -> None:
        self._launch, self._request, self._seconds = launch, request, seconds
        self._pool = ThreadPoolExecutor(at_once)
        self._links: set[Link] = set()
        self._over = False

    def weigh(self, contenders: Sequence[Contender]) -> Generator[Weighed, None, None]:
        """Yield what came of each contender, in their order; close it to stop before the end."""
        try:
            yield from self._pool.map(self._weigh_one, contenders)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._over = True
            for link in list(self._links):
                link.kill()
            self._pool.shutdown()

    def _weigh_one(self, contender: Contender) -> Weighed:
        try:
            link = self._launch(contender)
        except WorkerLost as lost:
            return None, lost_outcome(lost)
        self._links.add(link)
        if self._over:  # it was being launched while the others were killed
            link.kill()
        try:
            return link.greeting, link.request(self._request, self._seconds)
        except WorkerLost as lost:
            return link.greeting, lost_outcome(lost)
        finally:
            link.kill()
            self._links.discard(link)


def lost_outcome(lost: WorkerLost) -> dict[str, Any]:
    """Return the outcome that the loss of a worker is."""
    return outcome(lost.outcome, lost.reason) | {"last_words": lost.last_words}
