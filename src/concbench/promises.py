"""Promises: what an honest run of a workload does, as seen from outside; each an object with its own check.

A workload's ``promise`` returns a tuple of them, and the witness holds what a ledger says against each. They
stand beside the layers: workloads make them, and may be an older checkout's; what checks is always ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeVar

from concbench.promised import LOOK, TAKEN, Promised, Seen, first, true_or_false, whole, wrong_promise
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
    has fewer workers cannot do the work.
    """

    tasks: int
    room: int = 0
    name = "overlap"
    shows = "run"

    def __post_init__(self) -> None:
        whole(0, overlap=self.tasks, room=self.room)

    def broken(self, seen: Seen) -> str | None:
        """Look at the most tasks that were alive at once."""
        if seen.peak_live >= self.tasks:
            return None
        return f"at most {seen.peak_live} tasks were alive at once; the workload promises {self.tasks}"


@dataclass(frozen=True, slots=True)
class Gathered(Promised):
    """So many tasks are suspended when the keeper task looks, once; None: there is no keeper."""

    tasks: int | None
    name = "gathered"

    def __post_init__(self) -> None:
        if self.tasks is not None:
            whole(0, gathered=self.tasks)

    def broken(self, seen: Seen) -> str | None:
        """Compare what the keeper saw; where there is none, nobody looked."""
        saw = [event.key for event in seen.events if event.kind == LOOK]
        if self.tasks is None:
            return f"somebody looked {len(saw)} times, and the workload has no keeper" if saw else None
        if not saw:
            return f"the keeper never looked; the workload promises {self.tasks} suspended tasks"
        if len(saw) > 1:
            return f"the keeper looked {len(saw)} times instead of once"
        if saw == [self.tasks]:
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


KNOWN: Mapping[str, type[Promised]] = {
    kind.name: kind for kind in (Spawned, Overlap, Gathered, Suspends, Fair, Frames, Delays)
}
"""The promises that any workload may make, by the names of their checks."""

UNSAID = (Overlap(1), Gathered(None))
"""What any workload promises that does not say otherwise: a task lives, and nobody looks."""

NOTHING = [(type(one), one) for one in (Overlap(0), Overlap(1), Gathered(None), Suspends(0, exact=False))]
"""Promises that any model keeps, with their kinds: one of another kind need not be comparable."""

K = TypeVar("K", bound=Promised)


@dataclass(frozen=True, slots=True)
class Promises:
    """All that one cell promises."""

    each: tuple[Promised, ...]

    def get(self, kind: type[K]) -> K | None:
        """Return the promise of a kind, None where there is none."""
        return next((one for one in self.each if isinstance(one, kind)), None)

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        spawned = self.get(Spawned)
        assert spawned is not None  # noqa: S101  (it is required)
        return spawned.tasks

    @property
    def overlap(self) -> int:
        """How many tasks are alive at once, at least."""
        overlap = self.get(Overlap)
        return overlap.tasks if overlap else 1

    @property
    def room(self) -> int:
        """How many tasks there has to be room for at once."""
        overlap = self.get(Overlap)
        return max(overlap.tasks, overlap.room) if overlap else 1

    @property
    def gathered(self) -> int | None:
        """How many tasks a keeper sees suspended, None where there is no keeper."""
        gathered = self.get(Gathered)
        return gathered.tasks if gathered else None

    @property
    def exact(self) -> bool:
        """Whether it is known beforehand how often each task suspends."""
        suspends = self.get(Suspends)
        return suspends is not None and suspends.exact

    @property
    def early(self) -> float:
        """By how much (s) a task may end too soon."""
        delays = self.get(Delays)
        return delays.early if delays else 0.0

    @property
    def empty(self) -> bool:
        """Whether any model at all would keep them: nothing is promised but how many tasks there are."""
        return all((type(one), one) in NOTHING for one in self.each if type(one) is not Spawned)


def promises_of(given: Any) -> Promises:
    """Return what a tuple promises, or an object with a field for each; ValueError for what is neither."""
    each = tuple(given) if isinstance(given, tuple) else tuple(_from_fields(given))
    if wrong := first(told for one in each if (told := wrong_promise(one))):
        raise ValueError(wrong)
    _require_names([one.name for one in each], [type(one) for one in each])
    unsaid = [one for one in UNSAID if one.name not in {other.name for other in each}]
    promises = Promises((*each, *unsaid))
    delays = promises.get(Delays)
    if delays is not None and len(delays.delays) != promises.tasks:
        raise ValueError(f"{len(delays.delays)} delays for {promises.tasks} tasks")
    return promises


def _require_names(names: Sequence[str], kinds: Sequence[type[Promised]]) -> None:
    if Spawned.name not in names:
        raise ValueError("must say how many tasks there are: Spawned(tasks)")
    for name, kind in zip(names, kinds, strict=True):
        if names.count(name) > 1:
            raise ValueError(f"promises {name} twice")
        if name in TAKEN or KNOWN.get(name, kind) is not kind:
            raise ValueError(f"a promise cannot be called {name}, as another check is")


def _from_fields(given: Any) -> Iterator[Promised]:
    """Yield the promises of an object with a field for each; an older checkout's lacks the later ones."""
    if not hasattr(given, "suspensions") or isinstance(given, type):
        raise ValueError(f"must be a Promise, or a tuple of promises, not {shown(given)}")
    true_or_false(exact=given.exact, fair=given.fair)
    yield Spawned(given.tasks)
    yield Overlap(given.overlap)
    yield Gathered(given.gathered)
    yield Suspends(given.suspensions, given.exact)
    if given.fair:
        yield Fair()
    if given.frames is not None:
        yield Frames(given.frames)
    if given.delays is not None:
        yield Delays(given.delays, given.early)
