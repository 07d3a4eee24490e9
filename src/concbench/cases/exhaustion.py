"""After a model ran out of threads: wait for those that were started, else the next test runs out too."""

import threading
from collections.abc import Callable, Collection
from time import monotonic, sleep

from concbench.errors import UserError
from concbench.models.base import Exhausted

WAIT_S = 5.0
"""The threads of a run that was cut short have so long to end (docs/PYTEST.md)."""

POLL_S = 0.01

left_behind: set[threading.Thread] = set()
"""Threads that were still running when their test was given up, for the tests after it in this process."""


class Starved(UserError):
    """A model ran out of something, and what that says is not how many tasks it can have."""


def require_own_limit(
    error: Exhausted, before: Collection[threading.Thread], what: str, wait_s: float = WAIT_S
) -> None:
    """Wait until the threads that were not there ``before`` have ended, ``wait_s`` at most.

    ``what`` is what was run. Raises Starved where some have not, where threads of an earlier test have not,
    and where no task was alive: then something else has used up what there is.
    """
    own = [thread for thread in threading.enumerate() if thread not in before]
    running = still_running(own, wait_s)
    earlier = still_running(left_behind - set(running), 0)
    left_behind.clear()
    left_behind.update(running, earlier)
    said = _not_its_own_limit(error.at, len(running), len(earlier), wait_s)
    if said:
        raise Starved(f"{what} ran out with {error.at} of them alive ({error}){said}") from None


def _not_its_own_limit(at: int, running: int, earlier: int, wait_s: float) -> str | None:
    if running:
        return (
            f", and {running} threads that this test started were still running {wait_s:g} s later: tests "
            "after it would run out because of them; ask for fewer tasks, or for tasks that end by themselves"
        )
    if earlier:
        return f", while {earlier} threads of an earlier test, which ran out too, are still running"
    if at < 1:
        alive = threading.active_count()
        return f": something else uses up what there is; {alive} threads are alive in this process"
    return None


def still_running(
    threads: Collection[threading.Thread],
    wait_s: float,
    clock: Callable[[], float] = monotonic,
    pause: Callable[[float], None] = sleep,
) -> list[threading.Thread]:
    """Return the threads that are alive after ``wait_s``; at once if none is."""
    give_up = clock() + wait_s
    alive = [thread for thread in threads if thread.is_alive()]
    while alive and clock() < give_up:
        pause(POLL_S)
        alive = [thread for thread in alive if thread.is_alive()]
    return alive
