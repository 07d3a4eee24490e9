"""Words for the marks of a chart, shown on demand: what was measured there, how sure it is, and how often.

They travel as the id of what matplotlib draws, and become ``<title>`` elements: of a single mark, or of all
marks of a line, where the first line of words is about all of them, and each further one about one.
"""

import json
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from matplotlib.artist import Artist

from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.words import cut, plain_text

SVG = "http://www.w3.org/2000/svg"
PREFIX = "told:"
LONGEST = 100
"""Letters of a line of words."""


def tell(drawn: Sequence[Artist], words: Sequence[str], about: str = "") -> None:
    """Give words to each mark of a line, beside what is said ``about`` all of them, or to the line."""
    (line,) = drawn
    line.set_gid(PREFIX + json.dumps([cut(plain_text(one), LONGEST) for one in in_lines(about, words)]))


def in_lines(about: str, words: Sequence[str]) -> list[str]:
    """Return what is said of all, with what all words end with behind a semicolon, and the rest of each."""
    parts = [one.rpartition("; ") for one in words]
    ends = {end for _words, _semicolon, end in parts}
    if len(words) == 1 or len(ends) > 1 or not parts[0][0]:
        return [about, *words]
    return ["; ".join(filter(None, (about, *ends))), *(one for one, _semicolon, _end in parts)]


def whose(cell: ReportedCell) -> str:
    """Return whose figure of what workload stands in a cell."""
    return f"{cell.contender.label}, {cell.point.workload}"


def about_cell(dataset: Dataset, cell: ReportedCell, figure: str) -> str:
    """Return what is said of a figure of a cell: of which point, of how many samples and processes."""
    summary, where = cell.summary, cell.point.spelled(dataset.varying(cell.point.workload))
    told = ": ".join(filter(None, (where, figure)))
    return f"{told}, {summary.samples} samples; {summary.processes} processes"


def put_titles(root: Element) -> None:
    """Put the words of :func:`tell` where they are shown: into the mark or path, or all marks of a line."""
    for group in list(root.iter()):
        if not group.get("id", "").startswith(PREFIX):
            continue
        about, *words = json.loads(group.attrib.pop("id").removeprefix(PREFIX))
        marks = list(group.iter(f"{{{SVG}}}use"))
        title = ElementTree.Element(f"{{{SVG}}}title")
        if len(words) > 1 and len(marks) == len(words):
            title.text = "\n".join([about, *words])
            next(one for one in group.iter() if marks[0] in one).insert(0, title)
        elif shown := marks if len(marks) == 1 else group.findall(f"{{{SVG}}}path")[:1]:
            title.text = "\n".join(filter(None, [about, *words]))
            shown[0].append(title)
