"""Charts in fewer letters: what is drawn stays, what draws nothing goes."""

import re
from xml.etree import ElementTree

from concbench.report.page.economy import economise

CLIP = '<defs><clipPath id="c-1"><rect x="10" y="10" width="80" height="80"/></clipPath></defs>'


def economised(inside: str) -> str:
    root = ElementTree.fromstring(  # noqa: S314  (of our own making)
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>'
    )
    economise(root)
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return re.sub(r"^<svg[^>]*>|</svg>$", "", text.replace(" />", "/>"))


def test_a_frame_that_is_not_drawn_and_a_line_to_nowhere_go() -> None:
    assert (
        economised('<path d="M 0 0 L 9 9 z" style="fill: none"/><path d="M 5 5" style="stroke: red"/>') == ""
    )


def test_a_clip_goes_where_all_lies_within_it() -> None:
    within = '<path d="M 10 10 L 90 90" clip-path="url(#c-1)" style="stroke: red"/>'
    assert economised(CLIP + within) == '<path d="M10 10l80 80" style="stroke: red"/>'


def test_a_clip_stays_where_something_is_cut_off() -> None:
    beyond = '<path d="M 10 10 L 95 90" clip-path="url(#c-1)" style="stroke: red"/>'
    kept = economised(CLIP + beyond)
    assert "<clipPath" in kept
    assert '<path d="M10 10l85 80" clip-path="url(#c-1)"' in kept


def test_a_clip_of_a_group_goes_where_all_of_it_lies_within() -> None:
    shape = '<defs><path id="c-0" d="M 0 0 L 3 3" style="stroke: red"/></defs>'
    uses = '<use xlink:href="#c-0" x="{}" y="50"/><use xlink:href="#c-0" x="60" y="50"/>'
    group = CLIP + shape + f'<g clip-path="url(#c-1)">{uses}</g>'
    assert "clip" not in economised(group.format(20))
    told = group.format(20).replace('y="50"/>', 'y="50"><title>t</title></use>')
    assert "clip" not in economised(told)
    assert "clip" in economised(group.format(5))


def test_a_shape_that_is_used_once_is_drawn_in_its_place_in_its_own_style() -> None:
    shape = '<defs><path id="c-0" d="M 0 -300 L 1.26 -290 z" style="stroke: red"/></defs>'
    use = '<use xlink:href="#c-0" x="0" y="310" style="fill: blue; stroke: green"/>'
    assert economised(shape + use) == '<path d="M0 10l1.3 10z" style="fill: blue; stroke: red"/>'


def test_an_axis_is_a_path_of_each_look() -> None:
    mark = '<defs><path id="c-0" d="M 0 0 L 0 3.5" style="stroke: grey"/></defs>'
    ticks = [
        f'<path d="M {x} 0 L {x} 9" style="stroke: red"/>'
        f'<use xlink:href="#c-0" x="{x}" y="9"/><text>{x}</text>'
        for x in (1, 2)
    ]
    assert economised(f'{mark}<g class="axis">{"".join(ticks)}</g>') == (
        '<path d="M1 0v9M2 0v9" style="stroke: red"/><path d="M1 9v3.5M2 9v3.5" style="stroke: grey"/>'
        "<text>1</text><text>2</text>"
    )


def test_paths_side_by_side_are_one_if_they_look_alike_and_nothing_shows_through() -> None:
    line = '<path d="M 0 0 L {0} 0" style="{1}"/>'
    solid, faint = "stroke: red", "stroke: red; stroke-opacity: 0.6"
    assert economised(line.format(1, solid) + line.format(2, solid)).count("<path") == 1
    assert economised(line.format(1, faint) + line.format(2, faint)).count("<path") == 2
    assert economised(line.format(1, solid) + "<text>x</text>" + line.format(2, solid)).count("<path") == 2
