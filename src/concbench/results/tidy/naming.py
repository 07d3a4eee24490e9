"""What the benchmarks of this repository are called in other tools' files, and what those names mean here.

asv knows no models and workloads, so the suite in ``benchmarks/`` says them by the names of its benchmarks:
``<workload>.<Class>.<time|track>_<what>``, with a parameter ``model``; all others are the workload's own.

A run file says every parameter of a workload, in the order of its declaration; other files say those that
their benchmarks set. :func:`of_cell` spells both alike, so that the same cell has the same text everywhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from concbench.words import without_address
from concbench.workloads import index
from concbench.workloads.base import params_to_dict
from concbench.workloads.spelling import spell, spell_name


@dataclass(frozen=True, slots=True)
class Named:
    """The labels of a cell and a metric; None is missing."""

    workload: str
    model: str | None
    parameters: str | None
    metric: str
    unit: str | None


def spelled(params: Sequence[tuple[str, Any]]) -> str | None:
    """Return parameters as ``tasks=10,delay=0.02``, None where there are none.

    A text that might be taken for something else is in quotes, and no address of memory is in it.
    """
    return ",".join(f"{spell_name(without_address(name))}={_spell(value)}" for name, value in params) or None


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    return spell(without_address(value) if isinstance(value, str) else value)


def of_cell(workload: str, params: Sequence[tuple[str, Any]], grown: str | None = None) -> str | None:
    """Return the parameters of a cell as a run file has them: all of the workload's, in their order.

    What ``params`` does not say is the workload's default, with which it was run then. ``grown`` is left out:
    the parameter along which an exponent was measured. For an unknown workload, or where there is a parameter
    that it does not have, ``params`` are spelled as they stand.
    """
    stated, defaults = dict(params), defaults_of(workload)
    if not stated.keys() <= defaults.keys():
        return spelled(params)
    return spelled([(name, value) for name, value in (defaults | stated).items() if name != grown])


@lru_cache(maxsize=64)
def defaults_of(workload: str) -> dict[str, Any]:
    """Return the parameters of one of our workloads with their defaults; none for a name that is not ours."""
    try:
        return params_to_dict(index.get(workload).params())
    except KeyError:
        return {}


SIZES = ("depth", "tasks")
"""The parameters along which exponents are measured; of a workload that has both, the first."""


def _grown(workload: str, stated: Mapping[str, Any]) -> str | None:
    """Return the parameter that a ``Scaling`` benchmark varies by itself, so that asv does not know it."""
    return next((name for name in SIZES if name in defaults_of(workload) and name not in stated), None)


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
        workload, rest = match["workload"], [(name, value) for name, value in params if name != "model"]
        grown = _grown(workload, dict(rest)) if match["about"] == "Scaling" else None
        return Named(workload, model, of_cell(workload, rest, grown), *known)
    return Named(benchmark, None, spelled(params), kind or "value", UNITS.get(unit, unit) if unit else None)
