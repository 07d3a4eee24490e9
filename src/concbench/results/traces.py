"""The traces of a header: who ran when, for a few tasks of each contender.

A header need not have any. What they hold is told in docs/FORMAT.md.
"""

from concbench.results.header import Header, HeaderTrace


def traces_of(header: Header) -> dict[str, list[HeaderTrace]]:
    """Return the header's traces by workload, each list in the header's order; {} where it has none."""
    by_workload: dict[str, list[HeaderTrace]] = {}
    for trace in header.traces:
        by_workload.setdefault(trace.workload, []).append(trace)
    return by_workload
