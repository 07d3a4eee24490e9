"""Estimates: how long what is missing of a run will take, by what was witnessed and how workers started."""

from concbench.drive.plan import Plan, PlannedPoint, rounds_of
from concbench.drive.state import State


class Estimates:
    """Foretells a run of ``plan`` from its ``state``; ``at_once`` is how many cells are weighed at a time."""

    def __init__(self, plan: Plan, state: State, at_once: int) -> None:
        self._plan, self._state, self._at_once = plan, state, at_once
        self._startup_ns: dict[str, int] = {}

    def started(self, contender: str, nanoseconds: int) -> None:
        """Take notice of how long a worker took to start."""
        self._startup_ns[contender] = nanoseconds

    def start_ns(self, contender: str) -> int:
        """Return how long a worker takes to start; before that was seen, the most that any has taken."""
        return self._startup_ns.get(contender, max(self._startup_ns.values(), default=0))

    def block_ns(self, point: PlannedPoint) -> int:
        """Return about how long a block of a point takes; one of memory includes starting the workers."""
        turns = self._state.turns_ns(point)
        if point.purpose == "memory":
            starting = [self.start_ns(cell.contender) for cell in self._state.active(point)]
            return sum(turns + starting) // self._at_once
        return sum(turns) * rounds_of(self._plan.effort, turns)

    def missing_ns(self) -> int:
        """Return about how long the blocks that are missing will take, and starting the workers for them."""
        total = 0
        for generation in range(self._plan.effort.generations):
            missing = [p for p in self._plan.points if (generation, p.index) not in self._state.blocks]
            timed = [point for point in missing if point.purpose == "time"]
            starting = [cell.contender for point in timed for cell in self._state.active(point)]
            starts = starting if self._plan.effort.apart else set(starting)
            total += sum(map(self.block_ns, missing)) + sum(map(self.start_ns, starts))
        return total
