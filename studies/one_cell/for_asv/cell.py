"""asv's part: as many samples as there are turns, in one process."""

import gc
import json
import os
from collections.abc import Sequence
from typing import Any

from concbench.models.base import Factory
from one_cell import TASK
from one_cell.part import Part, take_part


class Cell:
    """One cell, timed as the suite in ``benchmarks/`` times it."""

    rounds = 1
    repeat = json.loads(os.environ[TASK])["turns"]
    number = 1
    warmup_time = 0.0
    timeout = 600.0

    part: Part | None = None
    batches: Sequence[Sequence[Factory]] = ()
    returned: Sequence[Any] = ()

    def setup(self) -> None:
        """Wait for the turn."""
        if self.part is None:
            self.part = take_part("asv")
        self.batches = self.part.next()

    def time_sample(self) -> None:
        """Run one sample. (asv turns the garbage collector off, the others leave it on.)"""
        gc.enable()
        self.returned = self.part.run(self.batches)  # type: ignore[union-attr]

    def teardown(self) -> None:
        """Judge what the sample returned."""
        self.part.cell.judge(self.returned)  # type: ignore[union-attr]
