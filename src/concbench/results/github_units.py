"""Units as the tools of github-action-benchmark spell them, and how far their figures spread."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from concbench.results.foreign import MOST

TIMES: Mapping[str, float] = {
    "ns": 1e-9, "nsec": 1e-9, "nanoseconds": 1e-9, "us": 1e-6, "usec": 1e-6, "µs": 1e-6, "μs": 1e-6,
    "microseconds": 1e-6, "ms": 1e-3, "msec": 1e-3, "milliseconds": 1e-3, "s": 1.0, "sec": 1.0, "secs": 1.0,
    "second": 1.0, "seconds": 1.0, "min": 60.0, "minutes": 60.0,
}  # fmt: skip
BYTES: Mapping[str, float] = {
    "B": 1.0, "byte": 1.0, "bytes": 1.0, "Bytes": 1.0, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9,
    "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30,
}  # fmt: skip
OPERATIONS = frozenset({"iter", "op", "ops", "call", "run", "iteration", "invocation", "bench"})
"""What a time per operation is per, where the operation is the benchmark itself."""

LONGEST = 100
"""Characters that a spread has at most: anybody may have written it."""

NUMBER = r"([0-9]++(?:,[0-9]++)*+(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)"
"""Nothing of it is given back, so no text takes longer than its length."""

EITHER_SIDE = re.compile(rf"(?:±|\+/?-|stddev:|std:)?\s*+{NUMBER}\s*+(%)?")
FROM_TO = re.compile(rf"{NUMBER} to {NUMBER}\b.*")


@dataclass(frozen=True, slots=True)
class ToolUnit:
    """A unit: of times ``s``, of memory ``B``, perhaps per something, else as it was told.

    ``factor`` takes a figure to it. ``is_rate``: how much in a time, of which more is better.
    """

    unit: str
    factor: float = 1.0
    is_rate: bool = False


def tool_unit(told: str) -> ToolUnit:
    """Return what a tool's unit is: ``ns/iter`` is s, ``MiB`` is B, ``ops/sec`` a rate."""
    unit = told.partition("\t")[0].strip()
    of, _, per = unit.partition("/")
    of, per = of.strip(), per.strip()
    for known, ours in ((TIMES, "s"), (BYTES, "B")):
        if of in known and per not in TIMES:
            return ToolUnit(ours if not per or per in OPERATIONS else f"{ours}/{per}", known[of])
    return ToolUnit(unit, is_rate=per in TIMES)


def spread_of(told: Any, value: float, factor: float) -> float | None:
    """Return how far a figure spreads to either side, in its unit times ``factor``; None where nobody knows.

    Tools mean different things by it: a standard deviation, the half of an interval, the half of all values.
    """
    if not isinstance(told, str) or len(told) > LONGEST:
        return None
    if match := EITHER_SIDE.fullmatch(told.strip()):
        spread = _number(match[1]) * (abs(value) / 100 if match[2] else 1.0)
    elif match := FROM_TO.fullmatch(told.strip()):
        spread = abs(_number(match[2]) - _number(match[1])) / 2
    else:
        return None
    return spread * factor if spread <= MOST else None


def _number(text: str) -> float:
    return float(text.replace(",", ""))
