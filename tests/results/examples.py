"""Records to test with: one small header, one example of every other type, and strategies for whole runs."""

import copy
import json
from typing import Any, TypeAlias

from hypothesis import strategies as st
from msgspec import to_builtins

from concbench.outcomes import OUTCOMES
from concbench.results.consistency import Consistency, header_of
from concbench.results.header import Header
from concbench.results.lines import as_record
from concbench.results.values import NUMBERS, Record

Plain: TypeAlias = dict[str, Any]
"""A record as the file has it."""

IDENTITY = {"machine": "x86_64", "cpu": "two slow cores", "commit": "abc123"}
NOW = "2026-11-22T12:00:00+00:00"
CELLS = ("spawn/asyncio/10", "spawn/threads/10")

HEADER: Plain = {
    "type": "header",
    "schema": 3,
    "concbench": "0.1.0",
    "run": "0123456789abcdef0123456789abcdef",
    "started": NOW,
    "settings": {"preset": "quick"},
    "seed": 7,
    "environment": {"identity": IDENTITY, "load": 0.25},
    "contenders": [
        {"id": name, "model": name, "dialect": dialect, "python": "3.13.0", "version": "3.13.0"}
        for name, dialect in (("asyncio", "coroutine"), ("threads", "blocking"))
    ],
    "cells": [
        {
            "id": cell,
            "workload": "spawn",
            "contender": cell.split("/")[1],
            "params": {"tasks": 10},
            "unit": "task",
            "floor_ns": 0,
            "workload_version": "1",
        }
        for cell in CELLS
    ],
}

LEG: Plain = {
    "leg": "single",
    "number": 3,
    "wall_ns": 9_000_000,
    "cpu_ns": 8_000_000,
    "user_ns": 7_000_000,
    "system_ns": 1_000_000,
    "voluntary": 2,
    "involuntary": 1,
    "gc": 0,
}

SLICES: Plain = {
    "wall_ns": [2_000_000, 2_100_000],
    "cpu_ns": [1_900_000, 2_000_000],
    "user_ns": [1_800_000, 2_000_000],
    "system_ns": [100_000, 0],
    "voluntary": [0, 1],
    "involuntary": [0, 0],
    "gc": [0, 0],
    "records": [{}, {"early": 1}],
}
WEIGHED: Plain = {
    "tasks": 1000,
    "baseline_bytes": 20_000_000,
    "observed_bytes": 21_437_000,
    "peak_bytes": None,
    "floor_bytes": 0,
}

_EXAMPLES: tuple[Plain, ...] = (
    {
        "type": "process",
        "process": 1,
        "contender": "asyncio",
        "generation": 0,
        "pid": 4711,
        "startup_ns": 40_000_000,
        "open_ns": 200_000,
        "purpose": "time",
    },
    {"type": "closed", "process": 1, "close_ns": 90_000},
    {
        "type": "witness",
        "cell": CELLS[0],
        "legs": [{"counts": {"task": 10, "suspension": 0}}],
        "number": 3,
        "estimate_ns": 3_000_000.5,
        "checks": {"tasks": None, "order": "task 3 ran before task 2"},
    },
    {
        "type": "sample",
        "cell": CELLS[0],
        "process": 1,
        "generation": 0,
        "block": 0,
        "round": 0,
        "turn": 0,
        "legs": [LEG],
        "first": "single",
        "calibration_ns": 5_000_000,
        "records": {"lateness_p50_ns": -12, "early": 1},
    },
    {
        "type": "memory",
        "cell": CELLS[0],
        "process": 2,
        "generation": 0,
        "block": 1,
        "tasks": 1000,
        "baseline_bytes": 20_000_000,
        "observed_bytes": 21_437_000,
        "peak_bytes": None,
        "floor_bytes": 0,
    },
    {
        "type": "outcome",
        "cell": CELLS[1],
        "outcome": "exhausted",
        "reason": "can't start new thread",
        "at": 22_000,
        "last_words": None,
        "generation": 0,
        "process": None,
    },
    {"type": "block", "generation": 0, "block": 0, "cells": list(CELLS)},
    {
        "type": "pair",
        "cells": list(CELLS),
        "pair": 0,
        "processes": [1, 2],
        "number": 3,
        "first": 1,
        "calibration_ns": [5_000_000, 5_100_000],
        "sides": [SLICES, SLICES],
    },
    {"type": "weighed", "cells": list(CELLS), "pair": 0, "processes": [1, 2], "sides": [WEIGHED, WEIGHED]},
    {"type": "look", "pairs": 16, "open": [CELLS[0]]},
    {"type": "counted", "cells": list(CELLS), "number": 3, "instructions": [30_000_000, 30_100_000]},
    {"type": "noise", "contender": "asyncio", "calibration_ns": [4_900_000, 8_400_000], "when": "before"},
    {"type": "warning", "name": "noisy", "seen": "±40 %", "why": "intervals are wide", "todo": "wait"},
    {"type": "resume", "resumed": NOW, "dropped": None},
    {"type": "end", "finished": NOW, "complete": True},
)
EXAMPLES: dict[str, Plain] = {record["type"]: record for record in _EXAMPLES}


def example(kind: str, **changes: Any) -> Plain:
    """Return a fresh copy of the example of a type, with ``changes``."""
    return copy.deepcopy(HEADER if kind == "header" else EXAMPLES[kind]) | changes


def typed(record: Plain) -> Record:
    """Return a record as it is read."""
    return header_of(record) if record["type"] == "header" else as_record(record)


def made(kind: str, **changes: Any) -> Record:
    """Return the example of a type with ``changes`` as it is read."""
    return typed(example(kind, **changes))


def made_header(**changes: Any) -> Header:
    """Return the same of the header."""
    return header_of(example("header", **changes))


def plain(record: Record) -> Plain:
    """Return a record as a file has it."""
    told: Plain = json.loads(json.dumps(to_builtins(record)))
    return told


def changed(record: Record, **changes: Any) -> Any:
    """Return a record with other values, as it is read."""
    return typed(plain(record) | changes)


def header_with(header: Header, **changes: Any) -> Header:
    """Return a header with other values, as it is read."""
    return header_of(plain(header) | changes)


def unchecked(kind: str, **changes: Any) -> Record:
    """Return the same with values that it must not have."""
    record = made(kind)
    return type(record)(**{name: getattr(record, name) for name in record.__struct_fields__} | changes)


def line_of(record: Plain) -> bytes:
    """Return a line of a file, newline included."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_counts = st.integers(0, 2**63 - 1)
_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_bounded = st.integers(-(2**63 - 1), 2**63 - 1) | st.floats(-1e18, 1e18)
_told = st.none() | st.booleans() | _bounded | _texts | st.lists(_bounded, max_size=3)
"""What a workload may tell of a run."""


def _is_own(name: str) -> bool:
    return name not in NUMBERS and name != "lateness_ns"


_cells = st.sampled_from(CELLS)
_legs = st.sampled_from([("single",), ("short", "long"), ("long", "short")])


@st.composite
def _samples(draw: st.DrawFn) -> Plain:
    names = draw(_legs)
    legs = [LEG | {"leg": name, "wall_ns": draw(st.integers(1, 2**63 - 1))} for name in names]
    place = {
        "round": draw(st.integers(0, 2)),
        "generation": draw(st.integers(0, 2)),
        "block": draw(st.integers(0, 2)),
        "cell": draw(_cells),
    }
    records = draw(st.dictionaries(_texts.filter(_is_own), _told, max_size=3))
    return example("sample", legs=legs, first=draw(st.sampled_from(names)), records=records, **place)


_outcomes = st.builds(
    example,
    st.just("outcome"),
    cell=_cells,
    outcome=st.sampled_from(OUTCOMES),
    reason=_texts,
    at=st.none() | _counts,
    last_words=st.none() | _texts,
    surplus=_values,
)
_blocks = st.builds(
    example,
    st.just("block"),
    generation=st.integers(0, 2),
    block=st.integers(0, 2),
)
_fixed = st.sampled_from(sorted(EXAMPLES.keys() - {"pair", "weighed", "counted", "look"})).map(example)


PROCESSES = ("sample", "memory")


class Story:
    """Makes a file of records that agree: introduces what they refer to, and leaves out what cannot be."""

    def __init__(self, header: Plain) -> None:
        self.records: list[Plain] = []
        self._consistency = Consistency()
        self._process = 0
        self._at_work: dict[tuple[str, int], int] = {}
        self._legs: dict[str, int] = {}
        self._measured: dict[tuple[int, int], set[str]] = {}
        self.tell(header)

    def tell(self, record: Plain) -> bool:
        """Add a record if it agrees with those before it, and say whether it does."""
        read = typed(record)
        if self._consistency.complaint_about(read) is not None:
            return False
        self._consistency.note(read)
        self.records.append(record)
        return True

    def go_on(self, record: Plain) -> None:
        """Add a record, and before it what it needs."""
        match record["type"]:
            case "process":
                record["process"] = self._next()
            case "closed":
                record["process"] = self._process
            case "sample":
                self._witness(record)
                record["process"] = self._worker(record)
            case "memory":
                record["process"] = self._hire(record, "memory")
            case "block":
                record["cells"] = sorted(self._measured.get((record["generation"], record["block"]), ()))
            case "resume":
                self._at_work.clear()
                self._measured.clear()
        if self.tell(record) and record["type"] in PROCESSES:
            self._measured.setdefault((record["generation"], record["block"]), set()).add(record["cell"])

    def _next(self) -> int:
        self._process += 1
        return self._process

    def _worker(self, sample: Plain) -> int:
        key = sample["cell"].split("/")[1], sample["generation"]
        if key not in self._at_work:
            self._at_work[key] = self._hire(sample, "time")
        return self._at_work[key]

    def _hire(self, record: Plain, purpose: str) -> int:
        about = {"contender": record["cell"].split("/")[1], "generation": record["generation"]}
        self.tell(example("process", process=self._next(), purpose=purpose, **about))
        return self._process

    def _witness(self, sample: Plain) -> None:
        cell, legs = sample["cell"], len(sample["legs"])
        if self._legs.get(cell) != legs:
            self._legs[cell] = legs
            counted = [{"counts": {"task": 10, "suspension": 50 * leg}} for leg in range(1, legs + 1)]
            self.tell(example("witness", cell=cell, legs=counted))


def story(*records: Plain) -> list[Plain]:
    """Return a file, header first, that holds ``records`` as far as they agree, and what they refer to."""
    told = Story(records[0] if records and records[0]["type"] == "header" else example("header"))
    for record in records:
        if record["type"] != "header":
            told.go_on(copy.deepcopy(record))
    return told.records


@st.composite
def runs(draw: st.DrawFn, min_size: int = 0) -> list[Plain]:
    """Draw a valid run, header first, with ``min_size`` records or more, and what they need."""
    header = example("header", further=draw(st.dictionaries(_texts, _values, max_size=3)))
    drawn = draw(st.lists(_samples() | _outcomes | _blocks | _fixed, min_size=min_size, max_size=8))
    return story(header, *drawn)
