"""What holds between the records of one file: the header first and once, names known, numbers growing.

The writer and the reader ask the same class, so a file that was written can be read.
"""

from collections import Counter
from collections.abc import Iterable

from concbench.results import schema
from concbench.results.schema import SCHEMAS, Record

PAIRED = frozenset({"pair", "weighed", "counted"})
"""Records that are about two cells, base's and head's."""


class Consistency:
    """Remembers of the records so far what the next one has to agree with."""

    def __init__(self) -> None:
        self._started = False
        self._cells: set[str] = set()
        self._contenders: set[str] = set()
        self._last_process = -1
        self._blocks: set[tuple[int, int]] = set()

    def complaint_about(self, record: object) -> str | None:
        """Return None if ``record`` may come next, else what is wrong with it."""
        if not self._started:
            return _header_complaint(record)
        complaint = schema.complaint_about(record)
        if complaint is None and isinstance(record, dict):
            complaint = self._contradiction(record)
        return complaint

    def note(self, record: Record) -> None:
        """Remember ``record``, about which there is no complaint, as part of the file."""
        match record["type"]:
            case "header":
                self._started = True
                self._cells = {cell["id"] for cell in record["cells"]}
                self._contenders = {contender["id"] for contender in record["contenders"]}
            case "process":
                self._last_process = record["process"]
            case "block":
                self._blocks.add((record["generation"], record["block"]))

    def _contradiction(self, record: Record) -> str | None:
        match record["type"]:
            case "header":
                return "a second header; a run file has one, on its first line"
            case "process":
                return self._process_contradiction(record)
            case "block":
                return self._block_contradiction(record)
            case "noise":
                return self._unknown_contender("noise", record["contender"])
            case "witness" | "sample" | "memory" | "outcome" | "pair" | "weighed" | "counted" as name:
                cells = record["cells"] if name in PAIRED else [record["cell"]]
                return self._unknown_cells(name, cells)
        return None

    def _process_contradiction(self, record: Record) -> str | None:
        unknown = self._unknown_contender("process", record["contender"])
        if unknown is None and record["process"] <= self._last_process:
            return f"process: process {record['process']} follows {self._last_process}; numbers only grow"
        return unknown

    def _block_contradiction(self, record: Record) -> str | None:
        generation, block = record["generation"], record["block"]
        if (generation, block) in self._blocks:
            return f"block: block {block} of generation {generation} is completed a second time"
        return self._unknown_cells("block", record["cells"])

    def _unknown_contender(self, name: str, contender: str) -> str | None:
        return (
            None if contender in self._contenders else f"{name}: contender {contender!r} is not in the header"
        )

    def _unknown_cells(self, name: str, cells: Iterable[str]) -> str | None:
        return next(filter(None, (self._unknown_cell(name, cell) for cell in cells)), None)

    def _unknown_cell(self, name: str, cell: str) -> str | None:
        return None if cell in self._cells else f"{name}: cell {cell!r} is not in the header"


def _header_complaint(record: object) -> str | None:
    if not (isinstance(record, dict) and record.get("type") == "header"):
        return "the first line is not a header; name a file that `concbench run` wrote"
    version = record.get("schema")
    # A newer header may lack what ours requires, so its number is looked at before anything else.
    if type(version) is int and version not in SCHEMAS:
        newest = max(SCHEMAS)
        advice = "upgrade concbench to read it" if version > newest else "no concbench has written such files"
        return f"it has schema {version}, and this concbench reads schema {newest} and older; {advice}"
    return schema.complaint_about(record) or _ambiguity(record)


def _ambiguity(header: Record) -> str | None:
    contenders = Counter(contender["id"] for contender in header["contenders"])
    cells = Counter(cell["id"] for cell in header["cells"])
    for what, times in (("contenders", contenders), ("cells", cells)):
        if repeated := [name for name, number in times.items() if number > 1]:
            return f"header: {what} has the id {repeated[0]!r} more than once"
    for cell in header["cells"]:
        if cell["contender"] not in contenders:
            return f"header: cell {cell['id']!r} names contender {cell['contender']!r}, which is not listed"
    return None
