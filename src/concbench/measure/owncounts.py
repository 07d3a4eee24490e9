"""How many units of its own a workload says that a run had: what costs are divided by has to be a count."""

from collections.abc import Mapping
from typing import Any

from concbench.measure.salting import asked
from concbench.words import shown
from concbench.workloads.base import Workload

MOST = 2**62


def own_counts(workload: Workload[Any], params: Any, ledger: Any) -> dict[str, int]:
    """Return what ``counts`` of a workload tells of a run; raises TypeError where that is none.

    Workloads of an older checkout have none. Raises Unusable where it raises. Tasks and suspensions are what
    the witness saw: nobody else counts them.
    """
    counts = getattr(workload, "counts", None)
    if counts is None:
        return {}
    return _checked(workload, asked(f"counts of {workload.name}", counts, params, ledger))


def _checked(workload: Workload[Any], told: object) -> dict[str, int]:
    """Return what was told; raises TypeError where that is no count."""
    from concbench.metrics import UNITS  # noqa: PLC0415  (few workloads count, and workers start sooner)

    where = f"counts of {workload.name}"
    if not isinstance(told, Mapping):
        raise TypeError(f"{where} must return a dict of whole numbers by unit, not {shown(told)}")
    own = [unit for unit in UNITS if unit not in ("task", "suspension")]
    for unit, count in told.items():
        if unit not in own:
            raise TypeError(f"{where} tells of {shown(unit)}; it may count {', '.join(own)}")
        if type(count) is not int or not 0 <= count <= MOST:
            raise TypeError(f"{where} must be whole numbers, and that of {unit} is {shown(count)}")
    if workload.unit in own and not told.get(workload.unit):
        raise TypeError(f"{where} has no {workload.unit}, which is what cost is counted per")
    return dict(told)
