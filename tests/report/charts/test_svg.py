"""From a figure to an SVG that can stand inside a page, whatever is written in it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.report.charts.palette import INK, Look
from concbench.report.charts.style import drawing, new_figure
from concbench.report.charts.svg import standalone, svg_of
from concbench.words import plain_text
from tests.report.pages import drawn, words_in

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    r"$\frac{",
    "</svg>",
    "]]>",
    "&amp;",
    "\N{HEBREW LETTER ALEF}\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{GRINNING FACE}",
)


def chart(words: str = "a name", name: str = "c", title: str = "A chart") -> str:
    with drawing():
        figure = new_figure(200)
        axes = figure.add_subplot()
        axes.plot([1, 2, 3], [1 / 3, 2, 3], color=Look(0).colour, marker="o")
        axes.fill_between([1, 3], [1, 2], [2, 3], color=Look(1).colour, alpha=0.16)
        axes.axhline(1, color=INK)
        axes.set_title(words)
        return svg_of(figure, name, title)


def test_a_chart_has_a_role_a_name_and_a_size() -> None:
    root = drawn(chart(title="Cost against n"))
    assert (root.get("role"), root.get("aria-label"), root.get("class")) == ("img", "Cost against n", "chart")
    assert re.fullmatch(r"0 0 480 [\d.]+", root.attrib["viewBox"])
    assert "max-width: 480px" in root.attrib["style"]


@pytest.mark.parametrize("words", NAMES)
def test_text_stays_text(words: str) -> None:
    assert words in words_in(chart(words))


def test_colours_are_variables_and_nothing_else() -> None:
    svg = chart()
    assert {"var(--series-0)", "var(--series-1)", "var(--ink)"} <= set(re.findall(r"var\([^)]*\)", svg))
    assert not re.findall(r"#[0-9a-fA-F]{6}\b", svg)


def test_what_is_referred_to_is_there_and_has_the_name_of_the_chart_and_no_other_id_is() -> None:
    svg = chart(name="left")
    ids = re.findall(r'\bid="([^"]*)"', svg)
    used = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg)
    assert set(ids) == {one or other for one, other in used}
    assert len(ids) == len(set(ids)) > 0
    assert all(identity.startswith("left-") for identity in ids)


def test_nothing_is_loaded_and_nothing_tells_of_the_day_or_of_the_program() -> None:
    svg = chart()
    assert set(re.findall(r"https?://[^\"]*", svg)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "metadata" not in svg
    assert "atplotlib" not in svg


def test_coordinates_keep_a_hundredth_of_a_pixel_and_fonts_are_the_page_s() -> None:
    svg = chart()
    assert not re.findall(r"\d\.\d{3,}", svg)
    assert "font-family" not in svg


def test_the_same_chart_is_drawn_the_same_every_time() -> None:
    assert chart() == chart()


@settings(max_examples=6, deadline=None)
@given(st.text(st.characters(), max_size=50))
def test_a_chart_is_xml_whatever_is_written_in_it(words: str) -> None:
    root = drawn(chart(plain_text(words), title=words))
    assert root.get("aria-label") == plain_text(words)


def test_a_file_of_its_own_brings_its_colours_and_its_size_along() -> None:
    alone = standalone(chart())
    root = drawn(alone.removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n'))
    assert root.get("width") == "480"
    style = root[0].text or ""
    used = set(re.findall(r"var\((--[\w-]+)\)", alone))
    assert used <= set(re.findall(r"(--[\w-]+):", style))
    assert "prefers-color-scheme: dark" in style
