"""The probe: what a process has used so far, read just before and just after a timed region.

The clock is read innermost, so that reading the other counters is not in the wall time; they cost some
µs, which are in the CPU time of a sample of milliseconds (docs/OVERHEAD.md).
"""

import gc
import os
import resource
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import clock_gettime_ns, perf_counter_ns, process_time_ns
from typing import Any, Self

from concbench.measure.counters import Counters
from concbench.words import shown


def read() -> Counters:
    """Read all counters. User and system time have a resolution of 1 µs, their sum one of the CPU clock."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    children_ns = round(1e9 * (children.ru_utime + children.ru_stime))
    return Counters(
        cpu_ns=process_time_ns() + children_ns,
        user_ns=round(1e9 * (own.ru_utime + children.ru_utime)),
        system_ns=round(1e9 * (own.ru_stime + children.ru_stime)),
        voluntary=own.ru_nvcsw + children.ru_nvcsw,
        involuntary=own.ru_nivcsw + children.ru_nivcsw,
        gc=sum(generation["collections"] for generation in gc.get_stats()),
    )


def timed(
    run: Callable[[Any], Any],
    batches: Sequence[Any],
    helpers: Callable[[], Iterable[int]] | None = None,
    clock: Callable[[], int] = perf_counter_ns,
) -> tuple[dict[str, int], list[Any]]:
    """Call ``run`` once for each batch; return the figures of all calls together, and what they returned.

    ``helpers`` names the processes that work for it, whose CPU time is added. The garbage collector runs
    before the clock starts, and is enabled while it ticks (docs/METHODOLOGY.md has the policy). The loop is a
    list comprehension, some 20 ns a call. The clock is a default since what freezes time for a test replaces
    it in every module.
    """
    gc.collect()
    idle = None if helpers is None else Aside.of(helpers())
    before = read()
    start = clock()
    returned = [run(batch) for batch in batches]
    end = clock()
    after = read()
    used = {name: new - old for name, new, old in zip(Counters._fields, after, before, strict=True)}
    if helpers is not None and idle is not None:
        counted = Aside.of(())  # a session that names its helpers may wait for those that have ended
        used |= {name: used[name] + more for name, more in Aside.of(helpers()).since(idle, counted).items()}
    return {"wall_ns": end - start, **used}, returned


MOST_PID = 2**22
"""No process of Linux has a higher number."""


def helpers_named(pids: Iterable[int]) -> tuple[int, ...]:
    """Return the processes that a session names as its helpers. Raises TypeError for what can be none."""
    named: dict[int, None] = {}
    own = {1: "the system's first", os.getpid(): "the worker itself", os.getppid(): "who started the worker"}
    if not isinstance(pids, Iterable):
        raise TypeError(f"processes of the session must return process ids, not {shown(pids)}")
    for pid in pids:  # of which there may be no end
        if type(pid) is not int or not 0 < pid <= MOST_PID:
            raise TypeError(f"processes of the session names {shown(pid)}, which is no process id")
        if pid in own:
            raise TypeError(f"processes of the session names {pid}, {own[pid]}, and no helper")
        named[pid] = None
    return tuple(named)


def is_there(pid: int) -> bool:
    """Say whether there is a process of this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


READS_OTHERS = sys.platform == "linux"
"""Whether the CPU time of another process can be read: on Linux each has a clock, to the nanosecond."""


def cpu_ns_of(pid: int) -> int | None:
    """Return the CPU time of another process, None where there is none or the system does not tell."""
    if not READS_OTHERS:
        return None
    try:
        return clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class Aside:
    """What other processes have used: CPU times in ns, by process, and those of children waited for.

    User and system time have the step of the system's own accounting, 10 ms as a rule.
    """

    helpers: Mapping[int, Mapping[str, int]]
    reaped: Mapping[str, int]

    @classmethod
    def of(cls, pids: Iterable[int]) -> Self:
        """Read what these processes have used until now; one that has ended is left out."""
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        user, system = round(1e9 * own.ru_utime), round(1e9 * own.ru_stime)
        found = {pid: used for pid in helpers_named(pids) if (used := _used_by(pid)) is not None}
        return cls(found, {"cpu_ns": user + system, "user_ns": user, "system_ns": system})

    def since(self, before: Self, counted: Self) -> dict[str, int]:
        """Return what they used since ``before``, beside what is ``counted`` of children waited for.

        One that came up meanwhile counts as a whole. One that has ended is in what this process says of
        children that it has waited for, with all that it had used before: that is taken away again.
        """
        found = {}
        for name, reaped in self.reaped.items():
            gone = sum(used[name] for pid, used in before.helpers.items() if pid not in self.helpers)
            lasting = sum(
                max(0, used[name] - before.helpers.get(pid, {}).get(name, 0))
                for pid, used in self.helpers.items()
            )
            late = reaped - counted.reaped[name]
            found[name] = lasting + late - min(gone, reaped - before.reaped[name])
        return found


def _used_by(pid: int) -> dict[str, int] | None:
    cpu_ns = cpu_ns_of(pid)
    try:
        about = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    tick_ns = 10**9 // os.sysconf("SC_CLK_TCK")
    user, system = (int(ticks) * tick_ns for ticks in about[11:13])
    return None if cpu_ns is None else {"cpu_ns": cpu_ns, "user_ns": user, "system_ns": system}


def resident_bytes(process: int | str = "self") -> int | None:
    """Return a process's current resident set in bytes, or None where only the peak can be read."""
    try:
        pages = Path(f"/proc/{process}/statm").read_bytes().split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGESIZE")


def peak_bytes(process: int | str = "self") -> int:
    """Return a process's peak resident set in bytes: VmHWM, which starts anew with the program.

    (``ru_maxrss`` is the fallback elsewhere; on Linux it is inherited over fork and exec, a false floor.)
    """
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        if process != "self":
            return 0  # it has ended, or nobody tells
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def reset_peak(process: int | str = "self") -> bool:
    """Set a process's peak back to its current resident set; return whether the system let us."""
    try:
        Path(f"/proc/{process}/clear_refs").write_text("5")
    except OSError:
        return False
    return True
