"""Colours and markers: told apart in light and dark, and without colour."""

import math
import re
from collections.abc import Sequence
from importlib.resources import files
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.analysis.contenders import SeriesPlace, places_of
from concbench.analysis.heat import GRADES
from concbench.families import FAMILIES
from concbench.models.index import MEMBERS
from concbench.report.charts.palette import (
    COLOURS_CSS,
    DASHES,
    GROUND,
    HEAT,
    MARKERS,
    SERIES,
    SHADES,
    SURFACE,
    VARIABLES,
    Look,
    look_of,
    looks_of,
)

LIGHT, DARK = 0, 1
SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, definitions)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, definitions)."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def ground(name: str, scheme: int) -> str:
    return next(entry[1 + scheme] for entry in GROUND if entry[0] == name)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@SCHEMES
@pytest.mark.parametrize("place", range(len(SERIES)))
def test_a_series_stands_out_from_its_ground(place: int, scheme: int) -> None:
    assert contrast(SERIES[place][scheme], ground("surface", scheme)) >= 3


@SCHEMES
@pytest.mark.parametrize("behind", ["surface", "panel"])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "alarm"])
def test_words_can_be_read_on_both_grounds(name: str, behind: str, scheme: int) -> None:
    assert contrast(ground(name, scheme), ground(behind, scheme)) >= 4.5


@SCHEMES
@pytest.mark.parametrize("grade", range(len(HEAT)))
def test_figures_can_be_read_on_every_grade_of_a_map(grade: int, scheme: int) -> None:
    css = files("concbench.report.page").joinpath("page.css").read_text(encoding="utf-8")
    rules = re.findall(r"^:is\(([^)]*)\) \{ color: var\(--(\w+)\); \}", css, flags=re.MULTILINE)
    (words,) = [ground(name, scheme) for grades, name in rules if f".h{grade}" in grades.split(", ")]
    assert contrast(words, HEAT[grade][1 + scheme]) >= 4.5


@SCHEMES
@pytest.mark.parametrize("lacking", ["nothing", "red", "green"])
def test_grades_of_a_map_are_steps_that_anybody_sees(lacking: str, scheme: int) -> None:
    colours = [entry[1 + scheme] for entry in HEAT]
    assert len(colours) == len(GRADES) + 1
    assert min(apart(*pair, lacking) for pair in combinations(colours, 2)) > 0.06
    behind = [lightness(colour, lacking)[0] for colour in colours[1:]]
    assert behind == sorted(behind, reverse=scheme == LIGHT)  # the further behind, the further from the page


def test_every_member_of_a_family_has_a_marker_of_its_own_in_charts_and_in_tables() -> None:
    for place in (0, 1):
        assert len({entry[place] for entry in MARKERS}) == len(MARKERS)
    assert max(map(len, MEMBERS.values())) <= len(MARKERS)
    for members in MEMBERS.values():
        assert len({look.shape for look in looks_of(members).values()}) == len(members)


def test_the_first_of_each_family_has_another_marker() -> None:
    firsts = [members[0] for members in MEMBERS.values() if members]
    assert len({look.shape for look in looks_of(firsts).values()}) == len(firsts)


def test_every_family_has_a_hue_with_a_shade_for_each_marker() -> None:
    assert [len(shades) for shades in SHADES] == [len(MARKERS)] * len(FAMILIES)


LACKING = {
    "nothing": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "red": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)
    ),
    "green": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)
    ),
}  # fmt: skip
"""What linear red, green and blue look like to who lacks a cone (Machado, Oliveira and Fernandes 2009)."""


def lightness(colour: str, lacking: str = "nothing") -> tuple[float, float, float]:
    """Return a colour in Oklab (https://bottosson.github.io/posts/oklab/), where distances are as seen."""
    whole = [min(1.0, max(0.0, _dot(row, _linear(colour)))) for row in LACKING[lacking]]
    cones = [
        _dot(row, whole) ** (1 / 3)
        for row in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    ]
    light, red, blue = (
        _dot(row, cones)
        for row in (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        )
    )
    return light, red, blue


def _dot(row: Sequence[float], values: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(row, values, strict=True))


def _linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def apart(one: str, other: str, lacking: str = "nothing") -> float:
    """Return how far apart two colours look; 0.02 is about what can just be seen side by side."""
    return math.dist(lightness(one, lacking), lightness(other, lacking))


def test_distances_are_as_seen() -> None:
    assert lightness("#ffffff") == pytest.approx((1, 0, 0), abs=1e-3)
    assert lightness("#ff0000") == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)
    assert apart("#c83c3c", "#788c3c", "green") < 0.5 * apart("#c83c3c", "#788c3c")


@SCHEMES
@pytest.mark.parametrize("family", range(len(FAMILIES)), ids=FAMILIES)
def test_two_members_of_a_family_are_told_apart_by_their_shades(family: int, scheme: int) -> None:
    shades = [shade[scheme] for shade in SHADES[family]]
    assert min(apart(*pair) for pair in combinations(shades, 2)) > 0.045


@SCHEMES
def test_asyncio_and_uvloop_are_told_apart_at_sight(scheme: int) -> None:
    looks = looks_of(["asyncio", "uvloop"])
    one, other = (SERIES[look.number][scheme] for look in looks.values())
    assert min(apart(one, other, lacking) for lacking in LACKING) > 0.1


@SCHEMES
@pytest.mark.parametrize("lacking", LACKING)
def test_whoever_shares_a_marker_has_a_colour_that_anybody_tells_apart(lacking: str, scheme: int) -> None:
    looks = [look_of(SeriesPlace(family, member, 0, 1)) for family in range(6) for member in range(8)]
    same = [pair for pair in combinations(looks, 2) if pair[0].shape == pair[1].shape]
    assert len(same) == 8 * 15
    for one, other in same:
        colours = SERIES[one.number][scheme], SERIES[other.number][scheme]
        assert apart(*colours, lacking) > 0.045, colours


def test_every_placeholder_stands_for_a_variable_that_every_scheme_sets() -> None:
    blocks = re.findall(r":root \{([^}]*)\}", COLOURS_CSS)
    assert len(blocks) == 3
    for block in blocks:
        assert {f"--{name}" for name in VARIABLES.values()} <= set(re.findall(r"(--[\w-]+):", block))
    assert "@media (prefers-color-scheme: dark)" in COLOURS_CSS
    assert COLOURS_CSS.index("@media print") > COLOURS_CSS.index("prefers-color-scheme: dark")


def test_paper_is_light() -> None:
    light, dark, paper = re.findall(r":root \{([^}]*)\}", COLOURS_CSS)
    values = [dict(re.findall(r"(--[\w-]+): (#\w+)", block)) for block in (light, dark, paper)]
    assert values[0] == values[2] != values[1]


def test_placeholders_are_no_colours_that_are_drawn_otherwise() -> None:
    assert all(re.fullmatch("#0102[0-9a-f]{2}", placeholder) for placeholder in VARIABLES)
    assert Look(3).colour in VARIABLES
    assert Look(3).css == f"var(--{VARIABLES[Look(3).colour]})"


def looks_for(series: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Look]:
    return {key: look_of(place) for key, place in places_of(series).items()}


def test_a_model_has_one_look_and_each_of_its_variants_other_dashes() -> None:
    looks = looks_for([("a", "3.12"), ("b", "3.12"), ("a", "3.13"), ("b", "3.13")])
    assert looks["a", "3.12"].number == looks["a", "3.13"].number != looks["b", "3.12"].number
    assert looks["a", "3.12"].shape == looks["a", "3.13"].shape != looks["b", "3.12"].shape
    assert looks["a", "3.12"].dashes != looks["a", "3.13"].dashes
    assert looks["a", "3.12"].dashes == looks["b", "3.12"].dashes
    assert (looks["a", "3.12"].filling, looks["a", "3.13"].filling) == (
        looks["a", "3.12"].colour,
        SURFACE,
    )


def test_the_same_names_look_the_same_whoever_else_takes_part_later() -> None:
    assert looks_of(["a", "b", "c"]).items() >= looks_of(["a", "b"]).items()


@given(st.integers(1, len(MARKERS) * len(DASHES)), st.integers(1, len(DASHES)))
def test_nobody_is_drawn_like_another_while_there_are_markers_and_dashes(models: int, variants: int) -> None:
    models = max(1, min(models, len(MARKERS) * len(DASHES) // variants // 2 - len(MARKERS)))
    series = [(f"m{model}", f"v{variant}") for model in range(models) for variant in range(variants)]
    looks = looks_for([*series, ("asyncio", "v0")]).values()
    drawn = {(look.colour, look.marker, str(look.dashes)) for look in looks}
    assert len(drawn) == len(series) + 1
