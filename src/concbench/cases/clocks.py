"""What pytest-benchmark's timer measures, and so what its figures may be called."""

import time
from timeit import default_timer
from typing import Any

WALL = (time.perf_counter, time.monotonic, time.time, default_timer)
"""Clocks of wall time in s; pytest-benchmark's own choice is one of them."""

CPU = (time.process_time,)
"""Clocks of the CPU time of the whole process in s; ``time.thread_time`` sees one thread of it."""


def per_task(stats: Any, tasks: int) -> dict[str, float]:
    """Return the median run divided by the tasks, in s, named by what the timer measures.

    ``stats`` is pytest-benchmark's: its ``options`` have the timer. Nothing is known of other timers, and so
    nothing is said: they may count ns, or not time at all.
    """
    timer = stats["options"]["timer"]
    for name, clocks in (("wall_s_per_task", WALL), ("cpu_s_per_task", CPU)):
        if timer in clocks:
            return {name: stats["median"] / tasks}
    return {}
