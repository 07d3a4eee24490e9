"""A history: figures over commits, the level between step changes, and where each step may lie."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from concbench.analysis.history import HistorySeries
from concbench.analysis.units import UNITLESS, scaled
from concbench.report.charts.ends import CurveEnd, end_name, name_ends
from concbench.report.charts.hover import tell
from concbench.report.charts.palette import INK, look_of
from concbench.report.charts.style import (
    chart,
    even_axis,
    fitting,
    unit_axis,
)
from concbench.report.charts.svg import svg_of
from concbench.results.histories import Commit, by_date

MOST_MARKS = 4
"""Commits that are named on the axis."""

OPEN = 0.12
"""How dark a band is where a step may lie."""


def history_chart(traces: Sequence[HistorySeries], name: str) -> str:
    """Return the figures of traces of one benchmark and load over their commits, as an SVG.

    Commits stand evenly apart, in the order of their dates. A thin line joins the figures, thick ones are the
    medians between steps; a triangle on the edge points at each step, and a band shows where it may lie.
    """
    commits = sorted({commit for trace in traces for commit in trace.commits}, key=by_date)
    place = {commit: number for number, commit in enumerate(commits)}
    with chart(260) as (figure, axes):
        _value_axis(axes, traces)
        ends = [_draw(axes, trace, [place[commit] for commit in trace.commits]) for trace in traces]
        steps = {place[trace.commits[change.at]] for trace in traces for change in trace.changes}
        _commit_axis(axes, commits, sorted(steps))
        axes.set_title(f"{fitting(traces[0].benchmark)}\n{fitting(traces[0].spelled_load)}".rstrip())
        name_ends(figure, axes, ends)
        return svg_of(figure, name, f"{traces[0].name} over {len(commits)} commits")


def _value_axis(axes: Axes, traces: Sequence[HistorySeries]) -> None:
    values = [value for trace in traces for value in trace.values]
    if traces[0].units is not UNITLESS:
        (unit_axis if min(values) > 0 else even_axis)(axes, "y", traces[0].units, values)
    axes.set_ylabel(fitting(traces[0].unit, 30))


def _draw(axes: Axes, trace: HistorySeries, places: Sequence[int]) -> CurveEnd:
    """Draw a trace, and return its name and where its last level ends."""
    look = look_of(trace.place)
    line = axes.plot(places, trace.values, **look.style, linewidth=0.8, alpha=0.7, markersize=3.5)
    tell(
        line,
        [_told(trace, *one) for one in zip(trace.commits, trace.values, strict=True)],
        trace.model or trace.benchmark,
    )
    edges = [0, *(change.at for change in trace.changes), len(places)]
    levels = [trace.start, *(change.level for change in trace.changes)]
    for start, stop, level in zip(edges, edges[1:], levels, strict=False):
        axes.plot([places[start], places[stop - 1]], [level, level], color=look.colour, linewidth=2.4)
    for change in trace.changes:
        axes.axvspan(places[change.first] - 0.5, places[change.last] + 0.5, color=look.colour, alpha=OPEN,
                     linewidth=0)  # fmt: skip
        axes.plot([places[change.at] - 0.5], [1.0], marker="v", color=look.colour, markersize=8,
                  transform=axes.get_xaxis_transform(), clip_on=False)  # fmt: skip
    return CurveEnd(end_name(trace.model or trace.benchmark), look, (places[-1], levels[-1]))


def _told(trace: HistorySeries, commit: Commit, value: float) -> str:
    spelled = scaled(value, trace.units).strip()
    return f"{commit.short} of {commit.date:%Y-%m-%d}: {spelled}"


def _commit_axis(axes: Axes, commits: Sequence[Commit], steps: Sequence[int]) -> None:
    """Name the ends, and the commits of steps as far as there is room."""
    last = len(commits) - 1
    room = max(1.0, (last + 1) / MOST_MARKS)
    kept = sorted({0, last})
    for step in steps:
        if min(abs(step - other) for other in kept) >= room:
            kept.append(step)
    axes.set_xlim(-0.7, last + 0.7)
    axes.xaxis.set_major_locator(FixedLocator([float(place) for place in sorted(kept)]))
    axes.xaxis.set_minor_locator(NullLocator())
    names = [f"{commit.short}\n{commit.date:%Y-%m-%d}" for commit in commits]
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _place: names[round(at)]))
    axes.set_xlabel("commit")
    axes.tick_params(axis="x", color=INK)
