"""What holds between the records of one file: the header first and once, names known, numbers growing.

The writer and the reader ask the same class, so a file that was written can be read.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

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
        self._noise: set[tuple[str, str]] = set()
        self._warnings: set[tuple[str, ...]] = set()
        self._measured: Counter[str] = Counter()
        self._told: Counter[tuple[str, str]] = Counter()
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
        return self._unknown(record) or self._about(record)

    def note(self, record: Record) -> None:
        """Remember ``record``, about which there is no complaint, as part of the file."""
        if (remember := _NOTES.get(record["type"])) is not None:
            remember(self, record)
        self._ended = record["type"] == "end"

    def _note_closed(self, record: Record) -> None:
        self._processes.end(record["process"])

    def _note_sample(self, record: Record) -> None:
        self._blocks.note_sample(*_place_of(record))

    def _note_noise(self, record: Record) -> None:
        self._noise.add((record["contender"], record["when"]))

    def _note_warning(self, record: Record) -> None:
        self._warnings.add(_words_of(record))

    def _note_witness(self, record: Record) -> None:
        self._told["witness", record["cell"]] += 1
        self._blocks.witness(record)

    def _note_outcome(self, record: Record) -> None:
        self._told["outcome", record["cell"]] += 1

    def _note_resume(self, _record: Record) -> None:
        self._blocks.resume()
        self._noise.clear()
        self._warnings.clear()

    def take(self, samples: Sequence[Sample]) -> tuple[int, str] | None:
        """Note samples of known cells as the next records, up to the first that is wrong.

        Return its place and what is wrong with it, or None.
        """
        if samples and self._ended:
            return 0, "sample: it comes after the end, and the run was not resumed"
        if samples and "sample" in self._foreign:
            return 0, "sample: there is none in a file of this schema"
        return self._blocks.take(samples)

    def _begin(self, header: Record) -> None:
        paired = header["schema"] == PAIRED_SCHEMA
        self._started = True
        self._foreign = _OF_RUNS if paired else _OF_COMPARISONS
        self._cells = {cell["id"]: cell["contender"] for cell in header["cells"]}
        self._measured = _times_measured(header, paired=paired)
        self._contenders = {contender["id"] for contender in header["contenders"]}
        self._processes = Processes(self._cells)
        self._blocks = Blocks(header["cells"], self._processes)
        self._pairs = PairedRecords(header["paired"] if paired else (), self._processes)

    def _unknown(self, record: Record) -> str | None:
        """Return what a record refers to that the header does not have."""
        name = record["type"]
        if name in ("process", "noise") and record["contender"] not in self._contenders:
            return f"{name}: contender {record['contender']!r} is not in the header"
        if name in _ABOUT_A_CELL:
            known = record["cell"] in self._cells
            return None if known else f"{name}: cell {record['cell']!r} is not in the header"
        if name in _ABOUT_CELLS:
            for cell in record["cells"]:
                if cell not in self._cells:
                    return f"{name}: cell {cell!r} is not in the header"
        return None

    def _about(self, record: Record) -> str | None:
        complaint = _COMPLAINTS.get(record["type"])
        return None if complaint is None else complaint(self, record)

    def _process_complaint(self, record: Record) -> str | None:
        complaint = self._processes.number_complaint(record["process"])
        return complaint and f"process: {complaint}"

    def _closed_complaint(self, record: Record) -> str | None:
        complaint = self._processes.alive_complaint(record["process"])
        return complaint and f"closed: {complaint}"

    def _sample_complaint(self, record: Record) -> str | None:
        return self._blocks.sample_complaint(*_place_of(record))

    def _memory_complaint(self, record: Record) -> str | None:
        return self._blocks.memory_complaint(record)

    def _block_complaint(self, record: Record) -> str | None:
        return self._blocks.block_complaint(record)

    def _often_complaint(self, record: Record) -> str | None:
        """Return what is wrong with a record that a cell has once for each time that it is measured."""
        name, cell = record["type"], record["cell"]
        if self._told[name, cell] < self._measured[cell]:
            return None
        return f"{name}: there is one of cell {cell!r} already"

    def _warning_complaint(self, record: Record) -> str | None:
        doubled = _words_of(record) in self._warnings
        return f"warning: there is one of {record['name']!r} in the same words already" if doubled else None

    def _outcome_complaint(self, record: Record) -> str | None:
        if (complaint := self._often_complaint(record)) is not None or record["process"] is None:
            return complaint
        complaint = self._processes.outcome_complaint(record["process"], record["cell"], record["generation"])
        return complaint and f"outcome: {complaint}"

    def _noise_complaint(self, record: Record) -> str | None:
        doubled = (record["contender"], record["when"]) in self._noise
        return f"noise: there is one {record['when']} the measurements already" if doubled else None

    def _pair_complaint(self, record: Record) -> str | None:
        return self._pairs.complaint_about(record)


_COMPLAINTS: Mapping[str, Callable[[Consistency, Record], str | None]] = {
    "process": Consistency._process_complaint,
    "closed": Consistency._closed_complaint,
    "witness": Consistency._often_complaint,
    "sample": Consistency._sample_complaint,
    "memory": Consistency._memory_complaint,
    "block": Consistency._block_complaint,
    "outcome": Consistency._outcome_complaint,
    "noise": Consistency._noise_complaint,
    "warning": Consistency._warning_complaint,
    **dict.fromkeys(sorted(_OF_COMPARISONS), Consistency._pair_complaint),
}
"""What else is asked of a record that refers to nothing unknown, by its type."""

_NOTES: Mapping[str, Callable[[Consistency, Record], None]] = {
    "header": Consistency._begin,
    "process": lambda self, record: self._processes.start(record),
    "closed": Consistency._note_closed,
    "witness": Consistency._note_witness,
    "sample": Consistency._note_sample,
    "memory": lambda self, record: self._blocks.note_memory(record),
    "block": lambda self, record: self._blocks.complete(record),
    "outcome": Consistency._note_outcome,
    "noise": Consistency._note_noise,
    "warning": Consistency._note_warning,
    **dict.fromkeys(sorted(_OF_COMPARISONS), lambda self, record: self._pairs.note(record)),
    "resume": Consistency._note_resume,
}
"""What is remembered of a record, by its type."""

_ABOUT_A_CELL = frozenset({"witness", "sample", "memory", "outcome"})
_ABOUT_CELLS = PAIRED | {"block"}


def _place_of(sample: Record) -> tuple[str, int, int, int, int, int]:
    return (
        sample["cell"],
        sample["process"],
        sample["generation"],
        sample["block"],
        sample["round"],
        len(sample["legs"]),
    )


def _times_measured(header: Record, *, paired: bool) -> Counter[str]:
    """Return how often each cell is measured: in a comparison under several ids, where work is injected."""
    ids = {(one["id"], cell) for one in header["paired"] for cell in one["cells"]} if paired else ()
    often = Counter(cell for _, cell in ids)
    return Counter({cell["id"]: max(1, often[cell["id"]]) for cell in header["cells"]})


def _words_of(warning: Record) -> tuple[str, ...]:
    return tuple(warning[name] for name in KEYS["warning"])


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
