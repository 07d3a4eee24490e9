"""Doubts: what a workload leaves open, so that a model could do less and nobody would see it.

They accuse nobody, and a cell is measured all the same; ``concbench verify`` tells whoever writes a workload.
"""

from collections.abc import Iterator
from typing import Any

from concbench.measure.salting import reported_by, takes_salt, wrong_with
from concbench.models.base import Dialect
from concbench.workloads.base import Promise, Workload

NONSENSE = "no result at all"


def doubts(workload: Workload[Any], params: Any, dialect: Dialect) -> list[str]:
    """Return what the workload leaves open for models of a dialect, each a sentence without a full stop."""
    return list(_doubts(workload, params, workload.promise(params, dialect), dialect))


def _doubts(workload: Workload[Any], params: Any, promise: Promise, dialect: Dialect) -> Iterator[str]:
    if promise.empty:
        yield (
            f"its promise to {dialect} models is empty: nothing is held against it but that tasks start and "
            "end (see Promise: suspensions, overlap, delays …)"
        )
    if not takes_salt(workload.judge) and reported_by(workload) is None:
        yield (
            "its judge takes no salt, so results can be remembered from an earlier run: have tasks return "
            "something of rt.salt, and judge it by judge(results, params, salt)"
        )
    made_up: tuple[list[Any], ...] = ([], [None] * promise.tasks, [NONSENSE] * promise.tasks)
    if all(_accepts(workload, params, results) for results in made_up):
        yield "its judge accepts anything: no results, None for each task, and nonsense"


def _accepts(workload: Workload[Any], params: Any, results: list[Any]) -> bool:
    try:
        return wrong_with(workload, results, params) is None
    except Exception:  # noqa: BLE001  (a judge that cannot even look at nonsense does not accept it)
        return False
