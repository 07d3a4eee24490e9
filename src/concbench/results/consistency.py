"""What holds between the records of one file: the header first and once, names known, numbers growing.

The writer and the reader ask the same class, so a file that was written can be read.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from concbench.results import schema
from concbench.results.blocks import Blocks
from concbench.results.fastline import Sample
from concbench.results.links import contradiction_in
from concbench.results.paired import PairedRecords
from concbench.results.processes import Processes
from concbench.results.schema import KEYS, PAIRED_SCHEMA, SCHEMAS, Record

PAIRED = frozenset({"pair", "weighed", "counted"})
"""Records that are about two cells, base's and head's."""

_OF_COMPARISONS = PAIRED | {"look"}
_OF_RUNS = frozenset({"sample", "memory", "block", "resume"})


class Consistency:
    """Remembers of the records so far what the next one has to agree with."""

    def __init__(self) -> None:
        self._started = False
        self._ended = False
        self._foreign: frozenset[str] = frozenset()
        self._cells: Mapping[str, str] = {}
        self._contenders: set[str] = set()
        self._measured: Counter[str] = Counter()
        self._told: Counter[tuple[str, ...]] = Counter()
        self._processes = Processes({})
        self._blocks = Blocks((), self._processes)
        self._pairs = PairedRecords((), self._processes)

    def complaint_about(self, record: object) -> str | None:
        """Return None if ``record`` may come next, else what is wrong with it."""
        complaint = self.complaint_alone(record)
        if complaint is None and isinstance(record, dict):
            complaint = self.contradiction(record)
        return complaint

    def complaint_alone(self, record: object) -> str | None:
        """Return None if ``record`` is one by itself, whatever was before, else what is wrong with it."""
        return schema.complaint_about(record) if self._started else _header_complaint(record)

    def contradiction(self, record: Record) -> str | None:
        """Return None if ``record``, which is one by itself, agrees with those before it."""
        name = record["type"]
        if not self._started:
            return None
        if name == "header":
            return "a second header; a run file has one, on its first line"
        if self._ended and name != "resume":
            return f"{name}: it comes after the end, and the run was not resumed"
        if name in self._foreign:
            return f"{name}: there is none in a file of this schema"
        complaint = self._unknown(record) or self._about(record)
        return complaint and f"{name}: {complaint}"

    def note(self, record: Record) -> None:
        """Remember ``record``, about which there is no complaint, as part of the file."""
        match record["type"]:
            case "sample" | "memory":
                self._blocks.note(record)
            case "process":
                self._processes.start(record)
            case "block":
                self._blocks.complete(record)
            case "header":
                self._begin(record)
            case "closed":
                self._processes.end(record["process"])
            case "witness" | "outcome" | "noise" | "warning":
                self._note_told(record)
            case "pair" | "weighed" | "counted" | "look":
                self._pairs.note(record)
            case "resume":
                self._blocks.resume()
                self._told = Counter({key: n for key, n in self._told.items() if key[0] in _OF_A_CELL})
        self._ended = record["type"] == "end"

    def take(self, samples: Sequence[Sample]) -> tuple[int, str] | None:
        """Note samples of known cells as the next records, up to the first that is wrong.

        Return its place and what is wrong with it, or None.
        """
        if samples and self._ended:
            return 0, "sample: it comes after the end, and the run was not resumed"
        if samples and "sample" in self._foreign:
            return 0, "sample: there is none in a file of this schema"
        found = self._blocks.take(samples)
        return found and (found[0], f"sample: {found[1]}")

    def _begin(self, header: Record) -> None:
        compares = header["schema"] == PAIRED_SCHEMA
        paired = header["paired"] if compares else ()
        self._started = True
        self._foreign = _OF_RUNS if compares else _OF_COMPARISONS
        self._cells = {cell["id"]: cell["contender"] for cell in header["cells"]}
        self._contenders = {contender["id"] for contender in header["contenders"]}
        ids = {(cell, one["id"]) for one in paired for cell in one["cells"]}
        self._measured = Counter(cell for cell, _ in ids)
        self._processes = Processes(self._cells)
        self._blocks = Blocks(header["cells"], self._processes)
        self._pairs = PairedRecords(paired, self._processes)

    def _unknown(self, record: Record) -> str | None:
        """Return what a record refers to that the header does not have."""
        name = record["type"]
        if name in ("process", "noise") and record["contender"] not in self._contenders:
            return f"contender {record['contender']!r} is not in the header"
        cells = record["cells"] if name in _ABOUT_CELLS else [record["cell"]] if name in _ABOUT_A_CELL else ()
        for cell in cells:
            if cell not in self._cells:
                return f"cell {cell!r} is not in the header"
        return None

    def _about(self, record: Record) -> str | None:
        """Return what else is wrong with a record that refers to nothing unknown."""
        complaint = None
        match record["type"]:
            case "sample" | "memory":
                complaint = self._blocks.complaint_about(record)
            case "process":
                complaint = self._processes.number_complaint(record["process"])
            case "block":
                complaint = self._blocks.completion_complaint(record)
            case "closed":
                complaint = self._processes.alive_complaint(record["process"])
            case "witness" | "outcome" | "noise" | "warning":
                complaint = self._told_complaint(record) or self._pairs.unpaired_in(record)
            case "pair" | "weighed" | "counted" | "look":
                complaint = self._pairs.complaint_about(record)
        return complaint

    def _note_told(self, record: Record) -> None:
        self._told[_what(record)] += 1
        if record["type"] == "witness":
            self._blocks.witness(record)

    def _told_complaint(self, record: Record) -> str | None:
        """Return what is wrong with a record that a cell has once for each id, or that a run has once."""
        name, key = record["type"], _what(record)
        often = max(1, self._measured[record["cell"]]) if name in _OF_A_CELL else 1
        if self._told[key] >= often:
            return f"there is one of {_spelled(record)} already"
        if name == "outcome" and record["process"] is not None:
            return self._processes.outcome_complaint(record["process"], record["cell"], record["generation"])
        return None


_OF_A_CELL = frozenset({"witness", "outcome"})
"""Records that a cell has once, in a comparison once for each id that it is paired under."""

_ABOUT_A_CELL = _OF_A_CELL | {"sample", "memory"}
_ABOUT_CELLS = PAIRED | {"block"}

_KEYS: Mapping[str, tuple[str, ...]] = {
    "witness": ("cell",),
    "outcome": ("cell",),
    "noise": ("contender", "when"),
    "warning": tuple(KEYS["warning"]),
}
"""By what a record of a type is another one."""


def _what(record: Record) -> tuple[str, ...]:
    name = record["type"]
    return (name, *(record[key] for key in _KEYS[name]))


def _spelled(record: Record) -> str:
    match record["type"]:
        case "noise":
            return f"contender {record['contender']!r} {record['when']} the measurements"
        case "warning":
            return f"{record['name']!r} in the same words"
        case _:
            return f"cell {record['cell']!r}"


def _header_complaint(record: object) -> str | None:
    if not (isinstance(record, dict) and record.get("type") == "header"):
        return "the first line is not a header; name a file that `concbench run` wrote"
    version = record.get("schema")
    # A newer header may lack what ours requires, so its number is looked at before anything else.
    if type(version) is int and version not in SCHEMAS:
        newest = max(SCHEMAS)
        advice = "upgrade concbench to read it" if version > newest else "no concbench has written such files"
        return f"it has schema {version}, and this concbench reads schema {newest} and older; {advice}"
    return schema.complaint_about(record) or contradiction_in(record)
