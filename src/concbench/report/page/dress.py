"""What much of a page looks alike by, said once: classes, their rules, and the shapes that charts share.

A page has thousands of fields and marks. What each would say for itself in a ``style`` is a class here, whose
rule is written once, at the top; a marker that several charts draw is drawn once, and they refer to it. Only
what the page uses has a rule. One :class:`Dress` serves one page.
"""

from collections.abc import Collection, Iterator
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from markupsafe import Markup

from concbench.report.charts.palette import Look
from concbench.report.page.economy import DEFS, GROUP, PATH, TEXT, USE, XLINK, economise


class Dress:
    """The classes of a page and the shapes of its charts, found while the page is made."""

    def __init__(self) -> None:
        self._rules: dict[str, str] = {}
        self._styles: dict[str, str] = {}
        self._columns: dict[frozenset[int], str] = {}
        self._shapes: dict[str, str] = {}

    def sign(self, look: Look) -> str:
        """Return the class of what has a contender's marker before it, in its colour."""
        name = f"m{look.number}{look.shape}"
        shown = f'content: "{look.sign} "; content: "{look.sign} " / ""; color: {look.css}'
        self._rules[f".{name}::before"] = shown
        return name

    def numeric(self, columns: Collection[int]) -> str:
        """Return the class of a table whose columns at these places, from 0, hold figures; perhaps none."""
        key = frozenset(columns)
        return self._columns.setdefault(key, f"n{len(self._columns)}") if key else ""

    def drawn(self, svg: str) -> Markup:
        """Return one of our charts in fewer letters: its styles are classes, its shapes the page's."""
        root = ElementTree.fromstring(svg)  # noqa: S314  (our own)
        economise(root)
        names = {f"#{path.get('id')}": self._kept(path) for path in _take_shapes(root)}
        for element in root.iter():
            reference = element.attrib.pop(XLINK, None)
            if reference is not None:
                element.set("href", names[reference])
            if "style" in element.attrib and element is not root:
                element.set("class", self._styled(element.attrib.pop("style")))
        _group(root)
        return Markup(ElementTree.tostring(root, encoding="unicode").replace(" />", "/>"))  # noqa: S704  (ours)

    def _kept(self, shape: Element) -> str:
        look = f'd="{shape.get("d")}" class="{self._styled(shape.get("style", ""))}"'
        return f"#{self._shapes.setdefault(look, f'g{len(self._shapes)}')}"

    def _styled(self, style: str) -> str:
        return self._styles.setdefault(style, f"s{len(self._styles)}")

    def shapes(self) -> Markup:
        """Return the shapes that charts refer to: a drawing that shows nothing by itself."""
        shapes = "".join(f'<path id="{name}" {look}/>' for look, name in self._shapes.items())
        drawn = f'<svg class="shapes" aria-hidden="true"><defs>{shapes}</defs></svg>\n' if shapes else ""
        return Markup(drawn)  # noqa: S704  (our own charts')

    def css(self) -> Markup:
        """Return the rules of all classes that were asked for."""
        numeric = [
            f":where(.{name} tr) > :is({', '.join(map(_nth, _runs(columns)))}):where(:not(.long))"
            for columns, name in self._columns.items()
        ]
        rules = self._rules | {f".{name}": style for style, name in self._styles.items()}
        if numeric:
            rules[", ".join(numeric)] = "text-align: right; white-space: nowrap"
        return Markup("".join(f"{name} {{ {rule} }}\n" for name, rule in rules.items()))  # noqa: S704  (our own)


def _runs(columns: Collection[int]) -> list[tuple[int, int]]:
    """Return the first and the last of columns that stand side by side."""
    runs: list[tuple[int, int]] = []
    for column in sorted(columns):
        if runs and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return runs


def _nth(run: tuple[int, int]) -> str:
    first, last = (column + 1 for column in run)
    return f":nth-child({first})" if first == last else f":nth-child(n+{first}):nth-child(-n+{last})"


def _take_shapes(root: Element) -> Iterator[Element]:
    """Take the shapes that are referred to out of a drawing, and yield them."""
    for parent in list(root.iter()):
        for defs in parent.findall(DEFS):
            for path in defs.findall(PATH):
                defs.remove(path)
                yield path
            if not len(defs):
                parent.remove(defs)


def _group(root: Element) -> None:
    """Put three marks or words or more, side by side and of one class, into a group that says it for them."""
    for parent in list(root.iter()):
        for _, run in groupby(list(parent), lambda child: (child.tag, child.get("class"))):
            alike = list(run)
            if len(alike) > 2 and alike[0].tag in (USE, TEXT) and "class" in alike[0].attrib:
                group = Element(GROUP, {"class": alike[0].attrib["class"]})
                place = list(parent).index(alike[0])
                parent[place : place + len(alike)] = [group]
                group.extend(alike)
                for one in alike:
                    del one.attrib["class"]
