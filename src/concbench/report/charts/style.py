"""What all charts share: their figure, and axes that speak of time, bytes and numbers of tasks.

Figures are made without ``pyplot``, so nothing global is changed but for the time of drawing. Names come from
files, so no text is ever taken for mathematics (``$``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator
from numpy.typing import ArrayLike

from concbench.analysis.units import SIZE_UNITS, Units, unit_of
from concbench.report.charts.palette import INK, LINE, MUTED
from concbench.words import grouped, plain_text

WIDTH = 480
"""Width of a chart in px: two stand side by side on a wide page, and one shrinks by a quarter on a phone."""

LETTERS = 58
"""Letters of a title that fit between the edges."""

CROWDED = 0.12
"""The share of an axis that a mark needs for its words."""

Side: TypeAlias = Literal["x", "y"]

SETTINGS: dict[Any, Any] = {
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.which": "major",
    "axes.labelcolor": INK,
    "axes.labelsize": 12,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12.5,
    "figure.facecolor": "none",
    "font.size": 12,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "concbench",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 11.5,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 11.5,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the style of the page; everything of a chart, its export included, stands inside.

    What the reader has set for her own charts (``matplotlibrc``) does not count here.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


@contextmanager
def chart(height: float, width: float = WIDTH) -> Iterator[tuple[Figure, Axes]]:
    """Draw a figure of so many px that has one pair of axes."""
    with drawing():
        figure = new_figure(height, width)
        yield figure, figure.add_subplot()


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure of so many px, its parts laid out so that none overlap."""
    return Figure(figsize=(width / 72, height / 72), dpi=72, layout="constrained")


def fitting(words: object, letters: int = LETTERS) -> str:
    """Return plain text of so many letters at the most: names are as long as those who chose them liked."""
    plain = plain_text(words)
    return plain if len(plain) <= letters else f"{plain[: letters - 1]}…"


def count_axis(axes: Axes, side: Side, values: Sequence[float], room: float = CROWDED) -> None:
    """Make a logarithmic axis of numbers, marked at ``values``, as far as each has ``room``."""
    axis = _logarithmic(axes, side)
    axis.set_major_locator(FixedLocator(apart(values, room)))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: spelled_count(value)))


def apart(values: Sequence[float], share: float = CROWDED) -> list[float]:
    """Return the positive values that have this share of a logarithmic axis, the ends among them."""
    marks = sorted({value for value in values if value > 0})
    if len(marks) < 2:
        return marks
    room = share * np.log(marks[-1] / marks[0])
    kept = marks[:1]
    for mark in marks[1:-1]:
        if min(np.log(mark / kept[-1]), np.log(marks[-1] / mark)) >= room:
            kept.append(mark)
    return [*kept, marks[-1]]


def unit_axis(axes: Axes, side: Side, units: Units, values: ArrayLike) -> None:
    """Make a logarithmic axis of times or sizes that has room for ``values`` (those above zero).

    It is a decade long at least, so that a flat curve does not fill it, and has two marks at least.
    """
    axis = _logarithmic(axes, side)
    low, high = _room_for(np.asarray(values, dtype=np.float64))
    (axes.set_xlim if side == "x" else axes.set_ylim)(low, high)
    _mark(axis, round_marks(low, high, 4 if units is SIZE_UNITS else 10), units)


def _room_for(values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
    seen = values[np.isfinite(values) & (values > 0)]
    if not seen.size:
        return 1.0, 10.0
    low, high = float(seen.min()), float(seen.max())
    widen = max(1.25, (10 / (high / low)) ** 0.5)
    return low / widen, high * widen


def round_marks(low: float, high: float, base: int) -> list[float]:
    """Return round numbers between the ends: powers of ``base``, fewer or more of them as there is room."""
    first, last = (int(np.floor(np.log(end) / np.log(base))) for end in (low, high))
    step = 1 + (last - first) // 9
    steps = [base**power for power in range(first, last + 1, step)]
    marks = [mark for mark in steps if low <= mark <= high]
    if len(marks) < 2:
        parts = (1, 2) if base == 4 else (1, 2, 5)
        marks = [part * mark for mark in steps for part in parts if low <= part * mark <= high]
    return [float(mark) for mark in marks]


def even_axis(axes: Axes, side: Side, units: Units, values: ArrayLike) -> None:
    """Give a linear axis round marks in the unit that the largest of ``values`` fills, with their units."""
    seen = np.asarray(values, dtype=np.float64)
    low, high = float(seen.min()), float(seen.max())
    one, _ = unit_of(max(-low, high), units)
    marks = MaxNLocator(6).tick_values(low / one, high / one) if low < high else [low / one]
    _mark(axes.xaxis if side == "x" else axes.yaxis, [one * float(mark) for mark in marks], units)


def signed_axis(axes: Axes, side: Side, units: Units, smallest: float, ends: tuple[float, float]) -> None:
    """Make an axis of signed values: logarithmic on both sides, linear below ``smallest``."""
    axis = _scaled(axes, side, "symlog", linthresh=smallest)
    (axes.set_xlim if side == "x" else axes.set_ylim)(*ends)
    axis.set_minor_locator(NullLocator())
    _mark(axis, signed_marks(smallest, ends), units)


def signed_marks(smallest: float, ends: tuple[float, float]) -> list[float]:
    """Return zero and the decades between the ends, ascending: of many, every second or third."""
    decades = [smallest * 10.0**power for power in range(20)]
    sides = [sum(mark <= end for mark in decades) for end in (-ends[0], ends[1])]
    step = 1 + sum(sides) // 7
    below, above = (decades[:side:step] for side in sides)
    return [*(-mark for mark in reversed(below)), 0.0, *above]


def _mark(axis: Axis, places: Sequence[float], units: Units) -> None:
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: spelled_mark(value, units)))


def _logarithmic(axes: Axes, side: Side) -> Axis:
    axis = _scaled(axes, side, "log")
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
    return axis


def _scaled(axes: Axes, side: Side, scale: str, **options: float) -> Axis:
    (axes.set_xscale if side == "x" else axes.set_yscale)(scale, **options)
    return axes.xaxis if side == "x" else axes.yaxis


def times_marks(axis: Axis) -> None:
    """Spell the marks of an axis as factors: ``×1.1``."""
    axis.set_major_formatter(FuncFormatter(lambda value, _place: f"×{value:g}"))


def spelled_count(value: float) -> str:
    """Return a number of tasks: ``1 000``, ``2.5``."""
    return grouped(value) if value == round(value) else f"{value:g}"


def spelled_mark(value: float, units: Units) -> str:
    """Return the mark of an axis without needless digits: ``10 µs``."""
    one, name = unit_of(value, units)
    return f"{value / one:g} {name}".rstrip() if value else "0"
