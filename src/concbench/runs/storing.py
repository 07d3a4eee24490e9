"""Comparing two stored runs, on any platform: a hint, not a verdict to build on."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from concbench.analysis.stored import STORED_RATIO, stored_comparison
from concbench.errors import RequestError, arg
from concbench.metrics import INSTRUCTIONS
from concbench.results.measured import Measured, read_measured
from concbench.results.queries import is_comparison
from concbench.runs.arguments import asks, made, require_path
from concbench.runs.comparison_request import ComparisonRequest, StoredOptions, with_untold
from concbench.runs.result import ComparisonResult


@asks(ComparisonRequest)
def compare_files(
    base: Path | str | None = None, head: Path | str | None = None, **options: Unpack[StoredOptions]
) -> ComparisonResult:
    """Compare the run files ``base`` and ``head``; raises RequestError for what is no two runs.

    It is a hint: nothing fails unless ``gates`` or ``fail_on`` say what is to.
    """
    request = made(ComparisonRequest, {"base": base, "head": head, **options})
    if INSTRUCTIONS in request.gates:
        raise RequestError(f"{arg('gates', INSTRUCTIONS)}: stored runs have no counts; compare two revisions")
    margins, gates = request.margins(STORED_RATIO), request.gating()
    for name, path in (("base", request.base), ("head", request.head)):
        require_path(name, path or "")
    runs = read_measured(Path(request.base or "")), read_measured(Path(request.head or ""))
    _refuse_no_two_runs(*runs)
    comparison = stored_comparison(*runs, margins, gates, models=request.models, workloads=request.workloads)
    comparison = replace(comparison, fail_on=request.failing(stored=True))
    return ComparisonResult(None, True, with_untold(comparison, request.gates))


def _refuse_no_two_runs(*runs: Measured) -> None:
    """Raise RequestError for the file of a comparison, and for one run that is named twice."""
    for run in runs:
        if is_comparison(run):
            raise RequestError(
                f"{run.path} holds a comparison, which has both sides already; print it again with concbench"
                f" show {shlex.quote(str(run.path))}"
            )
    if runs[0].header.run == runs[1].header.run:
        raise RequestError(f"{runs[0].path} and {runs[1].path} are the same run; name two runs")
