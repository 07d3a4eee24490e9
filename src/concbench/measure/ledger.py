"""The ledger: what truly happened to every task of a witnessed run.

Watched tasks report to it as they are spawned, take steps, suspend and finish; nothing here trusts what
a model or a workload says of itself. It has its own clock, so a model that lends its tasks a false one
is seen through. Threads report at the same time, so every entry is made under a lock.
"""

import threading
from _thread import get_ident
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from concbench.promised import LOOK, Event
from concbench.promises import AHEAD

LOCK_SECONDS = 1.0
"""Longer than any report takes."""


@dataclass(slots=True)
class TaskRecord:
    """One task: how often it was spawned, started and finished, when (s), in what task, and its result.

    ``strayed``: it went on in another task of the model's than it was started in. ``beside``: it was started
    in one in which another was still at work. ``thread``: the identifier of the thread that it started in.
    ``raw``: the threading module did not start that thread. ``doomed``: it is to be cancelled.
    """

    spawned: int = 0
    started: int = 0
    finished: int = 0
    suspensions: int = 0
    suspended: bool = False
    start: float = 0.0
    end: float = 0.0
    owner: object = None
    strayed: bool = False
    beside: bool = False
    thread: int = 0
    raw: bool = False
    doomed: bool = False
    frames: set[int] = field(default_factory=set)
    result: Any = None


class Itself:
    """Stands for an object, and is equal to what stands for the very same one, whatever that compares."""

    __slots__ = ("one",)

    def __init__(self, one: object) -> None:
        self.one = one

    def __eq__(self, other: object) -> bool:
        return type(other) is Itself and other.one is self.one

    def __hash__(self) -> int:
        return id(self.one)


def _owner_of(told: object) -> object:
    """Return what stands for a task of the model's: numbers and text for themselves, else one object."""
    return told if type(told) in (int, str) else Itself(told)


class Ledger:
    """Entries for the tasks of one run.

    ``current`` names the running task as the model's library tells it; ``clock`` returns s. ``peak_live`` is
    the largest number of tasks that were started and not yet finished, ``peak_lag`` the most suspensions by
    which a task was ahead of another unfinished one, ``ahead`` how many suspensions brought a task ``AHEAD``
    or more of another, ``repeats`` how many steps followed on a step of the same task while others were
    alive, ``events`` what was done besides, in its order, ``early`` what was done
    before ``open``, if anything was. ``reuses``: tasks may follow each other in a task of the model's.
    ``preempted``: tasks may lose the CPU between what they do and their report of it. ``workers``: no more
    tasks can be alive at once than there are, None for any number. ``unnamed`` are the
    tasks of which, at some step, nobody said who runs. ``helpers`` are the processes in which tasks ran that
    ran elsewhere.
    """

    def __init__(
        self,
        current: Callable[[], object] | None = None,
        clock: Callable[[], float] = perf_counter,
        *,
        reuses: bool = False,
        preempted: bool = False,
        workers: int | None = None,
    ) -> None:
        self.tasks: list[TaskRecord] = []
        self.current = current
        self.reuses = reuses
        self.preempted = preempted
        self.workers = workers
        self.live = self.peak_live = 0
        self.peak_lag = self.ahead = self.repeats = 0
        self.events: list[Event] = []
        self.early: str | None = None
        self.unnamed: set[int] = set()
        self.helpers: set[int] = set()
        self.clock = clock
        self._lock = threading.Lock()
        self._running: dict[object, int] = {}
        self._at_step: Counter[int] = Counter()
        self._lowest = 0
        self._stepped: int | None = None
        self._opened = False
        self._home = 0
        self._closed = False

    def expect(self, tasks: int, *, doomed: bool = False) -> int:
        """Open an entry for each of ``tasks`` tasks more, not spawned yet; return the first one's index.

        ``doomed``: they are to be cancelled, and end by what is raised in them.
        """
        with self._lock:
            first = len(self.tasks)
            self.tasks += [TaskRecord(doomed=doomed) for _ in range(tasks)]
            self._at_step[0] += tasks
        return first

    def open(self) -> None:
        """The run begins, in this thread: what was entered until now came too early."""
        with self._lock:
            self._opened = True
            self._home = get_ident()

    def spawn(self, index: int) -> None:
        """A task was made by calling its factory."""
        with self._lock:
            if self._closed:
                return
            self.tasks[index].spawned += 1
            self._in_time(index, "was made")

    def start(self, index: int, task: object) -> None:
        """A task takes its first step."""
        owner, thread = self._owner(index, task), get_ident()
        raw = thread != self._home and isinstance(threading.current_thread(), threading._DummyThread)
        with self._lock:
            if self._closed:
                return
            record = self.tasks[index]
            self._in_time(index, "took a step")
            record.started += 1
            record.start = self.clock()
            record.owner = owner
            record.beside = owner in self._running
            record.thread, record.raw = thread, raw
            self._running[owner] = index
            self.live += 1
            self.peak_live = max(self.peak_live, self.live)
            self._stepped = index

    def suspend(self, index: int, frames: int | None = None) -> None:
        """A task hands over, with ``frames`` frames of the workload's code on its stack."""
        with self._lock:
            if self._closed:
                return
            record = self.tasks[index]
            record.suspended = True
            if not record.finished:
                self._move(record.suspensions, record.suspensions + 1)
            record.suspensions += 1
            lag = record.suspensions - self._lowest
            self.peak_lag = max(self.peak_lag, lag)
            self.ahead += lag >= AHEAD
            if frames is not None:
                record.frames.add(frames)

    def resume(self, index: int, task: object) -> None:
        """A suspended task goes on."""
        owner = self._owner(index, task)
        with self._lock:
            if self._closed:
                return
            record = self.tasks[index]
            record.suspended = False
            record.strayed |= owner != record.owner
            self.repeats += self._stepped == index and self.live > 1
            self._stepped = index

    def finish(self, index: int, result: Any = None) -> Any:
        """A task has ended; return what it is to return, ``result``."""
        with self._lock:
            if self._closed:
                return result
            record = self.tasks[index]
            record.finished += 1
            record.end = self.clock()
            record.result = result
            self.live -= 1
            if self._running.get(record.owner) == index:
                del self._running[record.owner]
            if record.finished == 1:
                self._move(record.suspensions, None)
        return result

    def cancelled(self, index: int) -> None:
        """A task ends by what was raised in it: one that is to be cancelled has finished by that."""
        if self.tasks[index].doomed:
            self.finish(index)

    def observe(self) -> None:
        """The keeper looks: how many tasks are suspended now?"""
        with self._lock:
            if not self._closed:
                suspended = sum(task.suspended and not task.finished for task in self.tasks)
                self.events.append(Event(None, LOOK, suspended))

    def event(self, task: int | None, kind: str, key: object = None) -> None:
        """A task did something of a kind, with what ``key`` says; None: nobody knows which task."""
        with self._lock:
            if not self._closed:
                self.events.append(Event(task, kind, key))

    def close(self) -> None:
        """The run has returned: what happens from now on came too late to count.

        The end of its time may have interrupted a report right after it took the lock, and nobody gives that
        back; so the lock is waited for, but not for ever.
        """
        held = self._lock.acquire(timeout=LOCK_SECONDS)
        self._closed = True
        if held:
            self._lock.release()

    def running(self) -> int | None:
        """Return the index of the task that calls this, or None outside of any task."""
        told = self.current() if self.current else None
        return None if told is None else self._running.get(_owner_of(told))

    def _in_time(self, index: int, did: str) -> None:
        """Keep the first thing that was done before the run began."""
        if not self._opened and self.early is None:
            self.early = f"task {index} {did} before the run began"

    def _owner(self, index: int, task: object) -> object:
        """Return who runs, as the model's library tells it; the task itself where nobody says."""
        told = self.current() if self.current else None
        if told is None:
            self.unnamed.add(index)
            return "the task itself", _owner_of(task)
        return _owner_of(told)

    def _move(self, old: int, new: int | None) -> None:
        """Keep the lowest number of suspensions of any unfinished task."""
        self._at_step[old] -= 1
        if new is not None:
            self._at_step[new] += 1
        most = max(self._at_step) if new is None else new
        while self._lowest < most and not self._at_step[self._lowest]:
            del self._at_step[self._lowest]
            self._lowest += 1
