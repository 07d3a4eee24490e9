"""How many runs are timed: enough at once for the clock, and no more than the budget of a case allows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, inf

ROUND_NS = 1_000_000
"""A round lasts at least this long: a clock's step and pytest-benchmark's own call are below 0.1 % of it."""

PROBE_NS = 10_000_000
"""CPU time is taken over about this long: reading the counters costs some µs, which are in it."""

ONE_NS = 100_000_000
"""A run that lasts as long as this says by itself what a run costs. Shorter ones may have met with noise."""

MAX_RUNS = 10_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: wall and CPU time in ns, both over the same runs, and the least wall time seen."""

    wall_ns: float
    cpu_ns: float
    least_ns: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """pytest-benchmark's bounds: the longest that a test may take, the shortest round (s), fewest rounds."""

    max_time: float = 1.0
    min_time: float = 0.000005
    min_rounds: int = 5

    def iterations(self, run_ns: float) -> int:
        """Return how many runs of ``run_ns`` make a round."""
        round_ns = max(ROUND_NS, 1e9 * self.min_time)
        return min(MAX_RUNS, max(1, ceil(round_ns / run_ns)))

    def rounds(self, round_ns: float, spent_ns: float) -> int:
        """Return how many rounds of ``round_ns`` fit into what is left when ``spent_ns`` are gone."""
        return max(self.min_rounds, 1, int((1e9 * self.max_time - spent_ns) / round_ns))

    def pace(
        self, cost: Cost, spent_ns: float, rounds: int | None, iterations: int | None
    ) -> tuple[int, int]:
        """Return how many rounds to time, of how many runs each; what is given already is not changed."""
        runs = self.iterations(cost.least_ns) if iterations is None else iterations
        return self.rounds(cost.wall_ns * max(1, runs), spent_ns) if rounds is None else rounds, runs


def cost_of(probe: Callable[[int], Mapping[str, int]], *, repeatable: bool) -> Cost:
    """Return what a run costs, from as many runs as last ``PROBE_NS``, or half of that, after a first one.

    ``probe`` makes so many runs and returns their ``wall_ns`` and ``cpu_ns``, as does
    :func:`concbench.measure.probe.timed`. A run that is not ``repeatable`` needs preparing, and is made once.
    """
    number, enough, least_ns = 1, ONE_NS, inf
    while True:
        figures = probe(number)
        wall_ns = max(1.0, figures["wall_ns"] / number)
        least_ns = min(least_ns, wall_ns)
        if not repeatable or number >= MAX_RUNS or figures["wall_ns"] >= enough:
            return Cost(wall_ns, figures["cpu_ns"] / number, least_ns)
        number, enough = min(MAX_RUNS, max(2 * number, round(PROBE_NS / wall_ns))), PROBE_NS // 2
