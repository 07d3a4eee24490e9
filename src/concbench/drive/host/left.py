"""What is left of this machine: how much memory, and how many threads, may still be taken.

It is read while a worker takes them, so it costs some reads of files of the kernel's. Where nobody tells, as
elsewhere than on Linux, it is None.
"""

from pathlib import Path

from concbench.drive.host.machine import ROOT, cgroup_folders, integer_in, text_of


def memory_left(root: Path = ROOT) -> int | None:
    """Return how many bytes can be taken before the system, or the tightest cgroup, has no more."""
    lines = (text_of(root / "proc/meminfo") or "").splitlines()
    available = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), None)
    left = [] if available is None else [1024 * int(available)]
    for folder in cgroup_folders(root, "memory"):
        most, used = (
            integer_in(text_of(folder / one) or text_of(folder / other))
            for one, other in (
                ("memory.max", "memory.limit_in_bytes"),
                ("memory.current", "memory.usage_in_bytes"),
            )
        )
        if most is not None and used is not None:
            left.append(most - used + _cached(folder))
    return min(left, default=None)


def _cached(folder: Path) -> int:
    """Return how many of a cgroup's bytes are files that the kernel lets go of when it needs memory."""
    told = dict(line.split() for line in (text_of(folder / "memory.stat") or "").splitlines())
    return int(told.get("total_inactive_file", told.get("inactive_file", "0")))


def threads_left(root: Path = ROOT) -> int | None:
    """Return how many threads can be started before the system, or the tightest cgroup, has no more."""
    load = (text_of(root / "proc/loadavg") or "").split()
    there = int(load[3].partition("/")[2]) if len(load) > 3 else None
    names = ("proc/sys/kernel/threads-max", "proc/sys/kernel/pid_max")
    most = [number for name in names if (number := integer_in(text_of(root / name))) is not None]
    left = [number - there for number in most] if there is not None else []
    for folder in cgroup_folders(root, "pids"):
        limit, used = (integer_in(text_of(folder / name)) for name in ("pids.max", "pids.current"))
        if limit is not None and used is not None:
            left.append(limit - used)
    return min(left, default=None)
