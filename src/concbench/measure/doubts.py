"""Doubts: what a workload leaves open, so that a model could do less and nobody would see it.

They accuse nobody, and a cell is measured all the same; ``concbench verify`` tells whoever writes a workload.
"""

from collections.abc import Iterator
from typing import Any

from concbench.measure.passes import Pass
from concbench.measure.salting import SALTED, new_salt, reported_by, takes_salt, wrong_with
from concbench.models.base import Dialect
from concbench.promising import promises_of
from concbench.workloads.base import Workload

NONSENSE = "no result at all"


def doubts(workload: Workload[Any], params: Any, dialect: Dialect, done: Pass | None = None) -> list[str]:
    """Return what the workload leaves open for models of a dialect, each a sentence without a full stop.

    ``done`` is a run whose results the judge accepts.
    """
    return list(_doubts(workload, params, dialect, done))


def _doubts(workload: Workload[Any], params: Any, dialect: Dialect, done: Pass | None) -> Iterator[str]:
    promise = promises_of(workload.promise(params, dialect))
    if promise.empty:
        yield (
            f"its promise to {dialect} models is empty: nothing is held against it but that tasks start and "
            "end (promise Overlap, Suspends, Delays … too)"
        )
    if not takes_salt(workload.judge) and reported_by(workload) is None:
        yield (
            "its judge takes no salt, so results can be remembered from an earlier run: have tasks return "
            "something of rt.salt, and judge it by judge(results, params, salt)"
        )
    made_up: tuple[list[Any], ...] = ([], [None] * promise.tasks, [NONSENSE] * promise.tasks)
    if all(_accepts(workload, params, results) for results in made_up):
        yield "its judge accepts anything: no results, None for each task, and nonsense"
    elif done is not None and _takes_any_salt(workload, params, done):
        yield (
            "its judge takes the salt, and accepts the same results under another one, so results can be "
            "remembered from an earlier run: have tasks return something of rt.salt, and judge it by the salt"
        )


def _takes_any_salt(workload: Workload[Any], params: Any, done: Pass) -> bool:
    """Say whether a judge that gets the salt looks at it; results that are times show when they were made."""
    if not (SALTED and takes_salt(workload.judge)) or reported_by(workload) is not None:
        return False
    other = new_salt()
    return other != done.salt and _accepts(workload, params, done.results, other)


def _accepts(workload: Workload[Any], params: Any, results: list[Any], salt: int = 0) -> bool:
    try:
        return wrong_with(workload, results, params, salt) is None
    except Exception:  # noqa: BLE001  (a judge that cannot even look at nonsense does not accept it)
        return False
