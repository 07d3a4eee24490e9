"""Polled objects of socket loads: what a task does stands in a class of its own, mixed with the model's."""

from functools import cache
from typing import Any


@cache
def polled(does: Any, task: Any) -> Any:
    """Return the class of the polled tasks that do this, the same for every run (see ``spawn``)."""
    return type(does.__name__, (does, task), {})


class Stepped:
    """A generator as a polled object."""

    result: Any
    ready: bool

    def __init__(self, steps: Any) -> None:
        super().__init__()
        self.steps = steps()

    def run(self) -> None:
        """Take a step."""
        try:
            next(self.steps)
        except StopIteration as stop:
            self.result, self.ready = stop.value, True
