"""What a run file has of the workload ``service``, held to what its advice reads of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from concbench.analysis.summary import Summary, summarise
from concbench.results import queries
from concbench.results.costs import Costs
from concbench.results.errors import RunFileError
from concbench.results.measured import Measured

SERVICE = "service"

PARAMS: Mapping[str, float] = {
    "tasks": 1, "rate": 1e-6, "wait": 0, "steps": 0, "compute": 0, "deadline": 1e-6, "share": 1e-6,
    "window": 1e-6,
}  # fmt: skip
"""The parameters that are read, and the least of each."""

FIGURES: Mapping[str, float] = {"kept": 1.0, "cores": np.inf, "latency_p99": np.inf}
"""The figures that are read, each 0 or more, and the most of each."""


def holds_load(run: Measured) -> bool:
    """Say whether a run has cells of the package's workload, measured or not yet."""
    cells = (one for one in run.header.cells if one.workload == SERVICE)
    return SERVICE not in run.header.workloads and any(one.params.keys() >= PARAMS.keys() for one in cells)


def served_in(run: Measured) -> list[Summary]:
    """Return the cells of the package's workload, none where a plug-in's was called so.

    Raises RunFileError for parameters that such a load cannot have.
    """
    if not holds_load(run):
        return []
    cells = [one for one in summarise(run, None) if one.workload == SERVICE]
    found = [one for one in cells if one.params.keys() >= PARAMS.keys()]
    for one in found:
        wrong = [name for name, least in PARAMS.items() if not _is_number(one.params[name], least)]
        if wrong or one.params["share"] > 1:
            raise _refused(run, one, f"no load has {wrong[0] if wrong else 'share'} like that")
    return found


def rounds_of(run: Measured, one: Summary) -> int:
    """Return how many rounds came in for a cell in a run; raises RunFileError where nobody counted them."""
    rounds = queries.witnesses(run)[one.cell].legs[0].counts.get("round", 0)
    if not rounds:
        raise _refused(run, one, "its witness counted no round")
    return rounds


def require_figures(run: Measured, one: Summary, costs: Costs) -> None:
    """Raise RunFileError for a cell whose samples do not all tell how the rounds were done."""
    for name, most in FIGURES.items():
        told = costs.figures[name]
        if not (np.isfinite(told).all() and told.min(initial=0) >= 0 and told.max(initial=0) <= most):
            raise _refused(run, one, f"a sample tells no {name.partition('_')[0]} of its rounds")


def _is_number(value: Any, least: float) -> bool:
    return type(value) in (int, float) and value >= least


def _refused(run: Measured, one: Summary, why: str) -> RunFileError:
    return RunFileError(f"holds no advice on cell {one.cell!r}: {why}; measure it again", run.path)
