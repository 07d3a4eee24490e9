"""A worker that is lost in the middle of a pair: the cell that it was asked about, and on which side."""

import contextlib
from collections.abc import Iterator
from typing import Any

from concbench.drive.pairing import PairedCell
from concbench.drive.weighing import lost_outcome
from concbench.drive.workers.launch import WorkerLost

Message = dict[str, Any]


class SideLost(Exception):
    """A cell that one side has no answer for."""

    def __init__(self, cell: PairedCell, side: int, answer: Message) -> None:
        super().__init__(cell.id)
        self.cell, self.side, self.answer = cell, side, answer


@contextlib.contextmanager
def losing(cell: PairedCell, side: int) -> Iterator[None]:
    """Turn the loss of a worker into that of the cell it was asked about."""
    try:
        yield
    except WorkerLost as lost:
        raise SideLost(cell, side, lost_outcome(lost)) from lost
