"""What a workload records of a run besides the times, held to what a run file can keep."""

from collections.abc import Mapping, Sequence
from typing import Any

from concbench.measure.salting import asked
from concbench.validators import (
    LATE,
    Validator,
    count,
    each_value,
    is_bounded,
    list_of,
    object_of,
    unlike,
    writable,
)
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


def _number(value: object) -> str | None:
    return None if is_bounded(value) else unlike(value, "a number")


KNOWN: Mapping[str, Validator] = {
    **dict.fromkeys(LATE, _number),
    "lateness_ns": list_of(_number),
    "early": count,
}
"""What figures are that reports know by their names: a workload's own have to be that, or other names."""

_any, _known = each_value(record, key=writable), object_of({}, KNOWN)


def records(value: object) -> str | None:
    """Take all figures of a workload's own, by name, as a validator does."""
    return _any(value) or _known(value)


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
    if (wrong := _known(made)) is not None:
        raise TypeError(f"records of {workload.name}: {wrong.removeprefix('.')}")
    return made
