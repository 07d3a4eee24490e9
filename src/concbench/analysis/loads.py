"""The loads that a reader may have, each answered by one point of a workload; and those we do not have."""

from dataclasses import dataclass

from concbench.analysis.dataset import Dataset, Point
from concbench.analysis.units import SIZE_UNITS, TIME_UNITS, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A kind of load. What wins is whoever needs least of ``metric`` at one point of the sweep over ``axis``.

    ``many``: that point is the largest from ``bound`` on; else it is the largest up to ``bound``.
    ``signed``: the metric may be negative; what is nearest to zero wins, and differences are shown. ``price``
    says what else the reader has to know before she takes the winner. ``weighs``: it is about memory, which
    is measured in runs that are not timed.
    """

    title: str
    workload: str
    metric: str
    goal: str
    price: str
    axis: str = "tasks"
    many: bool = True
    bound: float = 100
    weighs: bool = False
    units: Units = TIME_UNITS
    signed: bool = False

    def point(self, dataset: Dataset) -> Point | None:
        """Return the point that stands for this load, or None where no run measured its metric there.

        Of several runs, as many as possible have figures at that point.
        """
        runs: dict[Point, set[int]] = {}
        for cell in dataset.cells:
            if cell.point.workload == self.workload and len(dataset.values(cell, self.metric)):
                runs.setdefault(cell.point, set()).add(cell.arm.run)
        numbers = {point: size for point in runs if (size := point.number(self.axis)) is not None}
        sizes = {point: size for point, size in numbers.items() if self._holds(size)}
        return max(sizes, key=lambda point: (len(runs[point]), sizes[point]), default=None)

    def _holds(self, size: float) -> bool:
        return size >= self.bound if self.many else size <= self.bound


LOADS = (
    Load(
        title="A few timers",
        workload="timers",
        metric="lateness_p50",
        goal="least late",
        many=False,
        bound=10,
        signed=True,
        price="A loop that polls is punctual because it never sleeps: it keeps a core busy all the while.",
    ),
    Load(
        title="Many timers, punctual",
        workload="timers",
        metric="lateness_p99",
        goal="unlucky tasks (p99) least late",
        signed=True,
        price="Polling keeps a core busy; tasks that start slowly, as threads do, also end later than asked.",
    ),
    Load(
        title="Many timers, cheap",
        workload="timers",
        metric="cpu",
        goal="least CPU per task",
        price="It is the price of making, parking and waking; a sleeping model pays nothing for the delay.",
    ),
    Load(
        title="Many idle tasks",
        workload="parked",
        metric="memory",
        goal="least memory per task",
        units=SIZE_UNITS,
        weighs=True,
        price="While tasks are idle, models that poll keep a core busy (see the timers).",
    ),
    Load(
        title="Many short tasks",
        workload="spawn",
        metric="wall",
        goal="least time per task",
        price="The tasks do nothing, so this is the price of the model alone; nothing has to be waited for.",
    ),
    Load(
        title="Much switching",
        workload="switch",
        metric="wall",
        goal="least time per suspension",
        price="Every task is always ready here, the one load that polling is made for.",
    ),
    Load(
        title="Deep calls",
        workload="chain",
        metric="wall",
        axis="depth",
        bound=50,
        goal="least time per resume",
        price="The deeper the calls, the more a resume costs where it passes through every frame.",
    ),
)

NOT_IN_THE_SUITE = (
    "sockets, files and other input and output",
    "computing in parallel on several cores",
    "queues and locks between tasks",
    "pools of threads and processes",
    "cancellation and time limits",
)
"""Loads that no workload of the suite measures: a model is not to be chosen for them from this report."""
