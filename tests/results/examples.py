"""Records to test with: one small header, one example of every other type, and strategies for whole runs."""

import copy
from typing import Any

from hypothesis import strategies as st

from concbench.results.schema import OUTCOMES, Record

IDENTITY = {"machine": "x86_64", "cpu": "two slow cores", "commit": "abc123"}
NOW = "2026-11-22T12:00:00+00:00"
CELLS = ("spawn/asyncio/10", "spawn/threads/10")

HEADER: Record = {
    "type": "header",
    "schema": 1,
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

LEG: Record = {
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

SLICES: Record = {
    "wall_ns": [2_000_000, 2_100_000],
    "cpu_ns": [1_900_000, 2_000_000],
    "user_ns": [1_800_000, 2_000_000],
    "system_ns": [100_000, 0],
    "voluntary": [0, 1],
    "involuntary": [0, 0],
    "gc": [0, 0],
    "records": [{}, {"early": 1}],
}
WEIGHED: Record = {
    "tasks": 1000,
    "baseline_bytes": 20_000_000,
    "observed_bytes": 21_437_000,
    "peak_bytes": None,
    "floor_bytes": 0,
}

_EXAMPLES: tuple[Record, ...] = (
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
        "legs": [{"tasks": 10, "suspensions": 0}],
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
        "process": 1,
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
EXAMPLES: dict[str, Record] = {record["type"]: record for record in _EXAMPLES}


def example(kind: str, **changes: Any) -> Record:
    """Return a fresh copy of the example of a type, with ``changes``."""
    return copy.deepcopy(HEADER if kind == "header" else EXAMPLES[kind]) | changes


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_counts = st.integers(0, 2**70)
_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_values = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_cells = st.sampled_from(CELLS)
_legs = st.sampled_from([("single",), ("short", "long"), ("long", "short")])


@st.composite
def _samples(draw: st.DrawFn) -> Record:
    names = draw(_legs)
    legs = [LEG | {"leg": name, "wall_ns": draw(_counts)} for name in names]
    place = {"generation": draw(st.integers(0, 2)), "block": draw(st.integers(0, 2)), "cell": draw(_cells)}
    records = draw(st.dictionaries(_texts, _values, max_size=3))
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
_fixed = st.sampled_from(sorted(EXAMPLES)).map(example)


@st.composite
def runs(draw: st.DrawFn, min_size: int = 0) -> list[Record]:
    """Draw a valid run, header first: processes are numbered, and no block is complete twice."""
    records = [example("header", settings=draw(st.dictionaries(_texts, _values, max_size=3)))]
    complete = set()
    for record in draw(st.lists(_samples() | _outcomes | _blocks | _fixed, min_size=min_size, max_size=8)):
        if record["type"] == "process":
            record["process"] = len(records)
        if record["type"] == "block":
            if (record["generation"], record["block"]) in complete:
                continue
            complete.add((record["generation"], record["block"]))
        records.append(record)
    return records
