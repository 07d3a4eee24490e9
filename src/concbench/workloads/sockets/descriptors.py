"""Is there room for so many connections? The system limits how many files a process has open.

What many libraries do when they cannot accept a connection is to wait and try again, so a load that is short
of file descriptors would stand still; it says so before anything is timed, with the number there is room for.
"""

from concbench.models.base import Exhausted

SPARE = 24
"""Files that a loop, its threads and whatever is imported late may open besides."""


def require_room(connections: int) -> None:
    """Raise Exhausted where a process, here or beside the cell, may not have so many connections."""
    import os  # noqa: PLC0415  (workloads are cheap to import)
    import resource  # noqa: PLC0415

    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return
    opened = len(os.listdir("/dev/fd"))  # noqa: PTH208  (names are enough)
    room = max(0, limit - opened - SPARE)
    if connections > room:
        raise Exhausted(
            f"{connections} connections are asked for, and there is room for {room}: the system allows a"
            f" process {limit} open files (ulimit -n), and {opened} are open",
            at=room,
        )
