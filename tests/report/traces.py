"""Traces to test with: made-up ones, and a strategy for any."""

from typing import Any

from hypothesis import strategies as st
from msgspec import to_builtins

from concbench.results.header import HeaderLane, HeaderTrace
from concbench.results.lines import converted


def lane(task: int, *stretches: tuple[int, int], resumes: int | None = None) -> HeaderLane:
    """Return the lane of a task that ran in these stretches (ns)."""
    running = [list(stretch) for stretch in stretches]
    often = len(running) - 1 if resumes is None else resumes
    about = {"start_ns": running[0][0], "end_ns": running[-1][1], "running": running}
    return converted({"task": task, "resumes": often, **about}, HeaderLane)


def trace(contender: str, span_ns: int, *lanes: HeaderLane, **changes: Any) -> HeaderTrace:
    """Return a trace of ``timers`` with these lanes."""
    about = {"contender": contender, "workload": "timers", "params": {"tasks": len(lanes), "delay": 0.02}}
    told = {**about, "span_ns": span_ns, "lanes": to_builtins(lanes), **changes}
    return converted(told, HeaderTrace)


def no_trace(contender: str, outcome: str = "crashed", reason: str = "it fell over") -> HeaderTrace:
    """Return the entry of a contender that has no lanes."""
    about = {"contender": contender, "workload": "timers", "params": {"tasks": 2, "delay": 0.02}}
    return converted({**about, "outcome": outcome, "reason": reason}, HeaderTrace)


BUSY = trace("polling", 1000, lane(0, (0, 500), resumes=24_813), lane(1, (0, 1000), resumes=7))
IDLE = trace("asyncio", 1200, lane(0, (10, 20), (500, 510)), lane(1, (20, 30), (990, 1190)))
FAST = trace("generator", 50, lane(0, (0, 10), (20, 30)), lane(1, (10, 20), (30, 50)))


@st.composite
def lanes(draw: st.DrawFn, task: int = 0) -> HeaderLane:
    """Draw a lane."""
    times = sorted(draw(st.lists(st.integers(0, 10**9), min_size=2, max_size=12)))
    pairs = list(zip(times[::2], times[1::2], strict=False))
    return lane(task, *pairs, resumes=draw(st.integers(0, 10**6)))
