"""Charts of a page: styles as classes, and each shape once."""

import re

from concbench.report.page.dress import Dress

SVG = (
    '<svg viewBox="0 0 9 9" style="max-width: 9px" class="chart">'
    '<defs><path d="M 0 0 L 1 1" style="stroke: red" id="a-0" /></defs>'
    '<defs><clipPath id="a-1"><rect x="0" /></clipPath></defs>'
    '<g clip-path="url(#a-1)"><use href="#a-0" x="1" style="fill: blue" /></g>'
    '<text style="fill: blue"> style="fill: blue"</text></svg>'
)


def rules(dress: Dress) -> dict[str, str]:
    return dict(re.findall(r"(\.\w+) \{ (.*) \}", str(dress.css())))


def test_a_style_is_a_class_and_the_picture_keeps_its_own() -> None:
    dress = Dress()
    drawn = dress.drawn(SVG)
    assert drawn.startswith('<svg viewBox="0 0 9 9" style="max-width: 9px" class="chart">')
    used, written = re.findall(r'<(?:use|text) [^>]*class="(\w+)"', drawn)
    assert used == written
    assert rules(dress)[f".{used}"] == "fill: blue"
    assert '> style="fill: blue"</text>' in drawn


def test_a_shape_of_two_charts_is_drawn_once_and_what_clips_stays_in_its_chart() -> None:
    dress = Dress()
    one, other = dress.drawn(SVG), dress.drawn(SVG.replace("a-", "b-"))
    assert one == other.replace("b-", "a-")
    assert 'id="a-1"' in one
    assert 'id="a-0"' not in one
    (name,) = re.findall(r'<use href="#(\w+)"', one)
    shapes = str(dress.shapes())
    assert shapes.count("<path") == 1
    found = re.search(rf'<path id="{name}" d="M 0 0 L 1 1" class="(\w+)"/>', shapes)
    assert found
    assert rules(dress)[f".{found[1]}"] == "stroke: red"


def test_a_page_without_charts_has_no_shapes() -> None:
    assert Dress().shapes() == ""
