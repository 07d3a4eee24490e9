"""The traces of a header: who ran when, for a few tasks of each contender.

A header need not have any: files of older versions do not. What they hold is told in docs/FORMAT.md.
"""

from typing import Any

from concbench.results import kinds
from concbench.results.kinds import Kind, count, list_of, object_of, text
from concbench.results.schema import Record

_pair = list_of(count)


def _stretch(value: Any) -> str | None:
    complaint = _pair(value)
    if complaint is None and not (len(value) == 2 and value[0] <= value[1]):
        return f" is {value[:3]}, not a start and an end"
    return complaint


def _running(value: Any) -> str | None:
    complaint = list_of(_stretch)(value)
    if complaint is None and not value:
        return " is empty"
    return complaint


_ABOUT = object_of({"contender": text, "workload": text, "params": kinds.mapping})
_LANE = object_of({"task": count, "resumes": count, "start_ns": count, "end_ns": count, "running": _running})
_SEEN = object_of({"span_ns": count, "lanes": list_of(_LANE)})
_UNSEEN = object_of({"outcome": text, "reason": text})


def _trace(value: Any) -> str | None:
    complaint = _ABOUT(value)
    if complaint is None and {"outcome", "lanes"} <= value.keys():
        return " has both lanes and an outcome"
    return complaint or (_UNSEEN(value) if "outcome" in value else _SEEN(value))


_TRACES: Kind = list_of(_trace)


def traces_of(header: Record) -> dict[str, list[Record]]:
    """Return the header's traces by workload, each list in the header's order; {} where it has none.

    Raises ValueError, naming the place, for what are no traces.
    """
    traces = header.get("traces", [])
    complaint = _TRACES(traces)
    if complaint is not None:
        raise ValueError(f"header: traces{complaint}")
    by_workload: dict[str, list[Record]] = {}
    for trace in traces:
        by_workload.setdefault(trace["workload"], []).append(trace)
    return by_workload
