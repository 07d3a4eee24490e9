"""Room: what a worker does that has taken all the room that it may have: it says how many tasks are alive.

Its driver looks at it from outside, and tells it by a signal, amid whatever it does. Nothing is raised in the
code under measurement, which would hold on to its tasks, or make more of them: the worker answers, and ends.
Tasks are counted by what shows of them then, so a run that is not told to end pays nothing for it.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NoReturn

from concbench.measure.execution import Cell
from concbench.measure.failures import outcome
from concbench.measure.watching.base import Alive, Watching

UNDISTURBED = 1e6
"""Seconds for which no other thread of Python's takes over while tasks are counted: they make more."""

FIRST_TO_GO = "1000"
"""Whom the kernel ends first where memory runs out after all: this worker, and nobody else."""

WATCHED = ("witness", "look")
BESIDE = " (watched, and what the witness keeps of each takes memory too)"
"""Said of an operation in which a run takes more than by itself."""


class Counting:
    """Knows which cell is run, and in answer to which request; ``say`` sends a message to the driver."""

    def __init__(self, say: Callable[[dict[str, Any]], None]) -> None:
        self._say, self._number, self._beside = say, 0, ""
        self._watching: Watching | None = None
        self._codes: frozenset[CodeType] = frozenset()

    def listen(self, full: int) -> None:
        """Answer to a signal from here on, the one that tells this worker that it has taken all its room."""
        signal.signal(full, self._give_up)
        with suppress(OSError):  # only Linux has it
            Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)

    def begin(self, cell: Cell, operation: str, number: int) -> None:
        """From here on a cell is run, by an operation that the request of that number asks for."""
        self._beside = BESIDE if operation in WATCHED else ""
        few = cell.at(cell.workload.smallest).factories()
        self._watching, self._number = cell.watching, number
        self._codes = frozenset(map(cell.watching.code, few))

    def alive(self) -> Alive | None:
        """Return how many tasks of the cell are alive, None where that is not to be seen."""
        try:
            return None if self._watching is None else self._watching.alive(self._codes)
        except MemoryError:
            return None

    def counted(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an outcome, that of a model which ran out of something with how many tasks are alive."""
        if answer["outcome"] == "exhausted" and answer["at"] is None:
            return answer | {"at": number_of(self.alive())}
        return answer

    def _give_up(self, _signal: int, _frame: FrameType | None) -> NoReturn:
        sys.setswitchinterval(UNDISTURBED)
        gc.disable()
        alive = self.alive()
        told = outcome("exhausted", f"{in_words(alive)}{self._beside}", number_of(alive))
        self._say({**told, "id": self._number})
        os._exit(0)


def in_words(alive: Alive | None) -> str:
    """Return how many tasks there were."""
    if alive is None:
        return "no task was to be seen"
    made = f"tasks that had been made: {alive.made}"
    return made if alive.started is None else f"{made}, and started: {alive.started}"


def number_of(alive: Alive | None) -> int | None:
    """Return how many tasks a model came to: those that had started, else those that were made, if any."""
    return None if alive is None else alive.started or alive.made or None
