"""The polled objects of ``service``: what a task without a stack remembers between looks at the clock."""

from collections.abc import Sequence
from functools import cache
from time import perf_counter, process_time
from typing import Any

from concbench.workloads.steps import compute

NOT_YET = -1.0
"""Stands for a time that is not known before the first poll, and lies in the past."""


Does = tuple[float, int, float]
"""How long (s) a round waits, how many steps it computes, and when (s after its start) the task ends."""


@cache
def served_class(task: Any) -> Any:
    """Return the class of the tasks that serve, the same for every run (see ``spawn``)."""

    class Served(task):  # type: ignore[misc]
        def __init__(self, does: Does, value: int, times: Sequence[float]) -> None:
            super().__init__()
            self.wait, self.steps, self.end = does
            self.value, self.left, self.late = value, list(times), list[float]()
            self.begin = self.due = NOT_YET
            self.came = False

        def run(self) -> None:
            now = perf_counter()
            if now < self.due:
                return
            if self.begin == NOT_YET:
                self.begin = now
            elif not self.left:
                self.result, self.ready = (self.value, self.late), True
            elif not self.came:
                self.came, self.due = True, now + self.wait
                return
            else:
                self.value, self.came = compute(self.value, self.steps), False
                self.late.append(perf_counter() - self.begin - self.left.pop(0))
            self.due = self.begin + (self.left[0] if self.left else self.end)

    return Served


@cache
def keeper_class(task: Any) -> Any:
    """Return the class of the keeper, which reads the CPU time over a window that begins after some s."""

    class WindowKeeper(task):  # type: ignore[misc]
        def __init__(self, after: float, window: float) -> None:
            super().__init__()
            self.after, self.window = after, window
            self.due = self.used = self.began = NOT_YET

        def run(self) -> None:
            now = perf_counter()
            if self.due == NOT_YET:
                self.due = now + self.after
            elif now >= self.due:
                if self.used == NOT_YET:
                    self.used, self.began, self.due = process_time(), now, now + self.window
                else:
                    self.result = (process_time() - self.used, now - self.began)
                    self.ready = True

    return WindowKeeper
