"""The policy: what a worker promises of its process, and whether the code under measurement changed it.

Docs and run files say under which garbage collector, on which CPUs, at which priority and by which clocks a
cell was measured. A model or a workload can change any of these, by design or by accident, and its figures
would then be those of another policy. So the worker reads all of it before anything foreign is loaded, and
again after every turn: a cell whose process is no longer as promised is invalid, and says what was changed.

What is changed within a run and changed back before it ends is not seen. CPUs and priorities belong to a
thread each: those of the main thread are read every time, those of the others in a thorough reading and on
Linux alone.
"""

import faulthandler
import gc
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from concbench.words import shown

CLOCKS = ("perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "process_time_ns")
LIMITS = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_STACK")
SCHEDULING = ("the CPUs", "the nice level", "the scheduler")
TASKS = Path("/proc/self/task")
TOOLS = range(6)


@dataclass(frozen=True, slots=True)
class Policy:
    """What was promised: under its name each thing that can be read, and its value.

    ``threads`` are those that were there then, by their number in the system. ``frozen`` is how many objects
    the worker itself hid from the garbage collector, None before it did.
    """

    promised: Mapping[str, Any]
    threads: Mapping[int, tuple[Any, ...]]
    frozen: int | None = None

    def freezing(self) -> Self:
        """Return the policy with what is frozen now: what lives already is looked through in no sample."""
        return replace(self, frozen=gc.get_freeze_count())

    def broken(self, *, thorough: bool = True) -> str | None:
        """Return what is no longer as promised, as a sentence, or None.

        To count what is frozen takes some 0.3 ms, and to read a thread 2 µs, so between turns (not
        ``thorough``) these are left out.
        """
        now = _read()
        changed = [
            f"{name} is {_told(now[name])} instead of {_told(was)}"
            for name, was in self.promised.items()
            if type(now[name]) is not type(was) or now[name] != was
        ]
        if thorough and self.frozen is not None:
            hidden = gc.get_freeze_count() - self.frozen
            if hidden > 0:
                changed.append(f"{hidden} more objects are hidden from the garbage collector")
        changed += self._changed_threads() if thorough else ()
        return (
            None if not changed else f"the code under measurement changed its process: {'; '.join(changed)}"
        )

    def _changed_threads(self) -> list[str]:
        """Return what is not as promised in other threads: new ones have to be as the main one was."""
        main = os.getpid()
        changed = [
            f"in another thread {one} is {shown(value)} instead of {shown(was)}"
            for thread, now in _threads().items()
            if thread != main
            for one, value, was in zip(SCHEDULING, now, self._promised_of(thread), strict=True)
            if value != was
        ]
        return list(dict.fromkeys(changed))

    def _promised_of(self, thread: int) -> tuple[Any, ...]:
        return self.threads.get(thread) or self.threads[os.getpid()]


def as_of_now() -> Policy:
    """Return the policy that this process follows now; call it before foreign code is loaded."""
    return Policy(_read(), _threads())


def _read() -> dict[str, Any]:
    return {
        "the garbage collector": "on" if gc.isenabled() else "off",
        "its thresholds": gc.get_threshold(),
        "its debugging": gc.get_debug(),
        "its callbacks": len(gc.callbacks),
        "the switch interval": sys.getswitchinterval(),
        "the trace function": sys.gettrace(),
        "the profile function": sys.getprofile(),
        "the profile function of new threads": threading.getprofile(),
        "the monitoring tools": _tools(),
        **dict(zip(SCHEDULING, _scheduling(0), strict=True)),
        "the handler of SIGALRM": signal.getsignal(signal.SIGALRM),
        "the interval timer": signal.getitimer(signal.ITIMER_REAL),
        "blocked signals": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "the fault handler": "on" if faulthandler.is_enabled() else "off",
        **{f"time.{name}": getattr(time, name) for name in CLOCKS},
        **{name: resource.getrlimit(getattr(resource, name)) for name in LIMITS if hasattr(resource, name)},
    }


def _threads() -> dict[int, tuple[Any, ...]]:
    """Return the SCHEDULING of each thread, by its number in the system; of none where that is not told."""
    found = {}
    for thread in (int(folder.name) for folder in (TASKS.iterdir() if TASKS.exists() else ())):
        with suppress(ProcessLookupError):  # it has ended since
            found[thread] = _scheduling(thread)
    return found


def _scheduling(thread: int) -> tuple[Any, ...]:
    """Return the SCHEDULING of a thread, 0 for the calling one."""
    return _affinity(thread), os.getpriority(os.PRIO_PROCESS, thread), _scheduler(thread)


def _tools() -> tuple[str | None, ...]:
    if sys.version_info < (3, 12):
        return ()
    return tuple(sys.monitoring.get_tool(number) for number in TOOLS)


def _affinity(thread: int) -> tuple[int, ...] | None:
    return tuple(sorted(os.sched_getaffinity(thread))) if hasattr(os, "sched_getaffinity") else None


def _scheduler(thread: int) -> int | None:
    return os.sched_getscheduler(thread) if hasattr(os, "sched_getscheduler") else None


def _told(value: Any) -> str:
    return value if type(value) is str else shown(value)
