"""The tutorial's examples at its own sizes, with the figures it printed."""

from dataclasses import dataclass

SOURCE = "“Asyncronous in depth”, its figures as it prints them: time.time(), its own machine"

TASKS = 100

PAUSE = 0.3
"""Seconds between two looks at the task that is stepped by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One example of the tutorial through one model; ``workload`` is empty where a task is stepped by hand.

    ``delay`` and ``quoted_s`` are seconds at the tutorial's own size; ``quoted_ticks_s`` is what it printed.
    """

    title: str
    model: str
    workload: str
    delay: float
    quoted_s: float | None = None
    quoted_ticks_s: tuple[float, ...] = ()


LOADING = (
    4.673004150390625e-05,
    0.30051279067993164,
    0.6011500358581543,
    0.9021131992340088,
    1.2028493881225586,
    1.5038261413574219,
    1.8044207096099854,
)
"""The tutorial's seven lines."""

SEEDS = (
    Replay(title="Example 1, class polling", model="polling", workload="timers", delay=3.0,
           quoted_s=3.000004291534424),
    Replay(title="Example 2, generators", model="generator", workload="timers", delay=3.0,
           quoted_s=3.0000505447387695),
    Replay(title="Example 2, one generator stepped by hand", model="generator", workload="", delay=2.0,
           quoted_ticks_s=LOADING),
    Replay(title="Example 3, generators that call generators", model="yield-from", workload="tutorial",
           delay=2.0, quoted_s=2.000169038772583),
)  # fmt: skip
OTHERS = ("asyncio", "threads")
REPLAYS = SEEDS + tuple(
    Replay(title=f"The same through {model}", model=model, workload=workload, delay=delay)
    for model in OTHERS
    for workload, delay in (("timers", 3.0), ("", 2.0), ("tutorial", 2.0))
)
