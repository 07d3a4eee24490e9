"""A desk at which threads hand over: who comes there has a clerk answer, and is asleep meanwhile.

A thread has no call that hands over and comes back: it waits for a lock that another one lets go of. Where
others may be asleep themselves (they wait for a slot), that has to be somebody who is always there. To have
an answer is two hand-overs, there and back, with the model's own locks.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from concbench.models.base import BlockingRuntime


class Desk:
    """Where tasks wait for the clerk, and the clerk for tasks."""

    def __init__(self, rt: BlockingRuntime) -> None:
        self._lock = rt.Lock()
        self._bell = rt.Condition(self._lock)
        self._waiting = deque[Callable[[], None]]()

    def hand_over(self, answer: Callable[[], None], wait: Callable[[], Any]) -> None:
        """Wait until the clerk has called ``answer``."""
        with self._lock:
            self._waiting.append(answer)
            self._bell.notify()
        wait()

    def gather(self, tasks: int) -> None:
        """Be the clerk, and wait until so many tasks are there; then answer all."""
        with self._lock:
            while len(self._waiting) < tasks:
                self._bell.wait()
        self.serve(tasks)

    def serve(self, times: int) -> None:
        """Be the clerk, and answer so many times, each task as it comes."""
        for _ in range(times):
            with self._lock:
                while not self._waiting:
                    self._bell.wait()
                answer = self._waiting.popleft()
            answer()


def held(lock: Any) -> tuple[Callable[[], None], Callable[[], Any]]:
    """Take a lock, and return how to let go of it and how to wait for it."""
    lock.acquire()
    return lock.release, lock.acquire
