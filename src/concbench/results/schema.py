"""What a record must hold: the required keys of every record type, and what each value must be.

docs/FORMAT.md describes the same table in prose. Keys beyond the required ones are allowed and kept. A record
type that is not in the table is damage: a reader that skipped it could count what the record takes back.
"""

from collections.abc import Mapping
from reprlib import repr as shortened
from typing import Any, TypeAlias

from concbench.metrics import UNITS
from concbench.outcomes import OUTCOMES
from concbench.results import headers, kinds
from concbench.results.kinds import (
    Kind,
    count,
    each_value,
    list_of,
    nullable,
    object_of,
    one_of,
    ordinal,
    pair_of,
    positive,
    text,
    truth,
)

SCHEMA = 1
"""The schema of a run. It grows when an older reader would misread a newer file."""

PAIRED_SCHEMA = 2
"""The schema of a comparison, which has records of pairs besides."""

SCHEMAS = (SCHEMA, PAIRED_SCHEMA)
"""What is read."""

SIDES = ("base", "head")
"""What the first and the second entry of a pair's lists belong to."""

Record: TypeAlias = dict[str, Any]
"""One line of a run file, as the JSON decoder made it."""

LATE = ("lateness_p50_ns", "lateness_p90_ns", "lateness_p99_ns", "lateness_max_ns")
"""The numbers that a sample's ``records`` may tell of lateness, and ``early`` besides."""

SAMPLE_RECORDS = object_of(
    {},
    {**dict.fromkeys(LATE, kinds.number), "early": count, "lateness_ns": list_of(kinds.number)},
)
"""The figures that a workload adds to its runs: those that are known here are numbers."""

_SAMPLE_LEG = object_of(
    {
        "leg": one_of("single", "short", "long"),
        "number": positive,
        "wall_ns": positive,
        "cpu_ns": count,
        "user_ns": count,
        "system_ns": count,
        "voluntary": count,
        "involuntary": count,
        "gc": count,
    }
)

_COLUMNS: Mapping[str, Kind] = {
    "wall_ns": list_of(positive),
    "cpu_ns": list_of(count),
    "user_ns": list_of(count),
    "system_ns": list_of(count),
    "voluntary": list_of(count),
    "involuntary": list_of(count),
    "gc": list_of(count),
    "records": list_of(SAMPLE_RECORDS),
}
_PAIRED_SIDE = object_of(_COLUMNS)
_WEIGHED_SIDE = object_of(
    {
        "tasks": positive,
        "baseline_bytes": nullable(count),
        "observed_bytes": nullable(count),
        "peak_bytes": nullable(count),
        "floor_bytes": count,
    },
    {"peak_was_reset": truth},
)


def _uneven(pair: Record) -> str | None:
    """Return what is wrong with a pair's columns: every slice has one value in each, on either side."""
    lengths = {len(side[name]) for side in pair["sides"] for name in _COLUMNS}
    even = len(lengths) == 1 and 0 not in lengths
    return (
        None if even else f".sides has columns of {sorted(lengths)} slices, not one or more, as many in each"
    )


_every_sample_leg = list_of(_SAMPLE_LEG)
_every_witness_leg = list_of(
    object_of(
        {"tasks": positive, "suspensions": count}, {"counts": object_of({}, dict.fromkeys(UNITS, count))}
    )
)


def _witness_legs(value: object) -> str | None:
    complaint = _every_witness_leg(value)
    if complaint is None and isinstance(value, list) and len(value) not in (1, 2):
        return f" has {len(value)} legs, not 1 or 2"
    return complaint


def _sample_legs(value: object) -> str | None:
    complaint = _every_sample_leg(value)
    if complaint is None and isinstance(value, list):
        names = [leg["leg"] for leg in value]
        if names not in (["single"], ["short", "long"], ["long", "short"]):
            return f" has the legs {names}, not one single or a short and a long one"
    return complaint


def _first_is_no_leg(sample: Record) -> str | None:
    names = [leg["leg"] for leg in sample["legs"]]
    return None if sample["first"] in names else f".first is {sample['first']!r}, but the legs are {names}"


KEYS: Mapping[str, Mapping[str, Kind]] = {
    "header": headers.KEYS,
    "process": {
        "process": ordinal,
        "contender": text,
        "generation": ordinal,
        "pid": positive,
        "startup_ns": nullable(count),
        "open_ns": nullable(count),
        "purpose": one_of("pilot", "time", "memory"),
    },
    "closed": {"process": ordinal, "close_ns": count},
    "witness": {
        "cell": text,
        "legs": _witness_legs,
        "number": positive,
        "estimate_ns": kinds.amount,
        "checks": each_value(nullable(text)),
    },
    "sample": {
        "cell": text,
        "process": ordinal,
        "generation": ordinal,
        "block": ordinal,
        "round": ordinal,
        "turn": ordinal,
        "legs": _sample_legs,
        "first": one_of("single", "short", "long"),
        "calibration_ns": positive,
        "records": SAMPLE_RECORDS,
    },
    "memory": {
        "cell": text,
        "process": ordinal,
        "generation": ordinal,
        "block": ordinal,
        "tasks": positive,
        "baseline_bytes": nullable(count),
        "observed_bytes": nullable(count),
        "peak_bytes": nullable(count),
        "floor_bytes": count,
    },
    "outcome": {
        "cell": text,
        "outcome": one_of(*OUTCOMES),
        "reason": text,
        "at": nullable(count),
        "last_words": nullable(text),
        "generation": nullable(ordinal),
        "process": nullable(ordinal),
    },
    "block": {"generation": ordinal, "block": ordinal, "cells": list_of(text)},
    "pair": {
        "cells": pair_of(text),
        "pair": ordinal,
        "processes": pair_of(ordinal),
        "number": positive,
        "first": kinds.either,
        "calibration_ns": pair_of(positive),
        "sides": pair_of(_PAIRED_SIDE),
    },
    "weighed": {
        "cells": pair_of(text),
        "pair": ordinal,
        "processes": pair_of(ordinal),
        "sides": pair_of(_WEIGHED_SIDE),
    },
    "look": {"pairs": count, "open": list_of(text)},
    "counted": {
        "cells": pair_of(text),
        "number": positive,
        "instructions": pair_of(positive),
    },
    "noise": {"contender": text, "calibration_ns": list_of(positive), "when": one_of("before", "after")},
    "warning": {"name": text, "seen": text, "why": text, "todo": text},
    "resume": {"resumed": kinds.moment, "dropped": nullable(text)},
    "end": {"finished": kinds.moment, "complete": truth},
}
"""The required keys of every record type, besides ``type`` itself, and the kind of each value."""

OTHERS: Mapping[str, Mapping[str, Kind]] = {
    "header": headers.OTHERS,
    "memory": {"peak_was_reset": truth},
    "counted": {"confirmed": truth},
    "warning": {"cells": pair_of(text)},
}
"""The keys that a record may have and that are read, and the kind of each value."""

_KINDS: Mapping[str, Kind] = {name: object_of(keys, OTHERS.get(name)) for name, keys in KEYS.items()}


def complaint_about(record: object) -> str | None:
    """Return None if ``record`` is a record of this schema, else what is wrong with it, naming the key."""
    if not isinstance(record, dict):
        return f"{shortened(record)} is not an object"
    name = record.get("type")
    if not isinstance(name, str):
        return "it has no string under the key `type`"
    if name not in _KINDS:
        return f"record type {name!r} is not one of {', '.join(_KINDS)}"
    complaint = _KINDS[name](record)
    if complaint is None and name == "sample":
        complaint = _first_is_no_leg(record)
    if complaint is None and name == "pair":
        complaint = _uneven(record)
    return None if complaint is None else f"{name}: {complaint.removeprefix('.')}"
