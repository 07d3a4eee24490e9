"""The ratios of a comparison with their intervals, one row a cell, against the margin."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from concbench.analysis.comparison import Line
from concbench.metrics import METRICS, Better
from concbench.report.charts.hover import tell
from concbench.report.charts.palette import INK, MUTED, SURFACE, Look
from concbench.report.charts.style import chart, fitting, times_marks
from concbench.report.charts.svg import svg_of

ROW = 21.0
"""Height of a row, px."""

ROOM, LEGEND = 80.0, 22.0
"""Height of all that is no row, px: title and axis; the legend, where there is one."""

MARKERS = {"slower": ">", "faster": "<", "same": "s", "unsure": "o"}
"""A verdict is seen by the shape of its marker, too: pointing away from 1, closed, or open."""

BETTER_SIDE: Mapping[Better, str] = {"less": "left", "more": "right"}

COUNT: dict[str, Any] = {"color": INK, "marker": "|", "markersize": 5, "markeredgewidth": 1.4, "linewidth": 0}
BELOW = 0.34
"""How instructions are marked, and how far below the time, rows."""

BAND = 0.12
WIDEST = (0.5, 2.0)
"""Intervals are cut off here: what lies beyond is beyond doubt, or beyond use."""


def ratio_chart(
    lines: Sequence[Line],
    looks: Mapping[str, Look],
    name: str,
    title: str,
    counts: Mapping[str, float] = MappingProxyType({}),
) -> str:
    """Return the ratios of some cells, one metric of one workload, as an SVG.

    ``lines`` are ratios with intervals, at least one; ``looks`` are by model. The band is the margin.
    ``counts`` are ratios of instructions by cell, for a second mark. ``title`` may be of several lines.
    """
    counted = {line.cell: counts[line.cell] for line in lines if line.cell in counts}
    with chart(ROOM + ROW * len(lines) + (LEGEND if counted else 0)) as (figure, axes):
        axes.axvspan(1 / (1 + lines[0].margin), 1 + lines[0].margin, color=MUTED, alpha=BAND, linewidth=0)
        axes.axvline(1.0, color=INK, linewidth=0.8)
        for row, line in enumerate(lines):
            _draw(axes, row, line, looks[line.model])
            if line.cell in counted:
                axes.plot([counted[line.cell]], [row + BELOW], **COUNT)
        axes.set_yticks(range(len(lines)), [fitting(line.model, 24) for line in lines])
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.set_xlim(*ends_of(lines, list(counted.values())))
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        times_marks(axes.xaxis)
        axes.set_xlabel(f"head / base ({BETTER_SIDE[METRICS[lines[0].metric].better]} is better)")
        parts = title.split("\n")
        figure.suptitle("\n".join(map(fitting, parts)), x=0.01, ha="left", fontsize=12.5)
        _legend(figure, counted=bool(counted))
        return svg_of(figure, name, f"{', '.join(parts)}: ratios of head to base of {len(lines)} cells")


def ends_of(lines: Sequence[Line], counts: Sequence[float] = ()) -> tuple[float, float]:
    """Return the ends of the axis: estimates, counts and the margin fit in, and intervals up to a limit."""
    margin = lines[0].margin
    lows = [max(line.low or 1.0, WIDEST[0]) for line in lines]
    highs = [min(line.high or 1.0, WIDEST[1]) for line in lines]
    middles = [*(line.middle or 1.0 for line in lines), *counts]
    low, high = min(*lows, *middles, 1 - 1.5 * margin), max(*highs, *middles, 1 + 1.5 * margin)
    room = 0.04 * (high - low)
    return low - room, high + room


def _draw(axes: Axes, row: int, line: Line, look: Look) -> None:
    axes.plot([line.low or 0.0, line.high or WIDEST[1]], [row, row], color=look.colour, linewidth=2.2)
    filling = SURFACE if line.verdict == "unsure" else look.colour
    middle = line.middle or 1.0
    marker = MARKERS.get(line.verdict, MARKERS["slower" if middle > 1 else "faster"])
    mark = axes.plot([middle], [row], marker=marker, color=look.colour, markerfacecolor=filling, markersize=7,
                     linewidth=0)  # fmt: skip
    verdict = METRICS[line.metric].verdict(line.verdict)
    axes.annotate(verdict, (1, row), xycoords=("axes fraction", "data"), xytext=(6, 0),
                  textcoords="offset points", va="center_baseline", size=10.5, color=INK)  # fmt: skip
    ends = "–".join("?" if end is None else f"{end:.3g}" for end in (line.low, line.high))
    tell(mark, [f"{line.cell}: {line.verdict}, ×{middle:.3g} [{ends}] of {line.pairs} pairs"])


def _legend(figure: Figure, *, counted: bool) -> None:
    """Say what the second mark is, where there is one."""
    if not counted:
        return
    figure.legend(handles=[Line2D([], [], label="instructions", **COUNT)], loc="outside lower left",
                  handletextpad=0.2, borderaxespad=0.2)  # fmt: skip
