"""The traces of a header: who ran when, for a few tasks of each contender.

A header need not have any. What they hold is told in docs/FORMAT.md, and checked with the rest of the header
(``headers``).
"""

from concbench.results.schema import Record


def traces_of(header: Record) -> dict[str, list[Record]]:
    """Return the header's traces by workload, each list in the header's order; {} where it has none."""
    by_workload: dict[str, list[Record]] = {}
    for trace in header.get("traces", ()):
        by_workload.setdefault(trace["workload"], []).append(trace)
    return by_workload
