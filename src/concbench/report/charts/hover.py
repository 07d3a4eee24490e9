"""Words for the marks of a chart, shown on demand: what was measured there, how sure it is, and how often.

They travel as the id of what matplotlib draws, and become ``<title>`` elements of the marks.
"""

import json
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from matplotlib.artist import Artist

from concbench.analysis.dataset import Dataset, ReportedCell
from concbench.words import plain_text

SVG = "http://www.w3.org/2000/svg"
PREFIX = "told:"


def tell(drawn: Sequence[Artist], words: Sequence[str]) -> None:
    """Give words to each mark of a line, or to a line as a whole."""
    (line,) = drawn
    line.set_gid(PREFIX + json.dumps([plain_text(one) for one in words]))


def about_cell(dataset: Dataset, cell: ReportedCell, figure: str) -> str:
    """Return what is said of a figure of a cell: whose it is, and of how many samples and processes."""
    point, summary = cell.point, cell.summary
    where = ", ".join(filter(None, (point.workload, point.spelled(dataset.varying(point.workload)))))
    much = f"{summary.samples} samples in {summary.processes} processes"
    return f"{cell.contender.label}, {where}: {figure}; {much}"


def put_titles(root: Element) -> None:
    """Put the words of :func:`tell` where they are shown: into the marks, or into the only path."""
    for group in list(root.iter()):
        if not group.get("id", "").startswith(PREFIX):
            continue
        words = json.loads(group.attrib.pop("id").removeprefix(PREFIX))
        marks = list(group.iter(f"{{{SVG}}}use"))
        shown = marks if len(marks) == len(words) else group.findall(f"{{{SVG}}}path")[: len(words)]
        for mark, told in zip(shown, words, strict=False):
            ElementTree.SubElement(mark, f"{{{SVG}}}title").text = told
