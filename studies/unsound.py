"""What a run file must not be accepted with, by its lines alone, without anything of the reader.

A measurement that is doubled or of a wrong process, more witnesses or outcomes of a cell than a driver
writes, a warning that is doubled.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

MEASURED = {"sample": "time", "memory": "memory", "pair": "time", "weighed": "memory"}
"""Records of measurements, and what a process is for that makes them."""


def unsound(content: bytes) -> str | None:
    """Say what a file must not be accepted with, by its lines alone; None where nothing is seen."""
    records = whole_records(content)
    return doubled_about_a_cell(records) or doubled_warning(records) or unsound_measurement(records)


def whole_records(content: bytes) -> list[Record]:
    """Return the records of a file's whole lines."""
    lines = content.splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def doubled_about_a_cell(records: Sequence[Record]) -> str | None:
    """Say which cell has more witnesses or outcomes than it is measured under ids: in a run, than one."""
    paired = [one for record in records if record["type"] == "header" for one in record.get("paired", ())]
    ids = Counter(cell for cell, _ in {(cell, one["id"]) for one in paired for cell in one["cells"]})
    told = Counter((one["type"], one["cell"]) for one in records if one["type"] in ("witness", "outcome"))
    return next((f"too many: {key}" for key, number in told.items() if number > max(1, ids[key[1]])), None)


def doubled_warning(records: Sequence[Record]) -> str | None:
    """Say which warning stands there twice in the same words, between two resumptions."""
    seen: set[tuple[Any, ...]] = set()
    for record in records:
        if record["type"] == "resume":
            seen.clear()
        if record["type"] == "warning":
            words = tuple(record[name] for name in ("name", "seen", "why", "todo"))
            if words in seen:
                return f"warned twice: {words}"
            seen.add(words)
    return None


def unsound_measurement(records: Sequence[Record]) -> str | None:
    """Say which measurement is doubled, or of a process that cannot have made it."""
    processes: dict[Any, Record] = {}
    seen: set[tuple[Any, ...]] = set()
    owners: dict[Any, Any] = {}
    for record in records:
        if record["type"] == "header":
            owners = {cell["id"]: cell["contender"] for cell in record["cells"]}
        elif record["type"] == "process":
            processes[record["process"]] = record
        elif record["type"] in MEASURED:
            cells, numbers = measured_in(record)
            key = record["type"], *cells, *numbers, record.get("block"), record.get("round")
            if key in seen:
                return f"doubled: {key}"
            seen.add(key)
            for cell, number in zip(cells, numbers, strict=True):
                if (reason := foreign(record, owners[cell], processes.get(number))) is not None:
                    return f"{reason}: {key}"
    return None


def foreign(record: Record, owner: Any, process: Record | None) -> str | None:
    """Say why a process cannot have measured a record of a cell of ``owner``."""
    if process is None:
        return "of an unknown process"
    if process["contender"] != owner or process["purpose"] != MEASURED[record["type"]]:
        return "of a foreign process"
    generation = record.get("generation", record.get("pair"))
    return None if process["generation"] == generation else "of another generation"


def measured_in(record: Record) -> tuple[list[Any], list[Any]]:
    """Return what a record measured: cells, and the process of each."""
    if "cells" in record:
        return record["cells"], record["processes"]
    return [record["cell"]], [record["process"]]
