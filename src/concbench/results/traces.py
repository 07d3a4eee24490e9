"""The traces of a header: who ran when, for a few tasks of each contender.

A header need not have any: files of older versions do not. What they hold is told in docs/FORMAT.md.
"""

from concbench.results.headers import TRACES
from concbench.results.schema import Record


def traces_of(header: Record) -> dict[str, list[Record]]:
    """Return the header's traces by workload, each list in the header's order; {} where it has none.

    Raises ValueError, naming the place, for what are no traces.
    """
    traces = header.get("traces", [])
    complaint = TRACES(traces)
    if complaint is not None:
        raise ValueError(f"header: traces{complaint}")
    by_workload: dict[str, list[Record]] = {}
    for trace in traces:
        by_workload.setdefault(trace["workload"], []).append(trace)
    return by_workload
