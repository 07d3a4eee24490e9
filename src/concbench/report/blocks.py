"""What a page is made of: sections of words, pictures and tables. Plain data, which a template draws."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from concbench.analysis.contenders import RunContender
from concbench.report.charts.palette import Look, look_of

LYING = 6
"""Names of columns that have room side by side."""

FITTING = 20
"""Columns of a map that fit on a phone."""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; an ``alarm`` is what the reader must not miss, a ``lead`` what she reads first.

    ``name`` is its id on the page, if it is linked to.
    """

    text: str
    kind: Literal["plain", "lead", "alarm"] = "plain"
    name: str = ""


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A line of links to parts of the page, each its words and the name of the part, after what they are.

    With ``picks``, they are groups of answers, of which a reader may want one alone.
    """

    words: str
    links: tuple[tuple[str, str], ...]
    picks: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """SVGs that are read together: ``caption`` says what is seen, ``reading`` how to read it.

    ``name`` is its id on the page, if it is linked to; ``behind`` are figures to it, on demand.
    """

    svgs: tuple[str, ...]
    caption: str
    reading: str
    name: str = ""
    behind: tuple["Folded", ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Small pictures that are compared with each other: as many stand side by side as there is room for."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a table. ``lines`` of text; ``order`` sorts it (None: last).

    ``look`` puts a contender's marker before it; ``grade`` (from 0, the best) colours it; ``hover`` is shown
    on demand; ``strong`` is what counts in its row; ``faint`` is what stands for no figure, or for
    one that nothing is to be built on yet.
    """

    lines: tuple[str, ...]
    order: float | str | None = None
    look: Look | None = None
    grade: int | None = None
    hover: str = ""
    strong: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``workload`` and ``models`` are what it can be filtered by."""

    fields: tuple[Field, ...]
    workload: str = ""
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    ``name`` is its id on the page. ``numeric`` are the columns that hold figures; the first ``heads`` fields
    of a row name what it is about. ``reading`` says how to read it; with ``filters`` it can be filtered.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: frozenset[int] = frozenset()
    heads: int = 1
    reading: str = ""
    filters: bool = False


@dataclass(frozen=True, slots=True)
class MapCell:
    """What a contender did at a point: its two ``halves``, each a figure in short and its grade (see Field).

    ``hover`` says the same in full, ``order`` sorts it (None: last).
    """

    halves: tuple[tuple[str, int | None], ...]
    hover: str = ""
    order: float | None = None


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row of a map: its ``title`` and what more there is to say about it, and a cell for each contender."""

    title: str
    about: str
    cells: tuple[MapCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """A map at a glance: rows of two-coloured cells, a column for each of ``names``; ``key``: grades."""

    name: str
    caption: str
    names: tuple[Field, ...]
    rows: tuple[MapRow, ...]
    key: tuple[str, ...]
    reading: str = ""

    @property
    def crowd(self) -> str:
        """The classes that say whether there are too many columns for names that lie, and for a phone."""
        return (" many" if len(self.names) > LYING else "") + (" crowd" if len(self.names) > FITTING else "")


@dataclass(frozen=True, slots=True)
class Download:
    """A file inside the page: ``content``, in base64, is compressed by gzip."""

    name: str
    content: str
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in a sentence: ``who`` is to be chosen, with its marker, and ``how`` the others stand.

    ``sure``: of everyone it is decided how they stand.
    """

    who: str
    how: str
    look: Look | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A load, with an answer of each run.

    Behind it stand ``about``, what was measured, a table of all, and ``links`` to what else there is.
    ``name`` is its id on the page.
    """

    name: str
    title: str
    goal: str
    workload: str
    size: str
    said: tuple[Said, ...]
    about: str
    links: LinkLine
    table: Table


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Loads of one family under its heading, ``words``; ``name`` is its id on the page."""

    name: str
    title: str
    words: str
    loads: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Loads in the groups of their families."""

    groups: tuple[AnswerGroup, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Lines under a heading: what each is about, and what is said of it."""

    heading: str
    lines: tuple[tuple[str, tuple[Said, ...]], ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that are shown on demand, under a line that says what they are; printing shows them."""

    line: str
    blocks: Sequence["Block"]


Block: TypeAlias = Words | LinkLine | Picture | Grid | Table | HeatMap | Download | Answers | Told | Folded


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page, with an ``id`` to link to; ``line`` says what is in one that is folded."""

    id: str
    title: str
    blocks: Sequence[Block] = field(default=())
    line: str = ""


def text(*lines: str, order: float | str | None = None, faint: bool = False) -> Field:
    """Return a field of plain text."""
    return Field(lines=lines, order=order, faint=faint)


def named(contender: RunContender) -> Field:
    """Return a field that names a contender, with its marker in its colour."""
    return Field(lines=(contender.label,), order=contender.label, look=look_of(contender.place))


def kind_of(block: Block) -> str:
    """Return the name under which the template draws a block."""
    return type(block).__name__.lower()
