"""What the asv benchmarks have in common. None of these classes has a benchmark of its own.

How asv times, and what is done about it (asv_runner 0.3, ``benchmarks/time.py``):

- It times with the garbage collector off. The first thing in a timed region turns it on: some ns in 20 ms.
  Garbage is collected, and the rest frozen, before: the policy of concbench's workers.
- A ``setup`` makes each sample one call, so a call repeats its cell until it takes long enough.
- Its figures are the differences of two readings of ``timer``. A timer that divides by the number of
  operations (``cells.PerOperation``) makes them seconds per operation; how long a benchmark may take, asv
  tells by a clock of its own.
- It forks a process for each set of parameters, from one that has imported all modules here. A session is
  opened once in each, after the fork; it ends with the process, as asv does not say which teardown is last.
"""

import atexit
import gc
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar, TypeVar

from benchmarks import cells, figures
from concbench.models.base import Factory

Benchmark = TypeVar("Benchmark", bound=Callable[..., object])

_PROCESS = ExitStack()
"""The sessions that are open until this process ends."""
atexit.register(_PROCESS.close)


def timed(clock: Callable[[], float], unit: cells.Unit, title: str) -> Callable[[Benchmark], Benchmark]:
    """Have asv time a method by ``clock``, per ``unit``, and call it ``title``."""

    def decorate(benchmark: Benchmark) -> Benchmark:
        benchmark.timer = cells.PerOperation(clock, unit)  # type: ignore[attr-defined]
        return titled(title)(benchmark)

    return decorate


def titled(title: str) -> Callable[[Benchmark], Benchmark]:
    """Have asv call a method ``title`` on its pages."""

    def decorate(benchmark: Benchmark) -> Benchmark:
        benchmark.pretty_name = title  # type: ignore[attr-defined]
        return benchmark

    return decorate


class OfCell:
    """Benchmarks of one workload; the first parameter is the model, the others are the workload's own."""

    workload: ClassVar[str]
    version: ClassVar[str]
    param_names: ClassVar[tuple[str, ...]]
    params: ClassVar[tuple[tuple[Any, ...], ...]]
    timeout = 120.0

    cell: cells.Cell | None = None

    def setup(self, model: str, *values: object) -> None:
        """Open the cell, once in a process. Raises NotHere, which asv shows as n/a."""
        if self.cell is None:
            own = dict(zip(self.param_names[1:], values, strict=True))
            self.cell = _PROCESS.enter_context(cells.opened(self.workload, model, own))

    def here(self) -> cells.Cell:
        """Return the cell that ``setup`` opened."""
        if self.cell is None:
            raise RuntimeError(f"{type(self).__name__} of {self.workload} has not been set up")
        return self.cell


class Timed(OfCell):
    """Times of cells: many short visits, since the noise of a machine comes and goes in seconds.

    ``rounds``: fresh processes for each cell, one after another over the whole run. ``repeat``: samples in
    each: at least, at most, and the seconds after which it is enough. ``number``: one call a sample, since
    a call uses up its factories; ``setup`` has warmed it up.
    """

    rounds = 3
    repeat = (2, 5, 0.2)
    warmup_time = 0.0
    number = 1

    repetitions = 0
    batches: Sequence[Sequence[Factory]] = ()
    returned: Sequence[Any] | None = None

    def setup(self, model: str, *values: object) -> None:
        """Have the cell witnessed and settled once, then make the factories of one sample."""
        super().setup(model, *values)
        cell = self.here()
        if not self.repetitions:
            counts = cells.witness(cell)
            self.repetitions, _seconds = cells.settle(cell)
            for timer in self.timers():
                timer.operations = self.repetitions * counts.of(timer.unit)
        self.batches = cell.build(self.repetitions)
        self.returned = None
        gc.collect()

    def timers(self) -> list[cells.PerOperation]:
        """Return the timers of the benchmarks of this class."""
        found = (getattr(benchmark, "timer", None) for benchmark in vars(type(self)).values())
        return [timer for timer in found if isinstance(timer, cells.PerOperation)]

    def region(self) -> None:
        """Run every batch: what is timed."""
        gc.enable()
        self.returned = cells.run_all(self.here().session.run, self.batches)

    def teardown(self, *_cell: object) -> None:
        """Judge what the sample returned. Raises WrongResult, which fails the benchmark."""
        if self.returned is not None:
            self.here().judge(self.returned)
        self.returned = None


class Late(OfCell):
    """Lateness of cells."""

    unit = "seconds"

    def late(self) -> figures.Lateness:
        """Return the lateness, in s."""
        return figures.lateness(self.here())


class Weighed(OfCell):
    """Memory of cells, each weighed in fresh workers of concbench (asv's own floor is its parent's peak)."""

    unit = "bytes"

    def weight(self) -> figures.Weight:
        """Return the weight, in bytes."""
        return figures.weigh(self.here())


class Scaling(OfCell):
    """How the cost of a run grows: the exponent b of cost ∝ size^b, over ``sizes`` of ``axis``.

    ``metric`` says what a cost is: ``wall`` or ``cpu``.
    """

    unit = "exponent"
    metric: ClassVar[figures.Metric] = "wall"
    axis: ClassVar[str] = "tasks"
    sizes: ClassVar[Sequence[int]]

    def exponent(self) -> float:
        """Return the exponent."""
        return figures.exponent(self.here(), self.axis, self.sizes, self.metric)
