"""The trace: who ran when. One watched run of a cell, with the moment of every step.

The same wrapping that serves the witness reports to a ledger that keeps times as well. Watching takes time,
most of all in cells that do nothing but take turns: **a trace shows an order, and is never a timing.**

A busy loop resumes its tasks tens of thousands of times in the blink of an eye. So steps of a task that
follow each other closely become one stretch, which is what an eye would see anyway; how many they were is
kept. Standard library only.
"""

import resource
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from time import monotonic, perf_counter_ns, process_time, process_time_ns
from typing import Any

from concbench.measure.execution import Cell
from concbench.measure.ledger import Ledger
from concbench.measure.passes import Pass, new_ledger, watched_pass
from concbench.measure.turns import refusal
from concbench.measure.witness import checked, require_workers
from concbench.traits import traits_of

LendsClock = Callable[[Callable[[], float]], AbstractContextManager[None]]

Stretch = list[int]
"""When a task began to run and when it stopped: two times in ns."""

TRIES = 5
"""How often a run is watched, at most, until one was left alone."""

FAIR = 50
"""A busy loop that lacks more than this part of the run's time was not given the CPU."""

SHARE = 500
"""Steps of a task that are less than this part of the run apart are one stretch: no picture shows it."""


def joined(stretches: Sequence[Stretch], gap_ns: int) -> list[Stretch]:
    """Return the stretches, in order, with those joined that are less than ``gap_ns`` apart."""
    kept: list[Stretch] = []
    for start, end in stretches:
        if kept and start - kept[-1][1] < gap_ns:
            kept[-1][1] = end
        else:
            kept.append([start, end])
    return kept


def at_most(most: int, stretches: Sequence[Stretch], gap_ns: int) -> list[Stretch]:
    """Return the stretches joined over ``gap_ns``, or over as much more as leaves ``most`` at most."""
    kept = joined(stretches, gap_ns)
    while len(kept) > most:
        gap_ns = max(1, 2 * gap_ns)
        kept = joined(kept, gap_ns)
    return kept


@dataclass(slots=True)
class Lane:
    """One task: how often it was resumed, and when it ran. Times in ns of a clock that only grows.

    A step joins the stretch before it if they are less than a part in ``SHARE`` of the time since the first
    step apart. At the end all is joined that is as close as that part of the whole run, which is longer:
    so nothing is lost here that would be left there, and there is no need to hold what a busy loop does.
    Each further stretch is later by that part, so there are few: under 15 000 in an hour, whatever happens.
    """

    resumes: int = 0
    stretches: list[Stretch] = field(default_factory=list)

    def run(self, now: int) -> None:
        """The task begins to run, or goes on."""
        if self.stretches:
            last = self.stretches[-1]
            if SHARE * (now - last[1]) < now - self.stretches[0][0]:
                last[1] = now
                return
        self.stretches.append([now, now])

    def stop(self, now: int) -> None:
        """The task hands over or ends."""
        self.stretches[-1][1] = now


class Tracer(Ledger):
    """A ledger that keeps times: ``now`` returns ns. What it takes to enter a step belongs to that step."""

    def __init__(
        self,
        current: Callable[[], object] | None = None,
        now: Callable[[], int] = perf_counter_ns,
        *,
        reuses: bool = False,
        preempted: bool = False,
    ) -> None:
        super().__init__(current, clock=lambda: now() / 1e9, reuses=reuses, preempted=preempted)
        self.lanes: list[Lane] = []
        self.began = self.ended = 0
        self._now = now

    def _moment(self) -> int:
        """Return when a step is taken: what helpers report is entered later, at the times that they say."""
        return round(1e9 * self.clock())

    def open(self) -> None:
        """The run begins."""
        super().open()
        self.began = self._now()

    def close(self) -> None:
        """The run has returned."""
        self.ended = self._now()
        super().close()

    def expect(self, tasks: int, *, doomed: bool = False) -> int:
        """Open an entry and a lane for each of ``tasks`` tasks more."""
        self.lanes += [Lane() for _ in range(tasks)]
        return super().expect(tasks, doomed=doomed)

    def start(self, index: int, task: object) -> None:
        """A task takes its first step."""
        self.lanes[index].run(self._moment())
        super().start(index, task)

    def suspend(self, index: int, frames: int | None = None) -> None:
        """A task hands over."""
        super().suspend(index, frames)
        self.lanes[index].stop(self._moment())

    def resume(self, index: int, task: object) -> None:
        """A suspended task goes on.

        A thread says so as soon as it runs Python code again. From then on it counts as running until it
        next reports, though it may wait for the interpreter lock or for a CPU meanwhile: nobody tells us.
        """
        lane = self.lanes[index]
        lane.resumes += 1
        lane.run(self._moment())
        super().resume(index, task)

    def finish(self, index: int, result: Any = None) -> Any:
        """A task has ended."""
        super().finish(index, result)
        self.lanes[index].stop(self._moment())
        return result


class CpuTakenAway:
    """What the machine did to this process: how often it took the CPU away, and how long it let it run."""

    def __init__(self, *, busy: bool) -> None:
        self._busy = busy
        self._switches, self._cpu_ns = self._now()

    def _now(self) -> tuple[int, int]:
        return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw, process_time_ns()

    def preempted(self, span_ns: int) -> int:
        """Return how often the CPU was taken away since; once at least where a busy loop got none of it."""
        switches, cpu_ns = self._now()
        lost = self._busy and span_ns - (cpu_ns - self._cpu_ns) > span_ns // FAIR
        return max(switches - self._switches, int(lost))


def trace_cell(
    cell: Cell,
    *,
    seconds: float,
    most: int,
    now: Callable[[], int] | None = None,
    machine: Callable[..., CpuTakenAway] = CpuTakenAway,
) -> dict[str, Any]:
    """Run a cell with every task watched, and return who ran when, or the outcome of a run that failed.

    Returned are ``span_ns``, how long the run took, ``clock`` and ``preempted`` (:func:`clock_lender`,
    :func:`_least_disturbed`), and ``lanes``, one for each task: ``task``, ``resumes``, ``start_ns``,
    ``end_ns``, and ``running``, its stretches as [start, end], ``most`` at most. Times are ns since the run
    began, by ``now`` (ns) if it is given. A run that breaks the workload's promise, or does not end within
    ``seconds``, is no trace. The smallest run goes first, so that what is only loaded or cached once is there
    already.

    Must be called in the main thread. Raises NotExpressible, and whatever the model or the tasks raise.
    """
    small = cell.at(cell.workload.smallest)
    require_workers(cell)
    require_workers(small)
    first = watched_pass(small, seconds, new_ledger(cell.model))
    if first.stopped is not None:
        return refusal({"completed": first.stopped})
    known = first.ledger
    made = partial(Tracer, known.current, reuses=known.reuses, preempted=known.preempted)
    if now is None and (lender := clock_lender(cell)):
        return _by_cpu(cell, lender, seconds, made(process_time_ns), most)
    return _least_disturbed(cell, seconds, partial(made, now or perf_counter_ns), machine, most)


def clock_lender(cell: Cell) -> LendsClock | None:
    """Return what makes the run of a cell go by another clock, where no task of it knows one of its own.

    A busy loop goes by the CPU time of its process, and ``clock`` is ``cpu``: what the machine does elsewhere
    is in no picture of it. Of the basics alone: tasks of others look at clocks of their own. All else goes by
    the time of day, ``wall``.
    """
    lender: LendsClock | None = getattr(cell.model, "on_clock", None)  # an older checkout's have none
    return lender if getattr(cell.workload, "family", "own") == "basics" else None


def _by_cpu(cell: Cell, lender: LendsClock, seconds: float, tracer: Tracer, most: int) -> dict[str, Any]:
    """Return what a run that goes by CPU time shows, or the outcome of one that failed.

    The check ``reported`` holds the clock that is lent against the time of day, which this one is not.
    """
    lent = replace(cell.lent, rt=replace(cell.lent.rt, now=process_time))
    with lender(process_time):
        failures = _failures(cell, watched_pass(replace(cell, lent=lent), seconds, tracer))
    failures.pop("reported", None)
    return refusal(failures) if failures else _told(0, tracer, most, "cpu")


def _least_disturbed(
    cell: Cell, seconds: float, made: Callable[[], Tracer], machine: Callable[..., CpuTakenAway], most: int
) -> dict[str, Any]:
    """Return what the least disturbed of a few watched runs shows, or the outcome of one that failed.

    Where the machine takes the CPU away no task runs, and a picture would show it as their doing: so there
    are up to ``TRIES`` runs, and ``preempted`` says how often that was so in the one that is told (0 of
    threads, which take it from each other).
    """
    found: list[tuple[int, Tracer]] = []
    until = monotonic() + seconds
    while len(found) < TRIES and (not found or monotonic() < until):
        tracer, beside = made(), machine(busy=traits_of(cell.model).polls)
        failures = _failures(cell, watched_pass(cell, seconds, tracer))
        if failures:
            return refusal(failures)
        preempted = 0 if tracer.preempted else beside.preempted(tracer.ended - tracer.began)
        found.append((preempted, tracer))
        if not preempted:
            break
    return _told(*min(found, key=itemgetter(0)), most, "wall")


def _failures(cell: Cell, seen: Pass) -> dict[str, str]:
    return {name: message for name, message in checked(cell, seen).items() if message is not None}


def _told(preempted: int, tracer: Tracer, most: int, clock: str) -> dict[str, Any]:
    """Return a trace as plain data."""
    span = tracer.ended - tracer.began
    lanes = [_plain(task, lane, tracer.began, span, most) for task, lane in enumerate(tracer.lanes)]
    return {"span_ns": span, "lanes": lanes, "preempted": preempted, "clock": clock}


def _plain(task: int, lane: Lane, began: int, span: int, most: int) -> dict[str, Any]:
    """Return a finished task's lane as plain data, its times counted from ``began``."""
    stretches = at_most(most, lane.stretches, -(-span // SHARE))
    running = [[start - began, end - began] for start, end in stretches]
    return {
        "task": task,
        "resumes": lane.resumes,
        "start_ns": running[0][0],
        "end_ns": running[-1][1],
        "running": running,
    }
