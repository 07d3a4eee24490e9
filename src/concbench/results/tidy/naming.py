"""What the benchmarks of this repository are called in other tools' files, and what those names mean here.

asv knows no models and workloads, so the suite in ``benchmarks/`` says them by the names of its benchmarks:
``<workload>.<Class>.<time|track>_<what>``, with a parameter ``model``; all others are the workload's own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from concbench.workloads.base import spell


@dataclass(frozen=True, slots=True)
class Named:
    """The labels of a cell and a metric; None is missing."""

    workload: str
    model: str | None
    parameters: str | None
    metric: str
    unit: str | None


def spelled(params: Sequence[tuple[str, Any]]) -> str | None:
    """Return parameters as ``tasks=10,delay=0.02``, None where there are none."""
    return ",".join(f"{name}={_spell(value)}" for name, value in params) or None


def _spell(value: Any) -> str:
    return str(value) if isinstance(value, bool) else spell(value)


SUITE = re.compile(
    r"(?P<workload>\w+)\.(?P<about>Time|Lateness|Memory|Scaling)\.(?:time|track)_(?P<what>\w+)"
)

OF_SUITE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("Time", "wall_per_task"): ("wall", "s/task"),
    ("Time", "cpu_per_task"): ("cpu", "s/task"),
    ("Time", "wall_per_suspension"): ("wall", "s/suspension"),
    ("Time", "cpu_per_suspension"): ("cpu", "s/suspension"),
    ("Time", "wall_per_run"): ("run_wall", "s"),
    ("Time", "cpu_per_run"): ("run_cpu", "s"),
    ("Lateness", "p50"): ("lateness_p50", "s"),
    ("Lateness", "p99"): ("lateness_p99", "s"),
    ("Memory", "per_task"): ("memory", "B/task"),
    ("Memory", "peak"): ("peak", "B"),
    ("Scaling", "wall_exponent"): ("wall_exponent", "1"),
    ("Scaling", "cpu_exponent"): ("cpu_exponent", "1"),
}
"""The suite's classes and functions: the metric and the unit of each."""

UNITS: Mapping[str, str] = {"seconds": "s", "bytes": "B", "unit": "1"}
"""What asv calls units that we call otherwise; ``unit`` is its word for none."""


def in_asv(benchmark: str, params: Sequence[tuple[str, Any]], kind: str | None, unit: str | None) -> Named:
    """Return the labels of one of asv's benchmarks, from what a ``Series`` of its history says.

    A benchmark of other people has asv's type (``time``, ``track``, …) for a metric, and ``value`` where
    ``benchmarks.json`` does not know it.
    """
    match = SUITE.fullmatch(benchmark)
    known = OF_SUITE.get((match["about"], match["what"])) if match else None
    model = dict(params).get("model")
    if match and known and isinstance(model, str):
        rest = [(name, value) for name, value in params if name != "model"]
        return Named(match["workload"], model, spelled(rest), *known)
    return Named(benchmark, None, spelled(params), kind or "value", UNITS.get(unit, unit) if unit else None)
