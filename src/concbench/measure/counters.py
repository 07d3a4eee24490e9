"""What is read of a process just before and just after a timed region, by names that any platform has."""

from typing import NamedTuple


class Counters(NamedTuple):
    """What the process has used since it began: CPU in ns (children included), context switches, GC runs."""

    cpu_ns: int
    user_ns: int
    system_ns: int
    voluntary: int
    involuntary: int
    gc: int
