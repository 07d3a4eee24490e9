"""What is read of a process just before and just after a timed region; on any platform it has these names."""

from typing import NamedTuple


class Reading(NamedTuple):
    """Counters since the process began: CPU in ns (children included), context switches, GC runs."""

    cpu_ns: int
    user_ns: int
    system_ns: int
    voluntary: int
    involuntary: int
    gc: int
