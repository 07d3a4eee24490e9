"""Reading pages back: what elements they have, what stands in them, and runs whose pages are read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

from concbench.analysis.dataset import Dataset, gather
from concbench.report.blocks import Block, Section, Table
from concbench.report.page.build import page_of
from concbench.report.page.glossary import all_blocks
from concbench.results.measured import Measured, measured_of, read_measured
from concbench.results.reader import Run
from tests.report.made_up import Cell, always, growing, run_of
from tests.results.examples import plain

EXAMPLE = Path(__file__).parents[2] / "reports" / "example.jsonl.gz"
VOID = frozenset({"br", "link", "meta"})
ROW = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr")}
"""What a start tag ends that is still open, and no end tag has ended: HTML lets these be left out."""
LEFT = {"tr": ROW["td"], "tbody": ROW["tr"], "thead": ROW["tr"]}
"""What an end tag ends that is still open."""
MATTERS = frozenset({"script", "style"})

NOT_EXPRESSIBLE = {"outcome": "not-expressible", "reason": "no call stack", "at": None, "last_words": None}
EXHAUSTED = {"outcome": "exhausted", "reason": "no more threads", "at": 900, "last_words": "bye"}


@dataclass(slots=True)
class Element:
    """An element of a page, with all that is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """Return the elements of a kind in it, in the order of the page."""
        return [element for element in self if element.tag == tag]

    def __iter__(self) -> Iterator["Element"]:
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one

    @property
    def text(self) -> str:
        """What a reader sees: white space is one space."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, str):
                yield one
            elif one.tag not in MATTERS:
                yield from [" "] if one.tag == "br" else one._pieces()

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice: {attrs}"
        for left in ROW.get(tag, ()):
            self._end(left)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def _end(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        for left in LEFT.get(tag, ()):
            self._end(left)
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


@lru_cache(maxsize=8)
def parsed(html: str) -> Element:
    """Return a page as elements, not to be changed; what is not closed, or closed twice, is an error."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"never closed: {[element.tag for element in reader.open[1:]]}"
    return reader.open[0]


def svgs_in(html: str) -> list[ElementTree.Element]:
    """Return the pictures of a page, each of which has to be XML."""
    return [drawn(svg) for svg in re.findall(r"<svg\b.*?</svg>", html, flags=re.DOTALL)]


def drawn(svg: str) -> ElementTree.Element:
    """Return a picture, which has to be XML."""
    return ElementTree.fromstring(svg)  # noqa: S314  (of our own making)


def words_in(svg: str) -> list[str]:
    """Return the words of a picture."""
    return [element.text or "" for element in drawn(svg).iter() if element.tag.endswith("}text")]


def table_named(section: Section, name: str) -> Table:
    """Return a table of a section, folded or not."""
    (table,) = [block for block in of_kind(section, Table) if block.name == name]
    return cast("Table", table)


def of_kind(section: Section, kind: type[Block]) -> list[Any]:
    """Return the blocks of a section that are of a kind, those within others too."""
    return [block for block in all_blocks(section.blocks) if isinstance(block, kind)]


def lines_of(table: Table) -> list[list[tuple[str, ...]]]:
    """Return the lines of every field, row by row."""
    return [[one.lines for one in row.fields] for row in table.rows]


@cache
def example() -> Dataset:
    """Return the dataset of the run that is kept in the repository."""
    return gather([read_measured(EXAMPLE)])


@cache
def example_page() -> str:
    """Return the page about the run that is kept in the repository."""
    return page_of(example())


def material_of_runs(*runs: Run | Measured, **how: Any) -> Dataset:
    """Return the dataset of a report on several runs."""
    return gather([measured_of(run) if isinstance(run, Run) else run for run in runs], **how)


def timers(contender: str, late: int, **how: Any) -> list[Cell]:
    """Return cells of ``timers`` at three sizes."""
    return [
        Cell(contender=contender, cost=growing(900.0, 20.0), workload="timers", floor_ns=20_000_000,
             late=late, tasks=tasks, **how)
        for tasks in (10, 100, 1000)
    ]  # fmt: skip


def sizes(contender: str, workload: str, cost: float, *tasks: int, **how: Any) -> list[Cell]:
    """Return cells at several sizes, whose cost per unit is the same at all."""
    return [
        Cell(contender=contender, cost=growing(cost, cost / 100), workload=workload, tasks=size, **how)
        for size in tasks
    ]


def depths(contender: str, cost: float, power: float) -> list[Cell]:
    """Return cells of ``chain`` whose cost grows with a power of the depth."""
    return [
        Cell(contender=contender, cost=growing(cost * depth**power, cost / 100), workload="chain",
             more=(("depth", depth),))
        for depth in (1, 10, 100)
    ]  # fmt: skip


def everything(*names: str) -> list[Cell]:
    """Return cells that fill every section of a page; each contender is slower than the one before it."""
    cells: list[Cell] = []
    for place, name in enumerate(names, 1):
        cells += timers(name, 1000 * place)
        cells += sizes(name, "spawn", 100.0 * place, 10, 1000)
        cells += sizes(name, "switch", 50.0 * place, 10, 1000)
        cells += depths(name, 10.0 * place, 0.5)
        cells.append(
            Cell(contender=name, cost=always(10.0 * place), workload="parked", tasks=1000,
                 heavy=[200 * place + step for step in range(7)])
        )  # fmt: skip
    last: dict[str, Any] = {"contender": names[-1], "cost": always(0.0)}
    cells.append(Cell(**last, workload="chain", more=(("depth", 1000),), outcome=NOT_EXPRESSIBLE))
    cells.append(Cell(**last, workload="spawn", tasks=5000, outcome=EXHAUSTED))
    return cells


def everything_run(*names: str, **header: Any) -> Run:
    """Return a run of :func:`everything`."""
    return run_of(*everything(*names), **header)


def written(run: Run, path: Path) -> Path:
    """Write a run into a file, and return its path."""
    lines = [json.dumps(plain(record)) + "\n" for record in (run.header, *run.records)]
    path.write_text("".join(lines), encoding="utf-8")
    return path
