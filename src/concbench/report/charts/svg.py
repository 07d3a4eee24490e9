"""From a matplotlib figure to a small SVG that can stand inside a page.

Colours become CSS variables, so one drawing serves light and dark pages; text stays text, in the page's font;
ids are made unique over a page, what nobody refers to is dropped, coordinates keep a hundredth of a pixel.
"""

import io
import re
import warnings
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from concbench.report.charts.hover import SVG, put_titles
from concbench.report.charts.palette import CHARTS_CSS, COLOURS_CSS, VARIABLES
from concbench.words import plain_text

XLINK = "{http://www.w3.org/1999/xlink}href"

_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_COLOUR = re.compile(r"#0102[0-9a-f]{2}")
_FONT = re.compile(r"font-family:[^;]*;?")
_REFERENCE = re.compile(r"(?:^#|url\(#)([^)]+)")
_NO_TURN = re.compile(r"^rotate\(-?0 ")


def svg_of(figure: Figure, name: str, title: str) -> str:
    """Return a figure as an ``<svg>`` element for a page.

    ``name`` makes its ids unique there; ``title`` is what a screen reader says in its place.
    """
    root = _drawn(figure)
    _compact(root, name)
    root.set("role", "img")
    root.set("aria-label", plain_text(title))
    root.set("class", "chart")
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    root.set("style", f"max-width: {width:g}px; aspect-ratio: {width:g} / {height:g}")
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text)


def standalone(svg: str) -> str:
    """Return an ``<svg>`` element of :func:`svg_of` as a file of its own, which brings its colours along."""
    start, rest = svg.split(">", 1)
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', start)[0]
    style = f"{COLOURS_CSS}{CHARTS_CSS}svg {{ background: var(--surface); font-family: sans-serif; }}"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}{start} width="{width}" height="{height}"><style>{style}</style>{rest}\n'


def _drawn(figure: Figure) -> Element:
    canvas, stream = FigureCanvasSVG(figure), io.StringIO()
    with warnings.catch_warnings():  # the reader's fonts have letters that the one we measure with lacks
        warnings.filterwarnings("ignore", "Glyph .* missing from|Matplotlib currently does not support")
        # savefig would draw it twice: once for its layout, which this does as well
        canvas.print_svg(stream, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return ElementTree.fromstring(stream.getvalue())  # noqa: S314  (what matplotlib has just written)


def _compact(root: Element, name: str) -> None:
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK[1:].partition("}")[0])
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    _drop(root, f"{{{SVG}}}metadata")
    _drop(root, f"{{{SVG}}}style")
    put_titles(root)
    ids = {element.get("id", "") for element in root.iter()}
    short = {old: f"{name}-{number}" for number, old in enumerate(sorted(ids & _references(root)))}
    for element in root.iter():
        _shorten(element, short)
    _unwrap(root)


def _references(root: Element) -> set[str]:
    """Return the ids that attributes refer to."""
    values = (value for element in root.iter() for value in element.attrib.values())
    return {found for value in values for found in _REFERENCE.findall(value)}


def _drop(root: Element, tag: str) -> None:
    for parent in root.iter():
        for child in [child for child in parent if child.tag == tag]:
            parent.remove(child)


def _shorten(element: Element, ids: dict[str, str]) -> None:
    identity = element.attrib.pop("id", "")
    if identity.startswith("matplotlib.axis_"):
        element.set("class", "axis")
    if identity in ids:
        element.set("id", ids[identity])
    for key, value in list(element.attrib.items()):
        element.set(key, _short_value(key, value, ids))
    if element.tag == f"{{{SVG}}}text" and _NO_TURN.match(element.get("transform", "")):
        del element.attrib["transform"]


def _short_value(key: str, value: str, ids: dict[str, str]) -> str:
    if key == XLINK:
        return f"#{ids[value[1:]]}"
    if key == "clip-path":
        return f"url(#{ids[value[5:-1]]})"
    if key == "style":
        value = _COLOUR.sub(lambda found: f"var(--{VARIABLES[found.group()]})", _FONT.sub("", value))
        return value.strip().rstrip(";")
    if key in ("d", "x", "y", "width", "height", "transform", "points"):
        rounded = _LONG_NUMBER.sub(lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), value)
        return " ".join(rounded.split())
    return value


def _unwrap(parent: Element) -> None:
    """Put the children of groups and definitions that say nothing, or hold nothing, in their place."""
    for child in list(parent):
        _unwrap(child)
        if child.tag in (f"{{{SVG}}}g", f"{{{SVG}}}defs"):
            empty = not len(child)
            idle = child.tag == f"{{{SVG}}}g" and not child.attrib
            if empty or idle:
                place = list(parent).index(child)
                parent.remove(child)
                for offset, grandchild in enumerate(list(child)):
                    parent.insert(place + offset, grandchild)
