"""Which models keep a deadline, at what price, and where they stop as load grows: the answer of ``advise``.

It is read off the cells of the workload ``service`` in a run file, so it can be told again at any time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from concbench.analysis.computing import polls
from concbench.analysis.served import require_figures, rounds_of, served_in
from concbench.analysis.summary import Estimate, Summary
from concbench.models import index
from concbench.results.costs import Costs, costs_by_cell
from concbench.results.measured import Measured
from concbench.stats.clustered import clustered_proportion
from concbench.stats.interval import MINIMUM_PROCESSES, Interval, NotDetermined
from concbench.stats.paired import ratio_interval
from concbench.stats.proportion import Proportion
from concbench.traits import unsized
from concbench.words import grouped

Keeps = Literal["yes", "no", "unsure"]

BEHIND = 0.05
"""Growth of latency (s for each s of load) from which on more comes in than is done: a longer run would have
longer latencies, so rounds that were in time say nothing of those to come."""


@dataclass(frozen=True, slots=True)
class AskedLoad:
    """The load that is advised on: ``rate`` in rounds a minute of each task, times in s.

    ``compute`` is what the ``steps`` were chosen to take, 0 where nobody said so.
    """

    rate: float
    wait: float
    steps: int
    compute: float
    deadline: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A contender at one number of tasks.

    ``kept`` is the share of rounds within the deadline with its interval, None where too few processes tell.
    ``latency`` is that of the quantile p99 in ns, ``cores`` how many are in use, in each generation ``busy``;
    ``memory`` is in bytes. ``behind`` is by how much (s for each s) rounds were done later and later.
    """

    contender: str
    tasks: int
    kept: Proportion | None
    processes: int
    kept_in: int
    latency: Estimate
    cores: Estimate
    memory: Estimate | None
    busy: Mapping[int, float] = field(default_factory=dict)
    behind: float = 0.0

    @property
    def falls_behind(self) -> bool:
        """Whether more came in than was done, so that later rounds would have been later still."""
        return self.behind > BEHIND

    def keeps(self, share: float) -> Keeps:
        """Say whether so large a share of the rounds keeps the deadline, as far as the interval tells."""
        if self.kept is None:
            return "unsure"
        if self.kept.high < share:
            return "no"
        return "unsure" if self.falls_behind or self.kept.low < share else "yes"


@dataclass(frozen=True, slots=True)
class Own:
    """What a round takes of a model's own, in s of CPU: measured of rounds that compute nothing.

    It is all that the process took while rounds came in, by their number.
    """

    contender: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LoadAdvice:
    """All of it: ``candidates`` of each number of ``tasks``, ascending; ``failed`` says why others are none.

    ``own`` has what is the model's own of a round, where that was measured; ``unasked`` are the package's
    models that nobody asked for.
    """

    load: AskedLoad
    tasks: tuple[int, ...]
    candidates: tuple[Candidate, ...]
    failed: dict[str, str] = field(default_factory=dict)
    own: tuple[Own, ...] = ()
    unasked: tuple[str, ...] = ()

    def at(self, tasks: int) -> list[Candidate]:
        """Return the candidates at so many tasks: those that keep the deadline first, the cheapest first."""
        order = {"yes": 0, "unsure": 1, "no": 2}
        found = [one for one in self.candidates if one.tasks == tasks]
        return sorted(found, key=lambda one: (order[one.keeps(self.load.share)], one.cores.middle))

    @property
    def cheapest(self) -> Candidate | None:
        """The one that keeps the deadline at the least number of tasks with the least CPU, or None."""
        first = self.at(self.tasks[0])
        return first[0] if first and first[0].keeps(self.load.share) == "yes" else None

    def dearer(self, one: Candidate) -> Interval | str:
        """Return how many times the CPU of the cheapest another uses, paired, or why nobody knows."""
        best = self.cheapest
        both = sorted(best.busy.keys() & one.busy.keys()) if best else []
        if best is None or len(both) < MINIMUM_PROCESSES:
            return "measured beside it too seldom to compare"
        try:
            return ratio_interval(
                [one.busy[each] for each in both], [best.busy[each] for each in both]
            ).interval
        except NotDetermined:
            return "too close to nothing to compare"

    def keeps_until(self, contender: str) -> tuple[int | None, int | None, Keeps | None]:
        """Return up to how many tasks a contender keeps it, from how many on not, and how it is there.

        The first is None where it keeps it at none that was measured, the others where it keeps it at all;
        the last is None, too, where it was not measured there.
        """
        of = {one.tasks: one.keeps(self.load.share) for one in self.candidates if one.contender == contender}
        last: int | None = None
        for tasks in self.tasks:
            if of.get(tasks) != "yes":
                return last, tasks, of.get(tasks)
            last = tasks
        return last, None, None


def advice_of(run: Measured) -> LoadAdvice | None:
    """Return the advice that is in a run, None where nothing of the kind was measured.

    Raises RunFileError for figures that no such load has.
    """
    served = served_in(run)
    if not served:
        return None
    loads = {_load(one.params) for one in served if one.params["steps"]} or {
        _load(one.params) for one in served
    }
    load = max(loads, key=lambda one: (one.steps, one.deadline))
    asked = [one for one in served if _load(one.params) == load]
    costs = costs_by_cell(run)
    for one in served:
        if one.cell in costs:
            require_figures(run, one, costs[one.cell])
    good = [one for one in asked if one.outcome.name == "ok" and one.cell in costs]
    bare = [one for one in served if _load(one.params) == replace(load, steps=0) and one.cell in costs]
    return LoadAdvice(
        load,
        tuple(sorted({int(one.params["tasks"]) for one in asked})),
        tuple(_candidate(one, costs[one.cell], rounds_of(run, one)) for one in good),
        _failed(asked) | run.header.left_out,
        tuple(_own(run, bare)),
        _unasked(run),
    )


def _failed(asked: Sequence[Summary]) -> dict[str, str]:
    """Return why contenders have no figures, and at which numbers of tasks where they have some at others."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(one.contender for one in asked):
        of = [one for one in asked if one.contender == name]
        failed = [one for one in of if one.outcome.name != "ok"]
        whys = dict.fromkeys(_why(one) for one in failed)
        if len(failed) == len(of) and len(whys) == 1:
            found[name] = next(iter(whys))
        elif failed:
            found[name] = "; ".join(f"at {grouped(one.params['tasks'])} tasks {_why(one)}" for one in failed)
    return found


def _unasked(run: Measured) -> tuple[str, ...]:
    known = {unsized(one.model) for one in run.header.contenders} | run.header.left_out.keys()
    return tuple(name for name in index.names() if name not in known)


def _load(params: Any) -> AskedLoad:
    named = ("rate", "wait", "steps", "compute", "deadline", "share")
    return AskedLoad(*(params[name] for name in named))


def _why(one: Summary) -> str:
    return f"{one.outcome.name}: {one.outcome.reason}" if one.outcome.reason else one.outcome.name


def _candidate(one: Summary, costs: Costs, rounds: int) -> Candidate:
    _, place, samples = np.unique(costs.process, return_inverse=True, return_counts=True)
    trials = samples * rounds
    hits = np.bincount(place, weights=np.rint(costs.figures["kept"] * rounds))
    try:
        share = clustered_proportion(hits, trials)
    except NotDetermined:
        share = None
    return Candidate(
        contender=one.contender,
        tasks=int(one.params["tasks"]),
        kept=share,
        processes=len(trials),
        kept_in=int(np.count_nonzero(hits / trials >= one.params["share"])),
        latency=one.figures["latency_p99"],
        cores=one.figures["cores"],
        memory=one.memory,
        busy=_by_generation(costs),
        behind=_middle(one, "behind"),
    )


def _middle(one: Summary, metric: str) -> float:
    """Return a figure that older runs do not tell, 0 there."""
    return one.figures[metric].middle if metric in one.figures else 0.0


def _by_generation(costs: Costs) -> dict[int, float]:
    names, place = np.unique(costs.generation, return_inverse=True)
    cores = costs.figures["cores"]
    return {int(name): float(np.median(cores[place == at])) for at, name in enumerate(names)}


def _own(run: Measured, bare: Sequence[Summary]) -> list[Own]:
    """Return the CPU time of a round that computes nothing, at the least number of tasks.

    Whoever polls is left out: its CPU is busy whatever comes in, and no round takes longer for it.
    """
    least = min((one.params["tasks"] for one in bare), default=0)
    at_least = [one for one in bare if one.params["tasks"] == least]
    polling = {one.id for one in run.header.contenders if polls(one.model)}
    return [
        Own(one.contender, one.figures["cores"].middle * _seconds_each(one, rounds_of(run, one)))
        for one in at_least
        if one.contender not in polling
    ]


def _seconds_each(one: Summary, rounds: int) -> float:
    """Return how long (s) it takes on average until the next of a run's rounds comes in."""
    return float(one.params["wait"] + one.params["window"]) / rounds
