"""What holds between the records of a comparison: pairs of known processes, once each; looks at more."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

from concbench.results.header import HeaderPair
from concbench.results.processes import Processes
from concbench.results.records import CountedRecord, LookRecord, PairRecord, WarningRecord, WeighedRecord
from concbench.results.values import Record

OfPair: TypeAlias = PairRecord | WeighedRecord | CountedRecord
"""A record that is about two cells, base's and head's."""


class PairedRecords:
    """The records of pairs so far; ``paired`` are the header's paired cells."""

    def __init__(self, paired: Iterable[HeaderPair], processes: Processes) -> None:
        paired = tuple(paired)
        self._processes = processes
        self._ids = {one.id for one in paired}
        self._paired = {(*one.cells, one.purpose) for one in paired}
        self._seen: set[tuple[Any, ...]] = set()
        self._pairs: Counter[tuple[str, ...]] = Counter()
        self._since_look = 0

    def complaint_about(self, record: OfPair) -> str | None:
        """Return what is wrong with a pair, weighed or counted of known cells as the next one."""
        unpaired = self.unpaired_in(record)
        if unpaired is not None:
            return unpaired
        if _key(record) in self._seen:
            return f"there is one of {record.cells[0]!r}{_which(record)} already"
        return None if isinstance(record, CountedRecord) else self._process_complaint(record)

    def unpaired_in(self, record: Record) -> str | None:
        """Return that the cells that a record is about, if it is about a pair, are none in the header."""
        if not isinstance(record, OfPair | WarningRecord) or record.cells is None:
            return None
        cells, purpose = record.cells, _purpose(record)
        if (*cells, purpose) in self._paired:
            return None
        return f"the header does not pair {' and '.join(cells)} for {purpose}"

    def note(self, record: OfPair) -> None:
        """Note a record, about which there is no complaint."""
        if isinstance(record, WeighedRecord):
            self._processes.end(*record.processes)
        self._seen.add(_key(record))
        self._pairs[record.type, *record.cells] += 1
        self._since_look += 1

    def note_look(self) -> None:
        """Note a look, about which there is no complaint."""
        self._since_look = 0

    def _process_complaint(self, record: PairRecord | WeighedRecord) -> str | None:
        purpose = _purpose(record)
        both = zip(record.cells, record.processes, strict=True)
        told = (self._processes.complaint(process, cell, purpose, record.pair) for cell, process in both)
        return next(filter(None, told), None)

    def look_complaint(self, record: LookRecord) -> str | None:
        """Return what is wrong with a look as the next one."""
        for place, name in enumerate(record.open):
            if name not in self._ids:
                return f"{name!r} is no paired cell of the header"
            if name in record.open[:place]:
                return f"{name!r} is open twice"
        if not self._since_look:
            return f"one at {record.pairs} pairs follows a look, and no pair is between them"
        most = max(self._pairs.values(), default=0)
        if record.pairs > most:
            return f"it is at {record.pairs} pairs, and no cell had more than {most} by then"
        return None


def _purpose(record: OfPair | WarningRecord) -> str:
    """Return what a paired cell is for that a record is about."""
    return "memory" if isinstance(record, WeighedRecord) else "time"


def _key(record: OfPair) -> tuple[Any, ...]:
    return (record.type, *record.cells, None if isinstance(record, CountedRecord) else record.pair)


def _which(record: OfPair) -> str:
    return "" if isinstance(record, CountedRecord) else f" in pair {record.pair}"
