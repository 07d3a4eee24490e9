"""Lanes: who runs when under each model, a panel for each contender and a lane for each of its tasks."""

import textwrap
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from concbench.analysis.timeline import elsewhere, params_in_words, resumed, seen, shared_span
from concbench.analysis.units import TIME_UNITS, scaled
from concbench.report.charts.hover import tell
from concbench.report.charts.palette import INK, MUTED, Look, looks_of
from concbench.report.charts.style import drawing, fitting, new_figure, spelled_mark
from concbench.report.charts.svg import svg_of
from concbench.results.header import HeaderLane, HeaderTrace
from concbench.words import grouped, plain_text

LANE, TITLE, AXIS, FOOT, LINE = 15, 27, 15, 44, 13
"""Heights in px: a lane, a panel's title, the marks of an axis, head and foot of it all, a line of these."""

LETTERS = 64
"""Letters of a reason that fit in a line."""


def lanes_svg(
    traces: Sequence[HeaderTrace], looks: Mapping[str, Look] | None = None, *, name: str = "lanes"
) -> str:
    """Return the traces of one workload as an ``<svg>`` element for a page.

    ``looks``: how each contender (by id) is drawn elsewhere on the page; without it they get colours in
    their order. ``name`` makes the ids of the element unique on the page. A bar says that the task ran, a
    line that it was suspended; a contender without lanes has the reason in their place. Raises ValueError
    where there are no traces.
    """
    if not traces:
        raise ValueError("there are no traces to draw")
    if looks is None:
        looks = looks_of(trace.contender for trace in traces)
    about = f"{traces[0].workload} ({params_in_words(traces[0])})"
    with drawing():
        return svg_of(_figure(traces, looks, about), name, _said(traces, about))


def _said(traces: Sequence[HeaderTrace], about: str) -> str:
    told = [
        f"{plain_text(trace.contender)}: {', '.join(resumed(lane) for lane in trace.lanes)}"
        for trace in seen(traces)
    ]
    return f"Who runs when, {plain_text(about)}. Tasks of {'; of '.join(told) or 'no contender'}."


def _figure(traces: Sequence[HeaderTrace], looks: Mapping[str, Look], about: str) -> Figure:
    shared = shared_span(traces)
    marked = seen(traces)[-1:] if shared else seen(traces)
    rows = [len(trace.lanes) if trace.outcome is None else len(_reason(trace)) for trace in traces]
    foot = FOOT if shared else FOOT + LINE
    figure = new_figure(LANE * sum(rows) + TITLE * len(rows) + AXIS * len(marked) + foot)
    figure.suptitle(fitting(about), x=0.01, ha="left", size=11.5)
    panels = figure.subplots(len(traces), 1, squeeze=False, height_ratios=rows)[:, 0]
    for axes, trace in zip(panels, traces, strict=True):
        axes.set_title(fitting(f"{trace.contender}{elsewhere(trace)}"), weight="bold")
        if trace.outcome is None:
            _draw_lanes(axes, trace, looks[trace.contender].colour, shared or trace.span_ns)
        else:
            axes.set_axis_off()
            words = "\n".join(_reason(trace))
            axes.text(0, 1, words, transform=axes.transAxes, va="top", size=10.5, color=MUTED)
    for axes, trace in zip(panels, traces, strict=True):
        axes.tick_params(axis="x", labelbottom=trace in marked)
    axis = "" if shared else "\neach panel has a time axis of its own"
    figure.supxlabel(f"bar: runs, line: suspended or ready; watching takes time: no timing{axis}", size=10.5,
                     color=MUTED, x=0.01, ha="left")  # fmt: skip
    return figure


def _draw_lanes(axes: Axes, trace: HeaderTrace, colour: str, span: int) -> None:
    lanes = trace.lanes
    for row, lane in enumerate(lanes):
        axes.hlines(row, lane.start_ns, lane.end_ns, color=MUTED, linewidth=1.2, zorder=2)
        bars = [(start, end - start) for start, end in lane.running]
        axes.broken_barh(bars, (row - 0.34, 0.68), facecolors=colour, edgecolors=colour, linewidth=1.2,
                         zorder=3)  # fmt: skip
        over = Rectangle(
            (lane.start_ns, row - 0.45), lane.end_ns - lane.start_ns, 0.9, color=MUTED, alpha=0, zorder=4
        )
        tell([axes.add_patch(over)], [_told(lane)], f"{trace.contender}, task {lane.task}")
        axes.annotate(resumed(lane), (1, row), xycoords=("axes fraction", "data"), xytext=(6, 0),
                      textcoords="offset points", va="center_baseline", size=10.5, color=INK)  # fmt: skip
    axes.set_yticks(range(len(lanes)), [f"task {lane.task}" for lane in lanes])
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.set_xlim(0, max(1, span))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: spelled_mark(value, TIME_UNITS)))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _told(lane: HeaderLane) -> str:
    """Return what is said of a lane on demand."""
    ran, there = sum(end - start for start, end in lane.running), lane.end_ns - lane.start_ns
    often = len(lane.running)
    bars = "1 bar" if often == 1 else f"{grouped(often)} bars"
    share = f", {ran / there:.0%} of the time between" if there else ""
    start, end = (scaled(moment, TIME_UNITS) for moment in (lane.start_ns, lane.end_ns))
    return f"from {start} to {end}: {bars}{share}, {resumed(lane)}"


def _reason(trace: HeaderTrace) -> list[str]:
    """Return why there are no lanes, as lines that fit, three at most."""
    words = plain_text(f"{trace.outcome}: {trace.reason}")
    return textwrap.wrap(words, LETTERS, max_lines=3, placeholder=" …")
