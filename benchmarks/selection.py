"""The cells of the asv suite as a list, for the other front end."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from benchmarks import bases, chain, parked, spawn, switch, timers

SUITES = (timers, spawn, parked, switch, chain)


@dataclass(frozen=True, slots=True)
class Case:
    """A cell by name; ``values`` are the workload's parameters."""

    workload: str
    values: dict[str, Any]
    model: str

    @property
    def point(self) -> str:
        """The parameters, spelled out."""
        return " ".join(f"{name}={value}" for name, value in self.values.items())

    @property
    def id(self) -> str:
        """A name for a test."""
        return f"{self.workload}-{self.point.replace(' ', ',')}-{self.model}"


def full() -> list[Case]:
    """Return every cell that asv times."""
    return [case for suite in SUITES for case in _cells_of(suite.Time)]


def quick() -> list[Case]:
    """Return the cells that asv weighs: of each workload one point, with all its models."""
    return [case for suite in SUITES for case in _cells_of(suite.Memory)]


def law_of(workload: str) -> type[bases.Scaling]:
    """Return the benchmarks that say over which sizes a workload's exponent is measured."""
    laws: dict[str, type[bases.Scaling]] = {suite.Scaling.workload: suite.Scaling for suite in SUITES}
    return laws[workload]


def _cells_of(benchmarks: type[bases.OfCell]) -> Iterator[Case]:
    """Yield the cells of a class, those of one point side by side."""
    models, *values = benchmarks.params
    for point in product(*values):
        for model in models:
            own = dict(zip(benchmarks.param_names[1:], point, strict=True))
            yield Case(benchmarks.workload, own, model)
