"""Executors of a session's: pools of threads, processes or interpreters to which its tasks hand calls.

A pool is started when somebody first asks for it, which a wording does before any clock starts, so a model's
other workloads pay nothing for it; it is there until the session is closed. When it is handed over, each of
its workers has made a first call: what that imports is paid for. Pools of processes and interpreters are
started as those of ``process_pool`` and ``interpreter_pool`` are; processes may run on any CPU.
"""

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, Self, TypeAlias

from concbench.importing import importing
from concbench.models.base import Exhausted, Factory
from concbench.models.capabilities import NotLent

Submit: TypeAlias = Callable[..., Any]
"""Takes a function of no arguments, and returns its future."""


MOST_ROUNDS = 20
"""How often as many calls at once are made as there should be workers, until each has had one."""

_ARRIVING = "(exec(importing, {}), __import__('pickle').loads(first)(), __import__(%r).%s())[2]"
ARRIVING = {
    "process": _ARRIVING % ("os", "getpid"),
    "interpreter": _ARRIVING % ("_interpreters", "get_current"),
}
"""What a worker evaluates first: it finds this very package, makes its first call, and tells its number."""


def go_anywhere() -> None:
    """Let a helper process run on any CPU: that its parent is pinned is meant for the loop there.

    (Threads and interpreters stay where their process is: it has promised that.)
    """
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):  # there are some that we may not use
            os.sched_setaffinity(0, range(os.cpu_count() or 1))


class Executors:
    """The pools of one session: a context, at whose end all that were started are ended."""

    def __init__(self) -> None:
        self._ending = ExitStack()
        self._started: dict[tuple[str, int], Any] = {}
        self._ready: set[tuple[str, int, Callable[[], object]]] = set()
        self._processes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: Any) -> None:
        self._ending.__exit__(*raised)

    def started(self, kind: str, workers: int, first: Callable[[], object]) -> Any:
        """Return an executor with so many workers, each of which has called ``first``; the same ever after.

        Raises NotLent, with the reason, where this Python has none of the kind.
        """
        from concbench.models.helpers import everywhere  # noqa: PLC0415  (few sessions need it)

        if (kind, workers) not in self._started:
            pool = self._started[kind, workers] = self._ending.enter_context(_opening(kind, workers))
            if kind == "process":
                everywhere(pool, workers, go_anywhere)
                self._processes += everywhere(pool, workers, os.getpid)
        pool = self._started[kind, workers]
        if (kind, workers, first) not in self._ready:
            (in_each_thread if kind == "thread" else everywhere)(pool, workers, first)
            self._ready.add((kind, workers, first))
        return pool

    def submit(self, kind: str, workers: int, first: Callable[[], object]) -> Submit:
        """Return the method of such an executor that takes a function and returns a future."""
        submit: Submit = self.started(kind, workers, first).submit
        return submit

    def processes(self) -> Sequence[int]:
        """Return the processes of all pools of processes."""
        return self._processes


@contextmanager
def threads_started(workers: int) -> Iterator[Any]:
    """Have a pool of so many threads, all started."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (what only lists models need not load it)

    with ThreadPoolExecutor(workers) as pool:
        in_each_thread(pool, workers, int)
        yield pool


def in_each_thread(pool: Any, workers: int, function: Callable[[], object]) -> None:
    """Have each thread of a pool call a function once: none is idle before all have come together.

    Raises Exhausted where there cannot be so many threads, and what any of them raises.
    """
    import threading  # noqa: PLC0415

    together = threading.Barrier(workers)

    def call() -> None:
        together.wait()
        function()

    try:
        called = [pool.submit(call) for _ in range(workers)]
    except RuntimeError as error:
        together.abort()
        raise Exhausted(str(error), at=0) from error
    for one in called:
        one.result()


def arrive(first: Callable[[], object]) -> None:
    """Be a process that a library started: leave the CPU to which the loop is pinned, and call ``first``."""
    go_anywhere()
    first()


class Grown:
    """The workers that a library starts by itself, as calls come, and keeps: ``call`` is its own way to call.

    ``run`` runs coroutines to their end, as the session does.
    """

    def __init__(self, run: Callable[[Sequence[Factory]], list[Any]]) -> None:
        self._run = run
        self._calls: dict[tuple[str, int], Any] = {}
        self._ready: set[tuple[str, int, Callable[[], object]]] = set()
        self._processes: set[int] = set()

    def grown(self, kind: str, workers: int, first: Callable[[], object], make: Callable[[], Any]) -> Any:
        """Return what ``make`` makes, with so many workers that have called ``first``; ever the same."""
        if (kind, workers, first) in self._ready:
            return self._calls[kind, workers]
        call = self._calls[kind, workers] = self._calls.get((kind, workers)) or make()
        came = pickle.dumps(partial(arrive, first) if kind == "process" else first)
        asked = partial(eval, ARRIVING[kind], {"importing": importing(), "first": came})
        seen: set[int] = set()
        for _ in range(MOST_ROUNDS):
            seen.update(self._run([partial(call, asked)] * workers))
            if len(seen) >= workers:
                self._processes |= seen if kind == "process" else set()
                self._ready.add((kind, workers, first))
                return call
        raise NotLent(f"its library has {len(seen)} workers of the kind {kind} here, not {workers}")

    def processes(self) -> Sequence[int]:
        """Return the processes that were seen."""
        return sorted(self._processes)


def _opening(kind: str, workers: int) -> AbstractContextManager[Any]:
    if kind == "thread":
        return threads_started(workers)
    if kind == "process":
        from concbench.models.process_pool import started as processes_started  # noqa: PLC0415

        return processes_started(workers)
    from concbench.models import interpreter_pool  # noqa: PLC0415

    if reason := interpreter_pool.unavailable():
        raise NotLent(reason)
    return interpreter_pool.started(workers)
