"""Charts of a page: styles as classes, and each shape once."""

import re

from concbench.report.page.dress import Dress

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
    ' style="max-width: 9px" class="chart"><defs><path d="M 0 0 L 1 1" style="stroke: red" id="a-0"/></defs>'
    '<defs><clipPath id="a-1"><rect x="0" y="0" width="5" height="5"/></clipPath></defs>'
    '<g clip-path="url(#a-1)"><use xlink:href="#a-0" x="1" y="1" style="fill: blue"/>'
    '<use xlink:href="#a-0" x="8" y="1" style="fill: blue"/></g>'
    '<text style="fill: blue"> style="fill: blue"</text></svg>'
)


def rules(dress: Dress) -> dict[str, str]:
    return dict(re.findall(r"(\.\w+) \{ (.*) \}", str(dress.css())))


def test_a_style_is_a_class_and_the_picture_keeps_its_own() -> None:
    dress = Dress()
    drawn = str(dress.drawn(SVG))
    assert ' viewBox="0 0 9 9" style="max-width: 9px" class="chart">' in drawn.split(">", maxsplit=1)[0] + ">"
    used, other, written = re.findall(r'<(?:use|text) [^>]*class="(\w+)"', drawn)
    assert used == other == written
    assert rules(dress)[f".{used}"] == "fill: blue"
    assert '> style="fill: blue"</text>' in drawn


def test_a_shape_of_two_charts_is_drawn_once_and_what_clips_stays_in_its_chart() -> None:
    dress = Dress()
    one, other = dress.drawn(SVG), dress.drawn(SVG.replace("a-", "b-"))
    assert one == other.replace("b-", "a-")
    assert 'id="a-1"' in one
    assert 'id="a-0"' not in one
    (name,) = set(re.findall(r'<use [^>]*href="#(\w+)"', one))
    shapes = str(dress.shapes())
    assert shapes.count("<path") == 1
    found = re.search(rf'<path id="{name}" d="M0 0l1 1" class="(\w+)"/>', shapes)
    assert found
    assert rules(dress)[f".{found[1]}"] == "stroke: red"


def test_a_page_without_charts_has_no_shapes() -> None:
    assert Dress().shapes() == ""


def test_three_marks_side_by_side_say_their_class_once() -> None:
    plain, said = "<text>x</text>", '<text class="s0">x</text>'
    styled, svg = '<text style="fill: blue">x</text>', '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
    assert Dress().drawn(svg.format(3 * styled)).endswith(f'<g class="s0">{3 * plain}</g></svg>')
    assert Dress().drawn(svg.format(2 * styled)).endswith(f"{2 * said}</svg>")
