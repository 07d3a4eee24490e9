"""What a workload records of a run besides the times, held to what a run file can keep."""

from collections.abc import Sequence
from typing import Any

from concbench.measure.salting import asked
from concbench.validators import is_bounded, unlike, writable
from concbench.words import a_kind
from concbench.workloads.base import Workload


def record(value: object) -> str | None:
    """Take a figure of a workload's own, as a validator (:mod:`concbench.validators`) does."""
    if type(value) is str:
        return writable(value)
    listed = type(value) is list and all(map(is_bounded, value))
    if listed or value is None or type(value) is bool or is_bounded(value):
        return None
    return unlike(value, "a finite number below 2⁶³, text, None or a list of such numbers")


def records_of(workload: Workload[Any], results: Sequence[Any], params: Any) -> dict[str, Any]:
    """Return the workload's own figures of a run.

    Raises Unusable where they cannot be had, and TypeError, as a sentence, unless they are names with
    numbers, text, None or lists of numbers.
    """
    made: dict[str, Any] = asked(f"records of {workload.name}", workload.records, results, params)
    if type(made) is not dict:
        raise TypeError(f"records of {workload.name} must return a dict, not {a_kind(type(made))}")
    for name, value in made.items():
        if (wrong := writable(name)) is not None:
            raise TypeError(f"records of {workload.name}: a name{wrong}")
        if (wrong := record(value)) is not None:
            raise TypeError(f"records of {workload.name}: {name!a}{wrong}")
    return made
