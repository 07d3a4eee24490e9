"""What a workload records of a run besides the times, held to what a run file can keep."""

from collections.abc import Sequence
from typing import Any

from concbench.measure.kinds import text
from concbench.measure.salting import Unusable
from concbench.words import a_kind
from concbench.workloads.base import Workload

LARGEST = (1 << 63) - 1


def record(value: object) -> str | None:
    """Check for a figure of a workload's own: what it should have been, or None where it is that."""
    if type(value) is str:
        return text(value)
    listed = type(value) is list and all(map(_is_number, value))
    if listed or value is None or type(value) is bool or _is_number(value):
        return None
    return "a finite number below 2⁶³, text, None or a list of such numbers"


def records_of(workload: Workload[Any], results: Sequence[Any], params: Any) -> dict[str, Any]:
    """Return the workload's own figures of a run.

    Raises Unusable where they cannot be had, and TypeError, as a sentence, unless they are names with
    numbers, text, None or lists of numbers.
    """
    try:
        made = workload.records(results, params)
    except MemoryError:
        raise
    except Exception as error:
        raise Unusable(f"records of {workload.name}") from error
    if type(made) is not dict:
        raise TypeError(f"records of {workload.name} must return a dict, not {a_kind(type(made))}")
    for name, value in made.items():
        wrong = text(name)
        if wrong is not None:
            raise TypeError(f"records of {workload.name}: a name is {a_kind(type(name))}, not {wrong}")
        wanted = record(value)
        if wanted is not None:
            raise TypeError(
                f"records of {workload.name}: {name!a} must be {wanted}, not what it is,"
                f" {a_kind(type(value))}"
            )
    return made


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and -LARGEST <= value <= LARGEST  # type: ignore[operator]
