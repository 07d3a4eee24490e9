"""What our suite and our fixture write into the ``extra_info`` of pytest-benchmark's JSON.

An entry that claims to be of either has to have all that the table needs of it: what is damaged is refused,
and not read as if it were of somebody else.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from concbench.results.foreign import check, checked, measurement, not_negative, where_there
from concbench.validators import Validator, each_value, list_of, nullable, one_of, positive, text

Author: TypeAlias = Literal["suite", "fixture"]

SUITE = re.compile(r"(?:.*/)?benchmarks/testbench/test_cells\.py::test_cell\[.*", re.DOTALL)
"""The names of the tests of the suite in ``benchmarks/``."""

FIGURES: Mapping[str, tuple[str, str, Validator]] = {
    "lateness_p50_s": ("lateness_p50", "s", measurement),
    "lateness_p99_s": ("lateness_p99", "s", measurement),
    "memory_bytes_per_task": ("memory", "B/task", measurement),
    "memory_peak_bytes": ("peak", "B", measurement),
    "scaling_exponent": ("{scaling_of}_exponent", "1", measurement),
    "cpu_s_per_run": ("run_cpu", "s", not_negative),
}
"""The figures beside times that either may have: the metric, the unit and the kind of each."""


def author_of(benchmark: dict[str, Any]) -> Author | None:
    """Return whose an entry says that it is, our suite's or our fixture's; None for other people's code."""
    extra = benchmark["extra_info"]
    if SUITE.fullmatch(benchmark["fullname"]):
        return "suite"
    if "concbench" in extra:
        return "fixture"
    return "suite" if {"workload", "model"} <= extra.keys() else None


def check_ours(benchmark: dict[str, Any], author: Author, path: Path, place: str) -> None:
    """Raise ResultsError where an entry of ours, at ``place`` of a file, is not what it has to be."""
    extra, where = benchmark["extra_info"], f"{place}.extra_info"
    checked(extra, _OF_SUITE if author == "suite" else _OF_FIXTURE, path, where, _OPTIONAL)
    if extra.get("scaling_exponent") is not None:
        checked(extra, _SCALING, path, where)
    check(benchmark["stats"], _TIMES, path, f"{place}.stats")


def _plain(value: object) -> str | None:
    return None if isinstance(value, str | bool) else measurement(value)


_OF_SUITE: Mapping[str, Validator] = {
    "workload": text,
    "workload_version": text,
    "model": text,
    "params": each_value(_plain),
    "unit": one_of("run", "task", "suspension"),
    "cpu_unit": one_of("task", "suspension"),
    "cpu_s_per_operation": not_negative,
}
"""What the suite says of a cell beside the times, which are per ``unit`` there."""

_OF_FIXTURE: Mapping[str, Validator] = {"concbench": text, "model": text, "tasks": positive}
"""What the fixture ``concurrency_benchmark`` says of a function."""

_OPTIONAL = {name: nullable(kind) for name, (_metric, _unit, kind) in FIGURES.items()}
_SCALING: Mapping[str, Validator] = {"scaling_of": one_of("wall", "cpu"), "scaling_in": text}
_TIMES = where_there({"median": not_negative, "data": list_of(not_negative)})
