"""The probe: what a process has used so far, read just before and just after a timed region.

The clock is read innermost, so that reading the other counters is not in the wall time; they cost some
µs, which are in the CPU time of a sample of milliseconds (docs/OVERHEAD.md).
"""

import gc
import os
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter_ns, process_time_ns
from typing import Any, NamedTuple


class Reading(NamedTuple):
    """Counters since the process began: CPU in ns (children included), context switches, GC runs."""

    cpu_ns: int
    user_ns: int
    system_ns: int
    voluntary: int
    involuntary: int
    gc: int


def read() -> Reading:
    """Read all counters. User and system time have a resolution of 1 µs, their sum one of the CPU clock."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    children_ns = round(1e9 * (children.ru_utime + children.ru_stime))
    return Reading(
        cpu_ns=process_time_ns() + children_ns,
        user_ns=round(1e9 * (own.ru_utime + children.ru_utime)),
        system_ns=round(1e9 * (own.ru_stime + children.ru_stime)),
        voluntary=own.ru_nvcsw + children.ru_nvcsw,
        involuntary=own.ru_nivcsw + children.ru_nivcsw,
        gc=sum(generation["collections"] for generation in gc.get_stats()),
    )


def timed(run: Callable[[Any], Any], batches: Sequence[Any]) -> tuple[dict[str, int], list[Any]]:
    """Call ``run`` once for each batch; return the figures of all calls together, and what they returned.

    The garbage collector runs before the clock starts and is enabled while it ticks (docs/METHODOLOGY.md has
    the policy). The loop is a list comprehension, some 20 ns a call.
    """
    clock = perf_counter_ns
    gc.collect()
    before = read()
    start = clock()
    returned = [run(batch) for batch in batches]
    end = clock()
    after = read()
    used = {name: new - old for name, new, old in zip(Reading._fields, after, before, strict=True)}
    return {"wall_ns": end - start, **used}, returned


def resident_bytes() -> int | None:
    """Return the process's current resident set in bytes, or None where only the peak can be read."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGESIZE")


def peak_bytes() -> int:
    """Return the peak resident set in bytes: VmHWM, which starts anew with the program.

    (``ru_maxrss`` is the fallback elsewhere; on Linux it is inherited over fork and exec, a false floor.)
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # no /proc: another system, whose own figure follows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def reset_peak() -> bool:
    """Set the peak back to the current resident set; return whether the system let us."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True
