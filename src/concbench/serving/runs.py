"""Runs of n tasks as a case: what ``concurrency_benchmark`` and a function that is named have timed."""

from typing import Any

from concbench.cases.measuring import Request
from concbench.cases.runs import Runs


class TaskRuns:
    """A call is one run of all tasks under their model, its results judged, outside of what is timed."""

    most: int | None = None
    sample = 1
    prepared = False

    def __init__(self, runs: Runs, request: Request) -> None:
        self._runs = runs
        self.tasks = request.expectation.tasks
        self.surrounded = not request.call.repeatable
        self.alone = request.model.traits.pinnable

    @property
    def last(self) -> list[Any]:
        """The results of the last run."""
        return self._runs.last

    def run(self, number: int) -> None:
        """Make so many runs, untimed."""
        self.timed(number)

    def timed(self, number: int) -> dict[str, int]:
        """Time so many runs: together, or each by itself where something is done around it."""
        if not self.surrounded:
            return self._runs.probe(number)
        total: dict[str, int] = {}
        for _ in range(number):
            figures = self._runs.probe(1)
            total = {name: total.get(name, 0) + value for name, value in figures.items()}
        return total
