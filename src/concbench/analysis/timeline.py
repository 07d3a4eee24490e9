"""Traces as lines of text: a teacher sees in the terminal who runs when."""

from collections.abc import Sequence
from typing import Final

from concbench.analysis.units import TIME_UNITS, scaled
from concbench.analysis.wording import params_words
from concbench.results.header import HeaderLane, HeaderTrace
from concbench.words import grouped

COLUMNS: Final = 52
RUNS: Final = "█"
SUSPENDED: Final = "·"
AWAY: Final = " "

ALIKE = 3
"""Runs of which the longest takes at most this many times as long as the shortest share a time axis."""


def seen(traces: Sequence[HeaderTrace]) -> list[HeaderTrace]:
    """Return the traces that have lanes, not the reason why there are none."""
    return [trace for trace in traces if trace.outcome is None]


def shared_span(traces: Sequence[HeaderTrace]) -> int | None:
    """Return the span (ns) of an axis for all traces, or None where each is better shown on its own.

    Where tasks sleep, the same time is the same place. Where they only take turns, watching takes most of
    the time, the order is all there is to see, and the slowest model would press the others to the edge.
    """
    spans: list[int] = [trace.span_ns for trace in seen(traces)]
    if not spans or max(spans) > ALIKE * min(spans):
        return None
    return max(spans)


def elsewhere(trace: HeaderTrace) -> str:
    """Return a note for a trace with times at which nobody ran for want of a CPU, or without any such."""
    if trace.clock == "cpu":
        return " (by its CPU time)"
    often = "once" if trace.preempted == 1 else f"{grouped(trace.preempted)} times"
    return f" (the machine was elsewhere {often})" if trace.preempted else ""


def resumed(lane: HeaderLane) -> str:
    """Return how often a task was resumed, in words: ``resumed 24 813 ×``."""
    number = f"{lane.resumes:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"resumed {number} ×"


def params_in_words(trace: HeaderTrace) -> str:
    """Return a trace's parameters: ``tasks 4, delay 0.02 s``."""
    return params_words(trace.workload, trace.params)


def strip_of(lane: HeaderLane, span: int, columns: int = COLUMNS) -> str:
    """Return a lane as ``columns`` characters, which together stand for ``span`` ns.

    A character says that the task ran at any time in its part, was suspended, or was not there.
    """
    strip = [AWAY] * columns
    _fill(strip, SUSPENDED, lane.start_ns, lane.end_ns, span)
    for start, end in lane.running:
        _fill(strip, RUNS, start, end, span)
    return "".join(strip)


def _fill(strip: list[str], sign: str, start: int, end: int, span: int) -> None:
    columns = len(strip)
    first = columns * start // max(1, span)
    last = max(first + 1, -(-columns * end // max(1, span)))
    for column in range(min(first, columns - 1), min(last, columns)):
        strip[column] = sign


def lines_of(traces: Sequence[HeaderTrace], columns: int = COLUMNS) -> list[str]:
    """Return the traces of one workload as lines of text, a paragraph for each contender that has lanes."""
    shared = shared_span(traces)
    axis = "one time axis for all" if shared else "a time axis for each model"
    lines = [
        f"{traces[0].workload} ({params_in_words(traces[0])})",
        f"{RUNS} runs  {SUSPENDED} suspended, or ready and not let run; {axis};"
        " watching takes time, so this is no timing",
    ]
    for trace in seen(traces):
        span, width = shared or trace.span_ns, len(str(len(trace.lanes) - 1))
        whole = f"{scaled(trace.span_ns, TIME_UNITS)} in all{elsewhere(trace)}"
        lines += ["", f"{trace.contender:{columns + width + 8}} {whole}"]
        lines += [
            f"  task {lane.task:{width}} {strip_of(lane, span, columns)} {resumed(lane)}"
            for lane in trace.lanes
        ]
    return lines
