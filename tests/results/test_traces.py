"""Traces of a header: by workload, and what is none is named."""

import copy
from typing import Any

import pytest

from concbench.results.schema import complaint_about
from concbench.results.traces import traces_of

from .examples import example

LANE = {"task": 0, "resumes": 1, "start_ns": 10, "end_ns": 90, "running": [[10, 20], [80, 90]]}
SEEN = {"contender": "asyncio", "workload": "timers", "params": {"tasks": 1}, "span_ns": 100, "lanes": [LANE]}
UNSEEN = {"contender": "threads", "workload": "timers", "params": {}, "outcome": "crashed", "reason": "why"}


def test_traces_come_by_workload_in_the_headers_order() -> None:
    switch = {**SEEN, "workload": "switch"}
    header = example("header", traces=[SEEN, switch, UNSEEN])
    assert complaint_about(header) is None
    assert traces_of(header) == {"timers": [SEEN, UNSEEN], "switch": [switch]}


def test_a_header_without_traces_has_none() -> None:
    assert traces_of(example("header")) == {}


def with_lane(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SEEN), "lanes": [{**LANE, **changes}]}


@pytest.mark.parametrize(
    ("traces", "complaint"),
    [
        ({}, "header: traces is {}, not a list"),
        ([3], "header: traces[0] is 3, not an object"),
        ([SEEN, {**SEEN, "params": None}], "header: traces[1].params is None, not an object"),
        ([{**SEEN, "span_ns": -1}], "header: traces[0].span_ns is -1, not an integer of 1 or more"),
        ([{**UNSEEN, "reason": None}], "header: traces[0].reason is None, not a string"),
        ([with_lane(resumes=1.5)], "header: traces[0].lanes[0].resumes is 1.5, not"),
        ([with_lane(running=[])], "header: traces[0].lanes[0].running is empty"),
        ([with_lane(running=[[1]])], "header: traces[0].lanes[0].running[0] is [1], not a start and an end"),
        ([with_lane(running=[[1, 2], [4, 3]])], "running[1] is [4, 3], not a start and an end"),
        ([with_lane(running=[["1", "2"]])], "running[0][0] is '1', not an integer of 0 or more"),
    ],
)
def test_what_is_no_trace_is_named_with_its_place(traces: Any, complaint: str) -> None:
    found = complaint_about(example("header", traces=traces))
    assert found is not None
    assert found.startswith("header: traces")
    assert complaint in found
