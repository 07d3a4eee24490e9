"""What of a chart nobody sees the loss of: frames that are not drawn, clips that clip nothing, and the like.

Shapes that are used once are drawn in place. All marks of an axis become one path, and so do its grid lines,
since nothing else of the axis lies over them, and so do other paths side by side that look alike. Coordinates
keep a tenth of a pixel.
"""

import re
from collections import Counter
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from concbench.report.page.paths import moved, reach_of, short, steps_of

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
PATH, USE, TEXT, TITLE, GROUP, CLIP, DEFS = (
    f"{{{SVG}}}{tag}" for tag in ("path", "use", "text", "title", "g", "clipPath", "defs")
)

AXIS = "axis"
"""The class of the group that an axis is."""

TENTHS, HUNDREDTHS = 1, 2
"""Digits of coordinates, and of those of shapes that are drawn many times, which are small."""

_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")

EDGE = 0.5
"""How far (px) a point may lie outside of what clips it without anybody seeing it."""

Box = tuple[float, float, float, float]


ElementTree.register_namespace("", SVG)


def economise(root: Element) -> None:
    """Leave out, put in place, merge and round what can be."""
    _drop_undrawn(root)
    _place_shapes(root)
    _unclip(root)
    for group in [group for group in root.iter(GROUP) if group.get("class") == AXIS]:
        _merge_lines(group)
        del group.attrib["class"]
    _unwrap(root)
    _merge_neighbours(root)
    for element in root.iter():
        _round(element)


def _drop_undrawn(root: Element) -> None:
    """Drop the frames that have neither filling nor line, and lines that lead nowhere."""
    for parent in root.iter():
        for child in [child for child in parent if child.tag == PATH and _is_undrawn(child)]:
            parent.remove(child)


def _is_undrawn(path: Element) -> bool:
    steps = steps_of(path.get("d", ""))
    return path.get("style") == "fill: none" or (steps is not None and len(steps) < 2)


def _place_shapes(root: Element) -> None:
    """Draw in place the shapes that are used once, and the marks of axes, which are short themselves."""
    shapes = {f"#{path.get('id')}": path for defs in root.iter(DEFS) for path in defs.findall(PATH)}
    times = Counter(use.get(XLINK, "") for use in root.iter(USE))
    marks = {use for axis in root.iter(GROUP) if axis.get("class") == AXIS for use in axis.iter(USE)}
    for use in list(root.iter(USE)):
        reference = use.get(XLINK, "")
        if reference in shapes and (times[reference] == 1 or use in marks):
            _draw(use, shapes[reference])
    left = {use.get(XLINK) for use in root.iter(USE)}
    for defs in root.iter(DEFS):
        for path in [path for path in defs.findall(PATH) if f"#{path.get('id')}" not in left]:
            defs.remove(path)


def _draw(use: Element, shape: Element) -> None:
    """Make a path of a reference to a shape."""
    steps = steps_of(shape.get("d", ""))
    if steps is None or "transform" in use.attrib:
        return
    x, y = float(use.attrib.pop("x", 0)), float(use.attrib.pop("y", 0))
    styles = "; ".join(f"{name}: {value}" for name, value in (_style(use) | _style(shape)).items())
    use.tag = PATH
    del use.attrib[XLINK]
    kept = {"d": moved(steps, x, y)} | use.attrib | {"style": styles}
    use.attrib.clear()
    use.attrib.update(kept)


def _style(element: Element) -> dict[str, str]:
    parts = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def _unclip(root: Element) -> None:
    """Take away the clips of what lies within them as it is."""
    boxes = {f"url(#{clip.get('id')})": _box(clip) for clip in root.iter(CLIP)}
    for element in [one for one in root.iter() if one.get("clip-path") in boxes]:
        box = boxes[element.get("clip-path", "")]
        parts = [one for one in element.iter() if one.tag not in (GROUP, TITLE)]
        if all(_is_within(_reach(one), box) for one in parts):
            del element.attrib["clip-path"]
    left = {element.get("clip-path") for element in root.iter()}
    for defs in root.iter(DEFS):
        for clip in [clip for clip in defs.findall(CLIP) if f"url(#{clip.get('id')})" not in left]:
            defs.remove(clip)


def _box(clip: Element) -> Box:
    x, y, width, height = (float(clip[0].get(name, 0)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _reach(element: Element) -> Box | None:
    """Return how far an element reaches, or None where it cannot be told."""
    if element.tag == USE:
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        return x, y, x, y
    steps = steps_of(element.get("d", "")) if element.tag == PATH else None
    return reach_of(steps) if steps and "transform" not in element.attrib else None


def _is_within(reach: Box | None, box: Box) -> bool:
    if reach is None:
        return False
    left, top, right, bottom = box
    within = left - EDGE <= reach[0] and top - EDGE <= reach[1]
    return within and reach[2] <= right + EDGE and reach[3] <= bottom + EDGE


def _merge_lines(axis: Element) -> None:
    """Make one path of those of an axis that look alike."""
    first: dict[tuple[str, str], Element] = {}
    for parent in list(axis.iter()):
        for path in parent.findall(PATH):
            look = path.get("style", ""), path.get("clip-path", "")
            if set(path.attrib) - {"d", "style", "clip-path", "id"}:
                continue
            if look in first:
                first[look].set("d", f"{first[look].get('d')} {path.get('d')}")
                parent.remove(path)
            else:
                first[look] = path


def _merge_neighbours(root: Element) -> None:
    """Make one path of those side by side that look alike, unless one may show through another."""
    for parent in list(root.iter()):
        before: Element | None = None
        for child in list(parent):
            if before is not None and _look_alike(before, child):
                before.set("d", f"{before.get('d')} {child.get('d')}")
                parent.remove(child)
            else:
                before = child


def _look_alike(one: Element, other: Element) -> bool:
    if one.tag != PATH or other.tag != PATH or len(one) or len(other) or "id" in one.attrib:
        return False
    looks = [{name: value for name, value in path.attrib.items() if name != "d"} for path in (one, other)]
    return looks[0] == looks[1] and "opacity" not in looks[0].get("style", "")


def _unwrap(parent: Element) -> None:
    """Put the children of groups and definitions that say nothing, or hold nothing, in their place."""
    for child in list(parent):
        _unwrap(child)
        if child.tag in (GROUP, DEFS) and (not len(child) or (child.tag == GROUP and not child.attrib)):
            place = list(parent).index(child)
            parent[place : place + 1] = list(child)


def _round(element: Element) -> None:
    steps = steps_of(element.get("d", ""))
    if steps:
        element.set("d", short(steps, HUNDREDTHS if "id" in element.attrib else TENTHS))
    for name in ("x", "y", "width", "height", "transform"):
        if name in element.attrib:
            element.set(name, _LONG_NUMBER.sub(_rounded, element.attrib[name]))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.{TENTHS}f}".rstrip("0").rstrip(".")
