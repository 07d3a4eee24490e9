"""Promises: what an honest run of a workload does, as seen from outside; each an object with its own check.

A workload's ``promise`` returns a tuple of them, and the witness holds what a ledger says against each. They
stand beside the layers: workloads make them, and may be an older checkout's; what checks is always ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite

from concbench.promised import LOOK, Promised, Seen, first, true_or_false, whole
from concbench.words import shown

MAX_LAG = 2
"""Suspensions by which one task may be ahead of another where turns are promised: round robin keeps it
at 1, and a ring whose last threads have not started yet, or a library that shuffles each round, at 2."""

LARGEST_SHARE, LARGEST_SHARE_PREEMPTED = 0.02, 0.2
"""Of all suspensions, how many may bring a task ahead of another for a moment, or follow on a step of the
same task, beyond one for each task (whose turn may come as it starts). Threads may be preempted between a
hand-over and their report of it, and seem to be ahead: there the steps in a row alone are counted.

A library that shuffles each round (trio) lets the last task of one round be the first of the next. So beyond
all this one step in each round may follow on one of the same task: of T tasks with K suspensions each, K + T
and 2 % of T·K, which is 1/T of all steps and a bit more. A loop that reverses its order each round stays
below that, though it could save as many hand-overs."""

AHEAD = 2
"""From so many suspensions on a task is ahead of another."""

FEW = 3
"""Tasks from which on shares of them tell anything: of two tasks, one step in a row in each round is half of
all steps, and one that lost its CPU is half of the tasks."""


@dataclass(frozen=True, slots=True)
class Spawned(Promised):
    """So many tasks are made, each once, when the run has begun."""

    tasks: int
    name = "spawned"
    shows = "always"

    def __post_init__(self) -> None:
        whole(1, tasks=self.tasks)

    def broken(self, seen: Seen) -> str | None:
        """Count the tasks, and how often each was made."""
        if seen.early is not None:
            return seen.early
        if len(seen.tasks) != self.tasks:
            return f"there were {len(seen.tasks)} tasks; the workload promises {self.tasks}"
        return first(
            f"task {index} was spawned {task.spawned} times instead of once"
            for index, task in enumerate(seen.tasks)
            if task.spawned != 1
        )


@dataclass(frozen=True, slots=True)
class Overlap(Promised):
    """At some moment so many tasks have started and not yet finished.

    ``room``: so many have to find room at once, though the first may end before the last has started; what
    has fewer workers cannot do the work. ``queues``: tasks may wait for a worker, so where there are fewer
    workers than tasks all of them are at work at some moment.
    """

    tasks: int
    room: int = 0
    queues: bool = False
    name = "overlap"
    shows = "run"

    def __post_init__(self) -> None:
        whole(0, overlap=self.tasks, room=self.room)
        true_or_false(queues=self.queues)

    def broken(self, seen: Seen) -> str | None:
        """Look at the most tasks that were alive at once."""
        workers = seen.workers if self.queues else None
        tasks = self.tasks if workers is None else min(self.tasks, workers)
        if seen.peak_live >= tasks:
            return None
        return f"at most {seen.peak_live} tasks were alive at once; the workload promises {tasks}"


@dataclass(frozen=True, slots=True)
class Gathered(Promised):
    """So many tasks are suspended when the keeper task looks, once; None: there is no keeper.

    With ``exact`` False at least so many: who waits at a socket by a plain call is not seen to be suspended.
    """

    tasks: int | None
    exact: bool = True
    name = "gathered"

    def __post_init__(self) -> None:
        if self.tasks is not None:
            whole(0, gathered=self.tasks)
        true_or_false(exact=self.exact)

    def broken(self, seen: Seen) -> str | None:
        """Compare what the keeper saw; where there is none, nobody looked."""
        saw = [event.key for event in seen.events if event.kind == LOOK]
        if self.tasks is None:
            return f"somebody looked {len(saw)} times, and the workload has no keeper" if saw else None
        if not saw:
            return f"the keeper never looked; the workload promises {self.tasks} suspended tasks"
        if len(saw) > 1:
            return f"the keeper looked {len(saw)} times instead of once"
        if saw == [self.tasks] or (not self.exact and saw[0] >= self.tasks):
            return None
        return f"the keeper saw {saw[0]} suspended tasks; the workload promises {self.tasks}"


@dataclass(frozen=True, slots=True)
class Suspends(Promised):
    """Every task suspends so many times: exactly, or at least."""

    times: int
    exact: bool = True
    name = "suspensions"
    shows = "steps"

    def __post_init__(self) -> None:
        whole(0, suspensions=self.times)
        true_or_false(exact=self.exact)

    def broken(self, seen: Seen) -> str | None:
        """Count the suspensions of each task."""
        return first(
            f"task {index} suspended {task.suspensions} times instead of {self.times}"
            for index, task in enumerate(seen.tasks)
            if (task.suspensions != self.times if self.exact else task.suspensions < self.times)
        )


@dataclass(frozen=True, slots=True)
class Fair(Promised):
    """Tasks take turns: none far ahead, few ahead at all, few steps in a row beyond one in each round."""

    name = "fairness"
    shows = "steps"

    def broken(self, seen: Seen) -> str | None:
        """Look at the farthest that a task was ahead, and at how many steps were out of turn."""
        if seen.peak_lag > MAX_LAG:
            return f"one task got {seen.peak_lag} suspensions ahead of another; turns allow {MAX_LAG}"
        tasks, suspensions = len(seen.tasks), sum(task.suspensions for task in seen.tasks)
        few = tasks + (LARGEST_SHARE_PREEMPTED if seen.preempted else LARGEST_SHARE) * suspensions
        if seen.ahead > few and not seen.preempted:
            return f"{seen.ahead} of {suspensions} suspensions brought a task {AHEAD} ahead of another"
        shuffles = 0 if seen.preempted else max((task.suspensions for task in seen.tasks), default=0)
        if tasks >= FEW and seen.repeats > shuffles + few:
            return (
                f"{seen.repeats} of {suspensions} steps followed on one of the same task, with others alive"
            )
        return None


@dataclass(frozen=True, slots=True)
class Frames(Promised):
    """So many frames of the workload's code stand on a task's stack while it is suspended."""

    count: int
    name = "frames"

    def __post_init__(self) -> None:
        whole(0, frames=self.count)

    def broken(self, seen: Seen) -> str | None:
        """Look at each task that suspended."""
        return first(
            f"task {index} suspended on {sorted(task.frames)} frames instead of {self.count}"
            for index, task in enumerate(seen.tasks)
            if task.suspensions and task.frames != {self.count}
        )


@dataclass(frozen=True, slots=True)
class Delays(Promised):
    """Between start and end of each task its ``delays`` (s) pass, less ``early``."""

    delays: tuple[float, ...]
    early: float = 0.0
    name = "deadlines"
    shows = "run"

    def __post_init__(self) -> None:
        if not isinstance(self.delays, tuple | list):
            raise ValueError("delays must be a tuple of seconds")  # noqa: TRY004  (as below)
        if not all(type(one) in (int, float) and isfinite(one) for one in (self.early, *self.delays)):
            raise ValueError("early and delays must be finite numbers of seconds")

    def broken(self, seen: Seen) -> str | None:
        """Compare the time that each task took."""
        return first(
            f"task {index} ended {task.end - task.start:.6f} s after its start; its delay is {delay:.6f} s"
            for index, (task, delay) in enumerate(zip(seen.tasks, self.delays, strict=False))
            if task.finished and task.end - task.start < delay - self.early
        )

    def of_nobody(self) -> "Delays":
        """Return the delays in ascending order, as the tasks are sorted by the time that they took."""
        return Delays(tuple(sorted(self.delays)), self.early)


@dataclass(frozen=True, slots=True)
class AtMost(Promised):
    """Of events of a kind, whose keys are what each adds or takes away, never more than so much is there."""

    most: int
    kind: str
    name = "at-most"
    once = False

    def __post_init__(self) -> None:
        whole(0, most=self.most)
        if type(self.kind) is not str or not self.kind:
            raise ValueError(f"kind must be the kind of an event, not {shown(self.kind)}")

    def broken(self, seen: Seen) -> str | None:
        """Add up the events in their order; none at all is nothing that could be seen to be kept."""
        steps = [event.key for event in seen.events if event.kind == self.kind]
        if not steps:
            return f"no {self.kind} was ever seen"
        peak = max(accumulate(steps))
        if peak > self.most:
            return f"{peak} were {self.kind} at once; the workload promises at most {self.most}"
        return None


KNOWN: Mapping[str, type[Promised]] = {
    kind.name: kind for kind in (Spawned, Overlap, Gathered, Suspends, Fair, Frames, Delays, AtMost)
}
"""The promises that any workload may make, by the names of their checks."""
