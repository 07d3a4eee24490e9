"""What much of a page looks alike by, said once: classes, their rules, and the shapes that charts share.

A page has thousands of fields and marks. What each would say for itself in a ``style`` is a class here, whose
rule is written once, at the top; a marker that several charts draw is drawn once, and they refer to it. Only
what the page uses has a rule. One :class:`Dress` serves one page.
"""

import re
from collections.abc import Collection

from markupsafe import Markup

from concbench.report.charts.palette import Look

_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_STYLE = re.compile(r' style="([^"]*)"')
_SHAPES = re.compile(r"<defs>((?:<path [^>]*/>)+)</defs>")
_SHAPE = re.compile(r'<path ([^>]*?) ?id="([^"]*)" ?([^>]*?) ?/>')
_REFERENCE = re.compile(r'href="#([^"]*)"')


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
        """Return one of our charts with its styles as classes, its shapes among those of the page."""
        head, rest = svg.split(">", 1)
        names: dict[str, str] = {}
        rest = _SHAPES.sub(lambda found: self._kept(found[1], names), rest)
        rest = _TAG.sub(lambda found: self._short(found[0], names), rest)
        return Markup(f"{head}>{rest}")  # noqa: S704  (our own chart, its texts escaped there)

    def _kept(self, shapes: str, names: dict[str, str]) -> str:
        for before, name, after in _SHAPE.findall(shapes):
            shape = _STYLE.sub(self._styled, f" {before} {after}")
            names[name] = self._shapes.setdefault(" ".join(shape.split()), f"g{len(self._shapes)}")
        return ""

    def _short(self, tag: str, names: dict[str, str]) -> str:
        tag = _REFERENCE.sub(lambda found: f'href="#{names.get(found[1], found[1])}"', tag)
        return _STYLE.sub(self._styled, tag)

    def _styled(self, found: re.Match[str]) -> str:
        return f' class="{self._styles.setdefault(found[1], f"s{len(self._styles)}")}"'

    def shapes(self) -> Markup:
        """Return the shapes that charts refer to: a drawing that shows nothing by itself."""
        shapes = "".join(f'<path id="{name}" {shape}/>' for shape, name in self._shapes.items())
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
