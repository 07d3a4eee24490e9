"""How often more work is found, by how much more it is: one line for each model, with intervals."""

from collections.abc import Mapping, Sequence

from matplotlib.ticker import FixedLocator, FuncFormatter

from concbench.analysis.rates import Power
from concbench.report.charts.ends import CurveEnd, end_name, name_ends
from concbench.report.charts.hover import tell
from concbench.report.charts.palette import Look
from concbench.report.charts.style import chart, times_marks
from concbench.report.charts.svg import svg_of

APART = 0.012
"""How far the models' marks stand from each other, as a share of the axis."""


def _told(power: Power) -> str:
    found = power.found
    share = f"{found.share:.0%} [{found.low:.0%}–{found.high:.0%}]"
    return f"{power.model}, ×{power.factor:g}: found in {share} of {power.cells} cells"


def power_chart(powers: Sequence[Power], looks: Mapping[str, Look], name: str) -> str:
    """Return the chart, as an SVG; ``powers`` has one at least, ``looks`` are by model."""
    models = list(dict.fromkeys(power.model for power in powers))
    factors = sorted({power.factor for power in powers})
    width = max(factors[-1] - factors[0], 0.01)
    ends = []
    with chart(280) as (figure, axes):
        for place, model in enumerate(models):
            mine = sorted((one for one in powers if one.model == model), key=lambda one: one.factor)
            shift = APART * width * (place - (len(models) - 1) / 2)
            at = [one.factor + shift for one in mine]
            look = looks[model]
            axes.vlines(at, [100 * one.found.low for one in mine], [100 * one.found.high for one in mine],
                        color=look.colour)  # fmt: skip
            shares = [100 * one.found.share for one in mine]
            line = axes.plot(at, shares, **look.style, linewidth=1.0)
            tell(line, [_told(one) for one in mine])
            ends.append(CurveEnd(end_name(model), look, (at[-1], shares[-1])))
        axes.set_ylim(-3, 103)
        axes.xaxis.set_major_locator(FixedLocator(factors))
        times_marks(axes.xaxis)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g} %"))
        axes.set_xlabel("work of head, of base's")
        axes.set_ylabel("found")
        axes.set_title("How often more work in one cell is found")
        name_ends(figure, axes, ends)
        return svg_of(figure, name, "How often more work in one cell is found, by how much more")
