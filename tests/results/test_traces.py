"""Traces of a header: by workload, and what is none is named."""

import copy
import re
from typing import Any

import pytest

from concbench.results.consistency import header_of
from concbench.results.header import HeaderTrace
from concbench.results.lines import converted

from .examples import example, made_header

LANE = {"task": 0, "resumes": 1, "start_ns": 10, "end_ns": 90, "running": [[10, 20], [80, 90]]}
SEEN = {"contender": "asyncio", "workload": "timers", "params": {"tasks": 1}, "span_ns": 100, "lanes": [LANE]}
UNSEEN = {"contender": "threads", "workload": "timers", "params": {}, "outcome": "crashed", "reason": "why"}


def test_traces_come_by_workload_in_the_headers_order() -> None:
    switch = {**SEEN, "workload": "switch"}
    header = made_header(traces=[SEEN, switch, UNSEEN])
    read = [converted(one, HeaderTrace) for one in (SEEN, UNSEEN, switch)]
    assert header.traces_by_workload == {"timers": read[:2], "switch": read[2:]}


def test_a_header_without_traces_has_none() -> None:
    assert made_header().traces_by_workload == {}


def with_lane(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SEEN), "lanes": [{**LANE, **changes}]}


@pytest.mark.parametrize(
    ("traces", "complaint"),
    [
        ({}, "Expected `array`, got `object` - at `$.traces`"),
        ([3], "Expected `object`, got `int` - at `$.traces[0]`"),
        ([SEEN, {**SEEN, "params": None}], "- at `$.traces[1].params`"),
        ([{**SEEN, "span_ns": -1}], "Expected `int` >= 0 - at `$.traces[0].span_ns` (but -1)"),
        ([{**UNSEEN, "reason": None}], "an outcome without a reason - at `$.traces[0]`"),
        ([with_lane(resumes=1.5)], "`$.traces[0].lanes[0].resumes` (but 1.5)"),
        ([with_lane(running=[])], "`$.traces[0].lanes[0].running`"),
        ([with_lane(running=[[1]])], "of length 2, got 1 - at `$.traces[0].lanes[0].running[0]`"),
        ([with_lane(running=[[1, 2], [4, 3]])], "running has [4, 3], not a start and an end"),
        ([with_lane(running=[["1", "2"]])], "`$.traces[0].lanes[0].running[0][0]`"),
    ],
)
def test_what_is_no_trace_is_named_with_its_place(traces: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^header: .*{re.escape(complaint)}"):
        header_of(example("header", traces=traces))
