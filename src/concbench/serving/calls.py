"""Cases: what a test hands over to be timed, as something that can be run again and again.

A *call* is one call of the function; a *slice* is a number of them, timed together.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from gc import collect
from itertools import repeat
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter_ns, process_time_ns
from typing import Any, Protocol

from concbench.measure.counters import Counters
from concbench.measure.probe import read

Figures = dict[str, int]


class Case(Protocol):
    """What can be timed.

    ``most`` is how many calls it stands in one process, None for any number; ``sample`` of them, or a
    multiple, are made at once. ``surrounded``: something is done around every call or sample, outside of what
    is timed; ``prepared``: around as many calls as are asked for at once. ``tasks`` is how many tasks a call
    has. ``alone``: it is not known to need more than one CPU.
    """

    most: int | None
    sample: int
    surrounded: bool
    prepared: bool
    tasks: int
    alone: bool

    def run(self, number: int) -> None:
        """Call it ``number`` times, untimed."""

    def timed(self, number: int) -> Figures:
        """Time ``number`` calls; return what all of them used together."""

    @property
    def last(self) -> Any:
        """What the last call returned."""


class FunctionCalls:
    """A plain function, called in a bare loop as pytest-benchmark and timeit do it."""

    surrounded = prepared = False
    sample = tasks = 1
    alone = True

    def __init__(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        self._call = partial(function, *args, **kwargs) if args or kwargs else function
        self.most: int | None = None
        self.last: Any = None

    def run(self, number: int) -> None:
        """Call it ``number`` times, untimed."""
        self.last = None
        if number:
            for _ in repeat(None, number - 1):
                self._call()
            self.last = self._call()

    def timed(self, number: int) -> Figures:
        """Time ``number`` calls together."""
        self.last = None
        figures, self.last = timed(self._call, number)
        return figures


class Surrounded:
    """A function with a setup before each call, which may make its arguments, and a teardown after it."""

    surrounded, prepared = True, False
    sample = tasks = 1
    alone = True

    def __init__(
        self,
        prepare: Callable[[], Callable[[], Any]],
        after: Callable[[], object] = lambda: None,
        *,
        each: int = 1,
    ) -> None:
        self._prepare, self._after, self._each = prepare, after, each
        self.most: int | None = None
        self.last: Any = None

    def run(self, number: int) -> None:
        """Prepare, call and tidy up ``number`` times, untimed."""
        for _ in range(number):
            self.last = None
            call = self._prepare()
            try:
                for _ in range(self._each - 1):
                    call()
                self.last = call()
            finally:
                self._after()

    def timed(self, number: int) -> Figures:
        """Time ``number`` rounds, each by itself; what is around them is in no figure."""
        total: Figures = {}
        for _ in range(number):
            self.last = None
            call = self._prepare()
            try:
                figures, self.last = timed(call, self._each)
            finally:
                self._after()
            total = {name: total.get(name, 0) + value for name, value in figures.items()}
        return total


def timed(
    call: Callable[[], Any],
    number: int,
    clock: Callable[[], int] = perf_counter_ns,
    cpu_clock: Callable[[], int] = process_time_ns,
) -> tuple[Figures, Any]:
    """Call a function ``number`` times; return the figures of all calls together, and the last result.

    As :func:`concbench.measure.probe.timed` has it: the garbage collector runs before the clocks start, and
    is enabled while they tick; wall time is read innermost, and CPU time next to it, since a call may be
    short. (CPU time of other processes has the step of the system's accounting.) The loop takes about 20 ns
    a call. As with pytest-benchmark a result is gone before the next call. The clocks are defaults since what
    freezes time for a test replaces them in every module.
    """
    collect()
    children = _children_ns()
    before = read()
    cpu = cpu_clock()
    start = clock()
    for _ in repeat(None, number - 1):
        call()
    result = call()
    end = clock()
    cpu = cpu_clock() - cpu
    after = read()
    used = {name: new - old for name, new, old in zip(Counters._fields, after, before, strict=True)}
    return {"wall_ns": max(1, end - start), **used, "cpu_ns": cpu + _children_ns() - children}, result


def _children_ns() -> int:
    """Return the CPU time of processes that were started and waited for."""
    used = getrusage(RUSAGE_CHILDREN)
    return round(1e9 * (used.ru_utime + used.ru_stime))
