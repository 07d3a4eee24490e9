"""A comparison of two sides as plain data: what was found for each cell and metric, and what failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from concbench.metrics import INSTRUCTIONS, Kind
from concbench.outcomes import FAILURES, NO_SUCH_BENCHMARK

Margins: TypeAlias = Mapping[str, float]
"""What counts as the same of each metric: a fraction of ratios, differences in ns, bytes and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCell:
    """What is told of a cell."""

    cell: str
    workload: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(OfCell):
    """One metric of one cell.

    ``low``, ``middle`` and ``high`` are head / base for a ``ratio``; for a ``difference`` head − base, in ns,
    or in bytes per task for memory; None where too few pairs tell nothing. ``margin`` is a fraction for
    ratios, else in the difference's unit. ``base`` and ``head`` are typical figures of either side: ns a run
    (wall, cpu), ns (lateness, above), bytes per task. ``verdict`` is ``faster``, ``slower``, ``same`` or
    ``unsure``, of what is no time other words (:meth:`Metric.verdict`) than the first two. ``gated``: it
    counts for the exit code. ``seen`` is the median of the pairs so far, on the scale of ``middle``; None
    for stored runs.
    """

    params: Mapping[str, Any]
    metric: str
    kind: Kind
    margin: float
    verdict: str
    low: float | None
    middle: float | None
    high: float | None
    confidence: float
    pairs: int
    base: float
    head: float
    reason: str | None
    gated: bool
    seen: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(OfCell):
    """The instructions of a cell on both sides; ``ratio`` is head / base, ``threshold`` a fraction.

    ``verdict`` and ``gated`` are those of a ``Line``.
    """

    params: Mapping[str, Any]
    base: int
    head: int
    ratio: float
    verdict: str
    threshold: float
    gated: bool


EVERY_CELL = "every cell"
"""What a failure is of that leaves nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(OfCell):
    """A cell that one side could not be measured at; ``side`` is ``base`` or ``head``.

    ``file``, by its path in the repository, and ``line`` say where something is wrong, if that is known.
    """

    side: str
    outcome: str
    reason: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that a comparison found.

    ``base`` and ``head`` are the sides' labels, and ``about`` has further facts under "base" and "head".
    ``rate`` is the false-discovery rate, ``confidence`` that of the intervals; ``seconds`` is what was spent
    of the ``budget``. ``paired`` is False where stored run files were compared. ``gates`` are the metrics
    that count for the exit code, and ``fail_on`` says what of them makes it fail. ``uncounted`` are the cells
    whose instructions were asked for and not had. ``complete`` is False where measuring was stopped before
    its end. ``served``: what found a project's own benchmarks (``pytest``, ``asv``, ``call``), empty for
    cells of the suite. Such a benchmark's ``workload`` is its file or module, and its ``model`` what it is
    called there.
    """

    base: str
    head: str
    lines: tuple[Line, ...] = ()
    counted: tuple[Counted, ...] = ()
    failed: tuple[Failed, ...]
    rate: float
    confidence: float
    seconds: float = 0.0
    budget: float = 0.0
    paired: bool = True
    gates: tuple[str, ...]
    fail_on: Literal["unsure", "slower", "never"] = "slower"
    uncounted: tuple[str, ...] = ()
    complete: bool = True
    warnings: tuple[str, ...] = ()
    about: Mapping[str, Mapping[str, Any]]
    served: str = ""

    @property
    def row(self) -> str:
        """What a row of its tables is, in a word."""
        return "benchmark" if self.served else "model"

    @property
    def word(self) -> str:
        """What each of its cells is, in a word."""
        return "benchmark" if self.served else "cell"

    @property
    def told(self) -> frozenset[str]:
        """The metrics of which there is any figure at all, ``instructions`` among them."""
        counted = {INSTRUCTIONS} if self.counted else set()
        return frozenset({line.metric for line in self.lines if line.pairs} | counted)

    @property
    def refused(self) -> Failed | None:
        """Why nothing could be compared at all: what is wrong with head as a whole."""
        return next((one for one in self.failed if one.cell == EVERY_CELL), None)

    @property
    def all_new(self) -> bool:
        """Whether base has none of the benchmarks of head: there is nothing to compare them with."""
        lacked = NO_SUCH_BENCHMARK.format(side="base")
        return bool(self.failed) and not self.lines and all(one.reason == lacked for one in self.failed)

    @property
    def breaking(self) -> tuple[Failed, ...]:
        """The failures that count for the exit code: something is wrong, or head lacks what base has."""
        lacked = {one.cell for one in self.failed if one.side == "base"}
        return tuple(
            one
            for one in self.failed
            if one.outcome in FAILURES or (one.side == "head" and one.cell not in lacked)
        )
