"""What a workload records of a run besides the times, held to what a run file can keep."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from concbench.workloads.base import Workload

LARGEST_INT = (1 << 63) - 1


def records_of(workload: Workload[Any], results: Sequence[Any], params: Any) -> dict[str, Any]:
    """Return the workload's own figures of a run.

    Raises TypeError, as a sentence, unless they are names with numbers, text, None or lists of numbers.
    """
    made = workload.records(results, params)
    if type(made) is not dict:
        raise TypeError(f"records of {workload.name} must return a dict, not a {type(made).__name__}")
    for name, value in made.items():
        if type(name) is not str:
            raise TypeError(f"records of {workload.name}: a name is a {type(name).__name__}, not text")
        listed = all(map(_is_number, value)) if type(value) is list else False
        if not (listed or value is None or type(value) in (str, bool) or _is_number(value)):
            raise TypeError(
                f"records of {workload.name}: {name!a} must be a finite number below 2⁶³, text, None or a"
                f" list of such numbers, not what it is, a {type(value).__name__}"
            )
    return made


def _is_number(value: object) -> bool:
    if type(value) is int:
        return abs(value) <= LARGEST_INT
    return type(value) is float and isfinite(value)
