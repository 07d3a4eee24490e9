"""How many runs are timed: enough at once for the clock, and no more than the budget of a case allows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from time import perf_counter_ns

from concbench.measure.execution import MAX_NUMBER, settle

ROUND_NS = 1_000_000
"""A round lasts at least this long: a clock's step and pytest-benchmark's own call are below 0.1 % of it."""

PROBE_NS = 10_000_000
"""CPU time is taken over about this long: reading the counters costs some µs, which are in it."""

ONE_NS = 100_000_000
"""A run that lasts as long as this says by itself what a run costs. Shorter ones may have met with noise."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: wall and CPU time in ns, both over the same runs, and the least wall time seen.

    ``beside_ns`` is what setup, teardown and the judging of results take beside it.
    """

    wall_ns: float
    cpu_ns: float
    least_ns: float
    beside_ns: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """pytest-benchmark's bounds: the longest that a test may take, the shortest round (s), fewest rounds."""

    max_time: float = 1.0
    min_time: float = 0.000005
    min_rounds: int = 5

    def iterations(self, run_ns: float) -> int:
        """Return how many runs of ``run_ns`` make a round."""
        round_ns = max(ROUND_NS, 1e9 * self.min_time)
        return min(MAX_NUMBER, max(1, ceil(round_ns / run_ns)))

    def rounds(self, round_ns: float, spent_ns: float) -> int:
        """Return how many rounds of ``round_ns`` fit into what is left when ``spent_ns`` are gone."""
        return max(self.min_rounds, 1, int((1e9 * self.max_time - spent_ns) / round_ns))

    def pace(
        self, cost: Cost, spent_ns: float, rounds: int | None, iterations: int | None
    ) -> tuple[int, int]:
        """Return how many rounds to time, of how many runs each; what is given already is not changed."""
        runs = self.iterations(cost.least_ns) if iterations is None else iterations
        round_ns = cost.wall_ns * max(1, runs) + cost.beside_ns
        return self.rounds(round_ns, spent_ns) if rounds is None else rounds, runs


def cost_of(probe: Callable[[int], Mapping[str, int]]) -> Cost:
    """Return what a run costs, from as many runs as last ``PROBE_NS``, or half of that, after a first one.

    ``probe`` makes so many runs and returns their ``wall_ns`` and ``cpu_ns``, as does
    :func:`concbench.measure.probe.timed`.
    """
    attempts = settle(probe, PROBE_NS, ONE_NS)
    number, figures = attempts[-1]
    least_ns = min(max(1.0, figures["wall_ns"] / number) for number, figures in attempts)
    return Cost(max(1.0, figures["wall_ns"] / number), figures["cpu_ns"] / number, least_ns)


def cost_of_prepared(
    probe: Callable[[], tuple[int, int]], clock: Callable[[], int] = perf_counter_ns
) -> Cost:
    """Return what a run costs that something has to be done before and after, which may take far longer.

    ``probe`` prepares a run, makes it, and finishes it; it returns wall and CPU time of the run alone, in ns.
    """
    costs = PreparedCosts(clock)
    while costs.want_more():
        costs.add(*probe())
    return costs.mean()


class PreparedCosts:
    """What runs cost that are made one by one: as many as last ``PROBE_NS``, after a first one.

    The first counts only if it is long. There is no new one once ``ONE_NS`` are over with everything.
    """

    def __init__(self, clock: Callable[[], int] = perf_counter_ns) -> None:
        self._clock, self._began = clock, clock()
        self._warm = False
        self._number, self._wall_ns, self._cpu_ns, self._least_ns, self._spent_ns = 0, 0, 0, ONE_NS, 0

    def want_more(self) -> bool:
        """Say whether there is to be another run."""
        enough = self._wall_ns >= PROBE_NS or self._spent_ns >= ONE_NS or self._number >= MAX_NUMBER
        return not (self._number and enough)

    def add(self, wall_ns: int, cpu_ns: int) -> None:
        """Take a run's own times, in ns."""
        cold, self._warm = not self._warm, True
        if cold and wall_ns < ONE_NS:
            self._began = self._clock()
            return
        self._number += 1
        self._wall_ns, self._cpu_ns = self._wall_ns + wall_ns, self._cpu_ns + cpu_ns
        self._least_ns = wall_ns if self._number == 1 else min(self._least_ns, wall_ns)
        self._spent_ns = self._clock() - self._began

    def mean(self) -> Cost:
        """Return what one of them cost."""
        mean_ns = max(1.0, self._wall_ns / self._number)
        beside_ns = max(0.0, self._spent_ns / self._number - mean_ns)
        return Cost(mean_ns, self._cpu_ns / self._number, max(1, self._least_ns), beside_ns)
