"""A tool's part: the cell, made ready for one sample, and the wait for one's turn before it.

A tool says that it is ready for its next sample, and waits; whoever conducts gives the turn to one at a time.
Then a sample's worth runs untimed, as in concbench's own workers, and the tool times its sample.
"""

import atexit
import gc
import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import cells
from concbench.models.base import Factory
from one_cell import GO, READY, TASK


@dataclass(slots=True)
class Part:
    """One tool's part, which is made once in the process that measures."""

    cell: cells.Cell
    number: int
    conductor: socket.socket

    def next(self) -> list[list[Factory]]:
        """Wait for the turn and return what the next sample has to run; EOFError where nobody gives turns."""
        self.conductor.sendall(READY)
        if self.conductor.recv(1) != GO:
            raise EOFError("whoever gives the turns has gone")
        warm_up = cells.run_all(self.cell.session.run, self.cell.build(self.number))
        self.cell.judge(warm_up)
        batches = self.cell.build(self.number)
        gc.collect()
        return batches

    def run(self, batches: Sequence[Sequence[Factory]]) -> list[Any]:
        """Run them: what is timed."""
        return cells.run_all(self.cell.session.run, batches)


def take_part(tool: str) -> Part:
    """Return the part of a tool, and tell the conductor its name."""
    task = json.loads(os.environ[TASK])
    conductor = socket.socket(socket.AF_UNIX)
    conductor.connect(task["socket"])
    conductor.sendall(f"{tool}\n".encode())
    opened = cells.opened(task["workload"], task["model"], task["params"])
    cell = opened.__enter__()  # for as long as the tool's process lives
    atexit.register(opened.__exit__, None, None, None)
    return Part(cell, task["number"], conductor)
