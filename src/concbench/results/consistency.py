"""What holds between the records of one file: the header first and once, names known, numbers growing.

The writer and the reader ask the same class, so a file that was written can be read.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import ValidationError

from concbench.results.blocks import Blocks
from concbench.results.header import SCHEMA, Header
from concbench.results.lift import EARLIER
from concbench.results.lines import as_record, found_at, json_in
from concbench.results.links import contradiction_in
from concbench.results.paired import PairedRecords
from concbench.results.processes import Processes
from concbench.results.records import (
    BlockRecord,
    ClosedRecord,
    CountedRecord,
    EndRecord,
    InBlock,
    LookRecord,
    NoiseRecord,
    OutcomeRecord,
    PairRecord,
    ProcessRecord,
    ResumeRecord,
    Sample,
    WarningRecord,
    WeighedRecord,
    WitnessRecord,
)
from concbench.results.values import Record

_OF_RUNS = (InBlock, BlockRecord, ResumeRecord)
_OF_COMPARISONS = (PairRecord, WeighedRecord, CountedRecord, LookRecord)


class Consistency:
    """Remembers of the records so far what the next one has to agree with; the first is the header."""

    def __init__(self) -> None:
        self._started = False
        self._ended = False
        self._foreign: tuple[type[Record], ...] = ()
        self._kind = ""
        self._cells: Mapping[str, str] = {}
        self._contenders: set[str] = set()
        self._measured: Counter[str] = Counter()
        self._told: Counter[tuple[str, ...]] = Counter()
        self._processes = Processes({})
        self._blocks = Blocks((), self._processes)
        self._pairs = PairedRecords((), self._processes)

    def complaint_about(self, record: Record) -> str | None:
        """Return None if ``record`` agrees with those before it, else what is wrong with it."""
        if not self._started:
            return None if isinstance(record, Header) else NO_HEADER
        if isinstance(record, Header):
            return "a second header; a run file has one, on its first line"
        if self._ended and not isinstance(record, ResumeRecord):
            return f"{record.type}: it comes after the end, and the run was not resumed"
        if isinstance(record, self._foreign):
            return f"{record.type}: there is none in the file of {self._kind}"
        complaint = self._unknown(record) or self._about(record)
        return complaint and f"{record.type}: {complaint}"

    def note(self, record: Record) -> None:  # noqa: C901  (a case for each type)
        """Remember ``record``, about which there is no complaint, as part of the file."""
        match record:
            case InBlock():
                self._blocks.note(record)
            case ProcessRecord():
                self._processes.start(record)
            case BlockRecord():
                self._blocks.complete(record)
            case Header():
                self._begin(record)
            case ClosedRecord():
                self._processes.end(record.process)
            case WitnessRecord():
                self._told[_what(record)] += 1
                self._blocks.witness(record)
            case OutcomeRecord() | NoiseRecord() | WarningRecord():
                self._told[_what(record)] += 1
            case PairRecord() | WeighedRecord() | CountedRecord():
                self._pairs.note(record)
            case LookRecord():
                self._pairs.note_look()
            case ResumeRecord():
                self._blocks.resume()
                self._told = Counter({key: n for key, n in self._told.items() if key[0] in _OF_A_CELL})
        self._ended = isinstance(record, EndRecord)

    def take(self, samples: Sequence[Sample]) -> tuple[int, str] | None:
        """Note samples of known cells as the next records, up to the first that is wrong.

        Return its place and what is wrong with it, or None.
        """
        if samples and self._ended:
            return 0, "sample: it comes after the end, and the run was not resumed"
        if samples and InBlock in self._foreign:
            return 0, f"sample: there is none in the file of {self._kind}"
        found = self._blocks.take(samples)
        return found and (found[0], f"sample: {found[1]}")

    def _begin(self, header: Header) -> None:
        self._started = True
        self._foreign = _OF_COMPARISONS if header.paired is None else _OF_RUNS
        self._kind = "a run" if header.paired is None else "a comparison"
        self._cells = {cell.id: cell.contender for cell in header.cells}
        self._contenders = {contender.id for contender in header.contenders}
        paired = header.paired or ()
        self._measured = Counter(cell for cell, _ in {(cell, one.id) for one in paired for cell in one.cells})
        self._processes = Processes(self._cells)
        self._blocks = Blocks(header.cells, self._processes)
        self._pairs = PairedRecords(paired, self._processes)

    def _unknown(self, record: Record) -> str | None:
        """Return what a record refers to that the header does not have."""
        cells: Sequence[str] = ()
        match record:
            case ProcessRecord() | NoiseRecord() if record.contender not in self._contenders:
                return f"contender {record.contender!r} is not in the header"
            case PairRecord() | WeighedRecord() | CountedRecord() | BlockRecord():
                cells = record.cells
            case WitnessRecord() | OutcomeRecord() | InBlock():
                cells = (record.cell,)
        unknown = next((cell for cell in cells if cell not in self._cells), None)
        return None if unknown is None else f"cell {unknown!r} is not in the header"

    def _about(self, record: Record) -> str | None:
        """Return what else is wrong with a record that refers to nothing unknown."""
        complaint = None
        match record:
            case InBlock():
                complaint = self._blocks.complaint_about(record)
            case ProcessRecord():
                complaint = self._processes.number_complaint(record.process)
            case BlockRecord():
                complaint = self._blocks.completion_complaint(record)
            case ClosedRecord():
                complaint = self._processes.alive_complaint(record.process)
            case WitnessRecord() | OutcomeRecord() | NoiseRecord() | WarningRecord():
                complaint = self._told_complaint(record) or self._pairs.unpaired_in(record)
            case PairRecord() | WeighedRecord() | CountedRecord():
                complaint = self._pairs.complaint_about(record)
            case LookRecord():
                complaint = self._pairs.look_complaint(record)
        return complaint

    def _told_complaint(self, record: "Told") -> str | None:
        """Return what is wrong with a record that a cell has once for each id, or that a run has once."""
        often = 1
        if isinstance(record, WitnessRecord | OutcomeRecord):
            often = max(1, self._measured[record.cell])
        if self._told[_what(record)] >= often:
            return f"there is one of {_spelled(record)} already"
        if isinstance(record, OutcomeRecord) and record.process is not None:
            return self._processes.outcome_complaint(record.process, record.cell, record.generation)
        return None


Told: TypeAlias = WitnessRecord | OutcomeRecord | NoiseRecord | WarningRecord
"""A record that there may be once of its kind."""

_OF_A_CELL = frozenset({"witness", "outcome"})
"""Records that a cell has once, in a comparison once for each id that it is paired under."""


def _what(record: Told) -> tuple[str, ...]:
    """Return by what a record of a type is another one."""
    match record:
        case NoiseRecord():
            return record.type, record.contender, record.when
        case WarningRecord():
            return record.type, record.name, record.seen, record.why, record.todo
    return record.type, record.cell


def _spelled(record: Told) -> str:
    match record:
        case NoiseRecord():
            return f"contender {record.contender!r} {record.when} the measurements"
        case WarningRecord():
            return f"{record.name!r} in the same words"
    return f"cell {record.cell!r}"


NO_HEADER = "the first line is not a header; name a file that `concbench run` wrote"


def first_record(line: bytes) -> Header:
    """Return the header in a line; raise ValueError, saying what is wrong, for what is none."""
    return header_of(json_in(line))


def header_of(value: object) -> Header:
    """Return the header that plain data is, whose parts agree; raise ValueError for what is none."""
    if not (isinstance(value, dict) and value.get("type") == "header"):
        raise ValueError(NO_HEADER)
    version = value.get("schema")
    # A newer header may lack what ours requires, so its number is looked at before anything else.
    if type(version) is int and version not in (*EARLIER, SCHEMA):
        advice = "upgrade concbench to read it" if version > SCHEMA else "no concbench has written such files"
        raise ValueError(
            f"it has schema {version}, and this concbench reads schema {SCHEMA} and older; {advice}"
        )
    header = as_record(value)
    assert isinstance(header, Header)  # noqa: S101  (its type says so)
    for part, read in (("settings", lambda: header.asked), ("environment", lambda: header.about)):
        try:
            read()
        except ValidationError as error:
            raise ValueError(f"header: {part}: {error}{found_at(getattr(header, part), error)}") from error
    if (complaint := contradiction_in(header)) is not None:
        raise ValueError(complaint)
    return header
