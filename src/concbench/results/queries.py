"""Questions to a run: what was measured, what counts, what is left to do.

Pure functions of a ``Run``, and, where they do not return samples, of a ``Measured`` as well.

A block is the unit of comparison: its contenders alternated. So a sample counts once its block is complete,
and only the samples of the attempt that completed it count: those after the last resumption before that.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from concbench.results.header import Header, HeaderCell, HeaderContender
from concbench.results.measured import Measured
from concbench.results.reader import Run
from concbench.results.records import (
    BlockRecord,
    EndRecord,
    InBlock,
    MemoryRecord,
    OutcomeRecord,
    ResumeRecord,
    Sample,
    WarningRecord,
    WitnessRecord,
)
from concbench.results.values import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a cell ended. ``name`` is ``ok``, ``not measured``, or what its last ``outcome`` record says.

    The rest is that record's: ``reason`` (a sentence; empty for ``ok`` and ``not measured``), ``at`` (how
    many tasks were alive when something ran out), ``last_words`` (the end of a crashed worker's output).
    """

    name: str
    reason: str = ""
    at: int | None = None
    last_words: str | None = None


class Recorded(Protocol):
    """A run with a header and records: a ``Run``, or a ``Measured``, which has no samples among them."""

    @property
    def header(self) -> Header:
        """The first record."""

    @property
    def records(self) -> tuple[Record, ...]:
        """The records after it, in the file's order."""


def cells_by_id(run: Recorded) -> dict[str, HeaderCell]:
    """Return the header's cells under their ids, in the header's order."""
    return {cell.id: cell for cell in run.header.cells}


def contenders_by_id(run: Recorded) -> dict[str, HeaderContender]:
    """Return the header's contenders under their ids, in the header's order."""
    return {contender.id: contender for contender in run.header.contenders}


def counted_samples(run: Run) -> list[Sample]:
    """Return the ``sample`` records that count, block by block in the order of completion."""
    return _counted(run.records, Sample)


def counted_memory(run: Recorded) -> list[MemoryRecord]:
    """Return the ``memory`` records that count, block by block in the order of completion."""
    return _counted(run.records, MemoryRecord)


Placed = TypeVar("Placed", bound=InBlock)


def _counted(records: Iterable[Record], kind: type[Placed]) -> list[Placed]:
    pending: defaultdict[tuple[int, int], list[Placed]] = defaultdict(list)
    counted: list[Placed] = []
    for record in records:
        if isinstance(record, kind):
            pending[record.generation, record.block].append(record)
        elif isinstance(record, BlockRecord):
            counted += pending.pop((record.generation, record.block), [])
        elif isinstance(record, ResumeRecord):
            pending.clear()
    return counted


def completed_blocks(run: Recorded) -> set[tuple[int, int]]:
    """Return (generation, block) of every complete block."""
    return {(record.generation, record.block) for record in of_type(run, BlockRecord)}


def next_process(run: Run) -> int:
    """Return the first process number that no record of the run has used, counting from 1."""
    return 1 + max((getattr(record, "process", None) or 0 for record in run.records), default=0)


def outcomes(run: Run | Measured) -> dict[str, Outcome]:
    """Return every cell's outcome under its id: the last one recorded, else whether anything of it counts."""
    measured = {*_sampled(run), *(record.cell for record in counted_memory(run))}
    found = {cell: Outcome(name="ok" if cell in measured else "not measured") for cell in cells_by_id(run)}
    for record in of_type(run, OutcomeRecord):
        found[record.cell] = Outcome(
            name=record.outcome, reason=record.reason, at=record.at, last_words=record.last_words
        )
    return found


def _sampled(run: Run | Measured) -> set[str]:
    """Return the ids of the cells that have samples that count."""
    if isinstance(run, Run):
        return {record.cell for record in counted_samples(run)}
    places = set(run.samples.cell[run.samples.counted].tolist())
    return {cell.id for place, cell in enumerate(run.header.cells) if place in places}


def witnesses(run: Recorded) -> dict[str, WitnessRecord]:
    """Return every witnessed cell's last ``witness`` record under the cell's id."""
    return {record.cell: record for record in of_type(run, WitnessRecord)}


def warnings(run: Recorded) -> list[WarningRecord]:
    """Return the ``warning`` records, in the file's order."""
    return of_type(run, WarningRecord)


def is_complete(run: Recorded) -> bool:
    """Say whether the run came to its end with nothing left to do, and was not resumed after that."""
    ends = (record for record in reversed(run.records) if isinstance(record, EndRecord | ResumeRecord))
    last = next(ends, None)
    return isinstance(last, EndRecord) and last.complete


def is_comparison(run: Recorded) -> bool:
    """Say whether a run file is one of a comparison, which has pairs in place of samples."""
    return run.header.paired is not None


Kind = TypeVar("Kind", bound=Record)


def of_type(run: Recorded, kind: type[Kind]) -> list[Kind]:
    """Return the records of one type, in the file's order."""
    return [record for record in run.records if isinstance(record, kind)]
