"""Colours and markers: the same for a contender in every chart and table of a page, in light and in dark.

A family has a colour, each of its members a marker. Where all models of a page are of one family, each has a
colour too.

The hues are those that Okabe and Ito chose for colour-blind readers (https://jfly.uni-koeln.de/color/, 2008),
darkened on light ground and lightened on dark until each stands out from it by 3 : 1 (WCAG 2.2, 1.4.11). No
meaning hangs on a colour alone: every series has a marker of its own too. Matplotlib draws in placeholders
that stand for CSS variables.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from concbench.analysis.contenders import SeriesPlace, places_of

SERIES: Final = (
    ("#0063a6", "#62b0ee"),
    ("#c24a10", "#ff9563"),
    ("#00795a", "#3fcda4"),
    ("#a5478c", "#eb9fd2"),
    ("#8a6900", "#e6c04f"),
    ("#2f7f9f", "#8fdcf5"),
    ("#55585c", "#c3c7cc"),
    ("#6d4bc3", "#b8a4ff"),
)
"""Light colour and dark colour."""

MARKERS: Final = (
    ("o", "●"), ("s", "■"), ("^", "▲"), ("D", "◆"), ("v", "▼"), ("P", "✚"), ("X", "✖"), ("*", "★"),
)  # fmt: skip
"""A marker in matplotlib's words, and the same as a character."""

GROUND: Final = (
    ("surface", "#ffffff", "#15181c"),
    ("panel", "#f5f6f8", "#1e2228"),
    ("ink", "#1b1f24", "#e8eaed"),
    ("muted", "#59616b", "#a5adb8"),
    ("line", "#d5d9df", "#3a414b"),
    ("accent", "#0b57b0", "#7cb7ff"),
    ("alarm", "#a4260d", "#ff9d85"),
)
"""Name, light and dark value of what is no series."""

INK, MUTED, LINE, SURFACE = "#010200", "#010201", "#010202", "#010203"
"""What matplotlib is told to draw in, for the colours of the ground."""

VARIABLES: Final = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    SURFACE: "surface",
    **{f"#0102{0x10 + number:02x}": f"series-{number}" for number in range(len(SERIES))},
}
"""From matplotlib's placeholder to the CSS variable it stands for."""

DASHES: Final = ("-", (0, (5, 1.5)), (0, (2, 1.5)), (0, (5, 1.5, 1, 1.5)))


@dataclass(frozen=True, slots=True)
class Look:
    """How a contender is drawn: the numbers of its colour and its ``shape``, the marker.

    ``variant`` decides on dashes and filling.
    """

    number: int
    shape: int = 0
    variant: int = 0

    @property
    def colour(self) -> str:
        """The placeholder that becomes the contender's colour."""
        return f"#0102{0x10 + self.number:02x}"

    @property
    def style(self) -> dict[str, Any]:
        """The colour, the marker and its filling, in matplotlib's words."""
        return {"color": self.colour, "marker": self.marker, "markerfacecolor": self.filling}

    @property
    def css(self) -> str:
        """The contender's colour for a style attribute."""
        return f"var(--series-{self.number})"

    @property
    def marker(self) -> str:
        """The marker, in matplotlib's words."""
        return MARKERS[self.shape][0]

    @property
    def sign(self) -> str:
        """The marker as a character."""
        return MARKERS[self.shape][1]

    @property
    def dashes(self) -> str | tuple[int, tuple[float, ...]]:
        """The line's dashes, in matplotlib's words."""
        return DASHES[self.variant % len(DASHES)]

    @property
    def filling(self) -> str:
        """What the marker is filled with: its colour, or the ground for every second variant."""
        return SURFACE if self.variant % 2 else self.colour


def look_of(place: SeriesPlace) -> Look:
    """Return how what stands at a place is drawn: a marker for each model, dashes for each variant.

    The ninth member of a family has the first one's marker again, in dashes that no other member has.
    """
    again, shape = divmod(place.member, len(MARKERS))
    return Look(place.family % len(SERIES), shape, again * place.variants + place.variant)


def looks_of(models: Iterable[str]) -> dict[str, Look]:
    """Return a look for each model, of those that have no variants."""
    places = places_of([(model, "") for model in models])
    return {model: look_of(place) for (model, _), place in places.items()}


def _variables(place: int) -> str:
    ground = [f"--{entry[0]}: {entry[1 + place]};" for entry in GROUND]
    series = [f"--series-{number}: {entry[place]};" for number, entry in enumerate(SERIES)]
    return " ".join([*ground, *series])


COLOURS_CSS: Final = (
    f":root {{ color-scheme: light dark; {_variables(0)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(1)} }} }}\n"
    f"@media print {{ :root {{ color-scheme: light; {_variables(0)} }} }}\n"
)
CHARTS_CSS: Final = (
    "svg.chart { display: block; width: 100%; height: auto; }\n"
    "svg.chart * { stroke-linejoin: round; stroke-linecap: butt; }\n"
)
