"""Colours and markers: the same for a model in every chart and table, on every page, in light and in dark.

A family has a hue, each of its members a shade of it and a marker. Whoever comes first in a family has
another marker than the first of any other.

The hues are about those that Okabe and Ito chose for colour-blind readers (https://jfly.uni-koeln.de/color/,
2008). The shades were searched for: within its hue each is as far as can be from the others, also as seen by
who lacks red or green, and it stands out from its ground by 3 : 1 (WCAG 2.2, 1.4.11). No meaning hangs on a
colour alone: whoever looks alike to somebody has other markers. Matplotlib draws in placeholders that stand
for CSS variables.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from concbench.analysis.contenders import SeriesPlace, places_of

SHADES: Final = (
    (
        ("#0058a0", "#369bff"), ("#557bff", "#ccdaff"), ("#264151", "#4d7b96"), ("#1722a3", "#4668e2"),
        ("#1462dc", "#88b5ff"), ("#385c71", "#66a0c4"), ("#004e7c", "#008dda"), ("#0080c7", "#93ceff"),
    ),
    (
        ("#b34200", "#ff9369"), ("#74342d", "#bd6c62"), ("#a9574d", "#e4afa7"), ("#724e35", "#c48960"),
        ("#642a00", "#b75300"), ("#f14f43", "#ffdbd6"), ("#933400", "#f46622"), ("#b65f00", "#ffb47f"),
    ),
    (
        ("#00784a", "#00ca7f"), ("#2e9a00", "#88ee70"), ("#5c9586", "#97efd8"), ("#58884d", "#a3d897"),
        ("#1a6100", "#42a926"), ("#00483c", "#008872"), ("#114a00", "#298c00"), ("#355a45", "#619f7c"),
    ),
    (
        ("#b01474", "#ff71bb"), ("#681d36", "#b64a6b"), ("#eb4b81", "#ffd9e1"), ("#c544ad", "#ffb6ec"),
        ("#7f006e", "#c84fb1"), ("#912c4e", "#df6f8e"), ("#b64568", "#f0a5b7"), ("#9c1587", "#e76cce"),
    ),
    (
        ("#877100", "#dfbb00"), ("#625635", "#ab9760"), ("#463d00", "#857500"), ("#948b00", "#eee000"),
        ("#9c8555", "#efd8aa"), ("#5f4500", "#a97f00"), ("#6e6700", "#baaf00"), ("#605900", "#a69c00"),
    ),
    (
        ("#844dd5", "#c7adff"), ("#4e2b62", "#8961a1"), ("#6b1ca5", "#ab6aea"), ("#a67bc0", "#ebdff3"),
        ("#724a8a", "#b78ed1"), ("#5b007f", "#9949c3"), ("#643ac3", "#a38cff"), ("#7a6db5", "#c7c2e6"),
    ),
)  # fmt: skip
"""For each family and each of its members, light colour and dark colour."""

SERIES: Final = tuple(chain.from_iterable(SHADES))
"""All colours, family by family."""

MARKERS: Final = (
    ("o", "●"), ("s", "■"), ("^", "▲"), ("D", "◆"), ("v", "▼"), ("P", "✚"), ("h", "⬢"), ("*", "★"),
)  # fmt: skip
"""A marker in matplotlib's words, and the same as a character."""

HEAT: Final = (
    ("heat-0", "#a6dbee", "#22607a"),
    ("heat-1", "#fdf3d0", "#3a3423"),
    ("heat-2", "#fbd27f", "#6b4d14"),
    ("heat-3", "#f2a04e", "#96581a"),
    ("heat-4", "#cb4a22", "#dd8a45"),
    ("heat-5", "#841a1c", "#ffcf9e"),
)
"""Grounds of a map's fields, from as good as the best to farthest behind: light value and dark value."""

GROUND: Final = (
    ("surface", "#ffffff", "#15181c"),
    ("panel", "#f5f6f8", "#1e2228"),
    ("ink", "#1b1f24", "#e8eaed"),
    ("muted", "#59616b", "#a5adb8"),
    ("line", "#d5d9df", "#3a414b"),
    ("accent", "#0b57b0", "#7cb7ff"),
    ("alarm", "#a4260d", "#ff9d85"),
    *HEAT,
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
    """Return how what stands at a place is drawn: shade and marker for each model, dashes for variants.

    The ninth member of a family looks like the first one, in dashes that no other member has.
    """
    family, (again, member) = place.family % len(SHADES), divmod(place.member, len(MARKERS))
    shape = (family + member) % len(MARKERS)
    return Look(len(MARKERS) * family + member, shape, again * place.variants + place.variant)


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
    "svg * { stroke-linejoin: round; stroke-linecap: butt; }\n"
)
