"""The loads that a reader may have, each a question of a workload's; and those that are missing."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from functools import cache

from concbench.analysis.contenders import RunContender
from concbench.analysis.dataset import Dataset, ReportedPoint
from concbench.analysis.units import Units, units_of
from concbench.families import LOAD_FAMILIES, LoadFamily
from concbench.metrics import METRICS
from concbench.results.measured import Measured
from concbench.workloads import index
from concbench.workloads.questions import Question
from concbench.workloads.spelling import spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Question):
    """A question, and the workload that answers it, with its family."""

    workload: str
    family: LoadFamily = "own"

    @property
    def units(self) -> Units:
        """The units in which its metric is spelled."""
        return units_of(METRICS[self.metric])

    @property
    def weighs(self) -> bool:
        """Whether it is about memory, which is measured in runs that are not timed."""
        return METRICS[self.metric].source == "memory"

    @property
    def signed(self) -> bool:
        """Whether its metric may be negative: what is nearest to zero wins, and differences are shown."""
        return METRICS[self.metric].compare == "difference" and METRICS[self.metric].quantity == "ns"

    def point(self, dataset: Dataset, among: Collection[RunContender] | None = None) -> ReportedPoint | None:
        """Return the point that stands for this load, or None where nobody ``among`` these has figures there.

        Of several runs, as many as possible have figures at that point.
        """
        runs: dict[ReportedPoint, set[int]] = {}
        for cell in dataset.cells:
            if among is not None and cell.contender not in among:
                continue
            if self._asks(cell.point) and len(dataset.values(cell, self.metric)):
                runs.setdefault(cell.point, set()).add(cell.contender.run)
        numbers = {point: size for point in runs if (size := point.number(self.axis)) is not None}
        sizes = {
            point: size
            for point, size in numbers.items()
            if (size >= self.bound if self.many else size <= self.bound)
        }
        return max(sizes, key=lambda point: (len(runs[point]), sizes[point]), default=None)

    def _asks(self, point: ReportedPoint) -> bool:
        """Say whether a point is of the workload, with the parameters that the question is about."""
        fixed = all(spell(point.value(name)) == value for name, value in self.fixed.items())
        return fixed and point.workload == self.workload


@cache
def package_loads() -> tuple[Load, ...]:
    """Return the loads that the package's workloads answer, in the order of their ranks."""
    workloads = [index.get(name) for name in index.names()]
    loads = [
        Load(workload=one.name, family=one.family, **asdict(question))
        for one in workloads
        for question in one.questions
    ]
    return tuple(sorted(loads, key=lambda load: load.rank))


def loads_of(runs: Sequence[Measured]) -> tuple[Load, ...]:
    """Return the package's loads, and those that workloads of the user's own answer in these runs."""
    own = {
        (name, question.title): Load(workload=name, **asdict(question))
        for run in runs
        for name, told in run.header.workloads.items()
        for question in told.questions
        if question.metric in METRICS
    }
    return tuple(sorted([*package_loads(), *own.values()], key=lambda load: load.rank))


def lanes_reading(run: Measured, workload: str) -> str:
    """Return how to read the picture of a workload's tasks, in its own words; nothing where it has none."""
    if workload in index.names():
        lanes = index.get(workload).lanes
        return lanes.reading if lanes else ""
    told = run.header.workloads.get(workload)
    return told.lanes if told else ""


def families_left_out(dataset: Dataset) -> list[LoadFamily]:
    """Return the families of loads of which nothing was asked for in any run, as families are listed."""
    asked = {index.get(name).family for name in dataset.workloads() if name in index.names()}
    return [one for one in LOAD_FAMILIES if one not in (*asked, "own")]


NOT_IN_THE_SUITE = ("files", "TLS", "processes of other programs")
"""What no workload of the suite measures: a model is not to be chosen for it from any report."""
