"""The machine's noise before and after a run: the calibration loop, over and over, in a worker of its own."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from concbench.drive.plan import Contender
from concbench.drive.weighing import Launcher
from concbench.drive.workers.launch import WorkerLost

Message = dict[str, Any]

CALIBRATIONS = 150
"""Passes of the calibration loop before and after a run: a fraction of a second, some bursts of noise."""


def read_noise(
    contenders: Iterable[Contender], launch: Launcher, seconds: float, started: Callable[[str, int], None]
) -> Message:
    """Have the first worker that can run the loop; return ``contender`` and ``calibration_ns`` (each pass).

    Empty where no worker can. ``started`` is told of a contender how long its worker took to start (ns).
    """
    for contender in contenders:
        with contextlib.suppress(WorkerLost):  # its cells will say so: here any worker will do
            link = launch(contender)
            try:
                if link.greeting["unavailable"] is None:
                    started(contender.id, link.greeting["startup_ns"])
                    answer = link.request({"op": "calibrate", "count": CALIBRATIONS}, seconds)
                    return {"contender": contender.id, "calibration_ns": answer["calibration_ns"]}
            finally:
                link.kill()
    return {}
