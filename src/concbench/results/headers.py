"""What a header must hold: the kinds of its keys, those that may be missing too, for readers use them all.

``schema`` has the other records, ``links`` what holds between the parts of a header.
"""

from typing import Any

from concbench.metrics import METRICS, UNITS
from concbench.results import kinds
from concbench.results.kinds import (
    Kind,
    above_zero,
    count,
    each_value,
    list_of,
    nullable,
    object_of,
    one_of,
    ordinal,
    positive,
    text,
    truth,
)
from concbench.traits import RUNS_ON

PARAMS = each_value(kinds.scalar)
"""Parameters: their values are scalars."""

_REPOSITORY = object_of(
    {},
    {
        "commit": nullable(text),
        "date": nullable(kinds.local_moment),
        "dirty": nullable(truth),
        "source": nullable(text),
    },
)

_BUILD = object_of({}, {name: nullable(truth) for name in ("gil", "jit", "debug")})

_ENVIRONMENT = object_of(
    {"identity": each_value(text)},
    {
        "repository": nullable(_REPOSITORY),
        "machine": nullable(object_of({}, {"id": nullable(text)})),
        "commit_unknown": nullable(text),
        "os": kinds.mapping,
        "pythons": list_of(_BUILD),
    },
)

_MARGINS = each_value(above_zero)

_TEXTS = ("models", "workloads", "pythons", "plugins", "loops")

_SETTINGS = object_of(
    {},
    {
        **{name: list_of(text) for name in _TEXTS},
        **dict.fromkeys(("command", "preset", "affinity", "baseline"), text),
        "params": each_value(list_of(text)),
        "memory": truth,
        "timeout": above_zero,
        "seed": kinds.integer,
        "budget": above_zero,
        "more": list_of(above_zero),
        "margins": _MARGINS,
    },
)

_CONTENDER = object_of(
    {"id": text, "model": text, "dialect": text, "python": text, "version": nullable(text)},
    {"release": text, "cpus": list_of(ordinal), "runs_on": one_of(*RUNS_ON)},
)

_CELL = object_of(
    {
        "id": text,
        "workload": text,
        "contender": text,
        "params": PARAMS,
        "unit": one_of(*UNITS),
        "floor_ns": count,
        "workload_version": text,
    }
)

_SIDE = object_of({"label": text}, {"python": text})

_PAIRED_CELL = object_of(
    {
        "id": text,
        "cells": kinds.pair_of(text),
        "workload": text,
        "model": text,
        "purpose": one_of("time", "memory"),
        "params": PARAMS,
        "head_params": PARAMS,
    }
)

_stretch_of = list_of(count)


def _stretch(value: Any) -> str | None:
    complaint = _stretch_of(value)
    if complaint is None and not (len(value) == 2 and value[0] <= value[1]):
        return f" is {value[:3]}, not a start and an end"
    return complaint


_stretches_of = list_of(_stretch)


def _running(value: Any) -> str | None:
    complaint = _stretches_of(value)
    if complaint is None and not value:
        return " is empty"
    return complaint


_ABOUT = object_of({"contender": text, "workload": text, "params": PARAMS})
_LANE = object_of(
    {"task": ordinal, "resumes": count, "start_ns": count, "end_ns": count, "running": _running}
)
_SEEN = object_of({"span_ns": positive, "lanes": list_of(_LANE)})
_UNSEEN = object_of({"outcome": text, "reason": text})


def _trace(value: Any) -> str | None:
    complaint = _ABOUT(value)
    if complaint is None and {"outcome", "lanes"} <= value.keys():
        return " has both lanes and an outcome"
    return complaint or (_UNSEEN(value) if "outcome" in value else _SEEN(value))


TRACES: Kind = list_of(_trace)

KEYS: dict[str, Kind] = {
    "schema": positive,
    "concbench": text,
    "run": kinds.hexadecimal,
    "started": kinds.moment,
    "settings": _SETTINGS,
    "seed": kinds.integer,
    "environment": _ENVIRONMENT,
    "contenders": list_of(_CONTENDER),
    "cells": list_of(_CELL),
}
"""The keys that every header has."""

_QUESTION = object_of(
    {"title": text, "metric": one_of(*METRICS), "goal": text, "price": text, "axis": text, "many": truth,
     "bound": kinds.amount, "rank": kinds.integer, "tells": text}
)  # fmt: skip
_WORKLOAD = object_of({"questions": list_of(_QUESTION), "lanes": text})

OTHERS: dict[str, Kind] = {
    "workloads": each_value(_WORKLOAD),
    "gc": text,
    "readings": each_value(text),
    "traces": TRACES,
    "sides": object_of({"base": _SIDE, "head": _SIDE}),
    "paired": list_of(_PAIRED_CELL),
}
"""The keys that a header may have, and that are read."""

COMPARISON = object_of(
    {
        "sides": OTHERS["sides"],
        "paired": OTHERS["paired"],
        "settings": object_of({"budget": above_zero, "margins": _MARGINS}),
    }
)
"""What the header of a comparison has besides."""
