"""What holds between the records of a comparison: pairs of known processes, once each; looks that grow."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from concbench.results.processes import Processes
from concbench.results.schema import Record

PURPOSES = {"pair": "time", "weighed": "memory", "counted": "time", "warning": "time"}
"""What a paired cell is for that a record is about."""


class PairedRecords:
    """The records of pairs so far; ``paired`` are the header's paired cells."""

    def __init__(self, paired: Iterable[Record], processes: Processes) -> None:
        paired = tuple(paired)
        self._processes = processes
        self._ids = {one["id"] for one in paired}
        self._paired = {(*one["cells"], one["purpose"]) for one in paired}
        self._seen: set[tuple[Any, ...]] = set()
        self._pairs: Counter[tuple[str, ...]] = Counter()
        self._looked_at = 0

    def complaint_about(self, record: Record) -> str | None:
        """Return what is wrong with a pair, weighed, counted or look of known cells as the next one."""
        name = record["type"]
        if name == "look":
            return self._look_complaint(record)
        unpaired = self.unpaired_in(record)
        if unpaired is not None:
            return unpaired
        if _key(record) in self._seen:
            return f"there is one of {record['cells'][0]!r}{_which(record)} already"
        return None if name == "counted" else self._process_complaint(record)

    def unpaired_in(self, record: Record) -> str | None:
        """Return that the cells that a record is about, if it is about a pair, are none in the header."""
        cells, purpose = record.get("cells", ()), PURPOSES.get(record["type"])
        if not cells or purpose is None or (*cells, purpose) in self._paired:
            return None
        return f"the header does not pair {' and '.join(cells)} for {purpose}"

    def note(self, record: Record) -> None:
        """Note a record, about which there is no complaint."""
        match record["type"]:
            case "look":
                self._looked_at = record["pairs"]
            case "weighed":
                self._processes.end(*record["processes"])
        if record["type"] != "look":
            self._seen.add(_key(record))
            self._pairs[record["type"], *record["cells"]] += 1

    def _process_complaint(self, record: Record) -> str | None:
        purpose = PURPOSES[record["type"]]
        both = zip(record["cells"], record["processes"], strict=True)
        told = (self._processes.complaint(process, cell, purpose, record["pair"]) for cell, process in both)
        return next(filter(None, told), None)

    def _look_complaint(self, record: Record) -> str | None:
        for place, name in enumerate(record["open"]):
            if name not in self._ids:
                return f"{name!r} is no paired cell of the header"
            if name in record["open"][:place]:
                return f"{name!r} is open twice"
        if record["pairs"] <= self._looked_at:
            return f"one at {record['pairs']} pairs follows one at {self._looked_at}; numbers only grow"
        most = max(self._pairs.values(), default=0)
        if record["pairs"] > most:
            return f"it is at {record['pairs']} pairs, and no cell had more than {most} by then"
        return None


def _key(record: Record) -> tuple[Any, ...]:
    return (record["type"], *record["cells"], record.get("pair") if record["type"] != "counted" else None)


def _which(record: Record) -> str:
    return "" if record["type"] == "counted" else f" in pair {record['pair']}"
