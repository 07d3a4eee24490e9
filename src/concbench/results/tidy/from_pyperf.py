"""pyperf's JSON as parts of the tidy table: each run is a process, and has a row for each of its values.

``concbench convert --to pyperf`` leaves the labels of a cell in the metadata of its runs, under one key, so
that such a file comes back as the table that it was made of.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyperf  # type: ignore[import-untyped]
from numpy.typing import NDArray

from concbench.results.errors import ResultsError
from concbench.results.foreign import check, checked, measurement, text_or_none, utc_of, where_there
from concbench.results.tidy.schema import Part
from concbench.validators import Validator, count, list_of, mapping, nullable, object_of, text

SOURCE = "pyperf"
LABELS = "concbench"
"""The key of a run's metadata under which the labels of its cell are, as JSON."""

PROCESS = "concbench_process"
"""The key under which its process's number is."""

METRICS: Mapping[str, tuple[str, str]] = {
    "second": ("time", "s"),
    "byte": ("memory", "B"),
    "integer": ("count", "1"),
}
"""The metric and the unit of each of pyperf's units, for benchmarks of other people."""


def parts_of_pyperf(content: Any, path: Path) -> Iterator[Part]:
    """Yield what the JSON of a file holds, run by run in its order; warm-ups and calibrations have no rows.

    ``process`` counts the runs of the file. ``time`` is missing where pyperf wrote it, as it tells local time
    without the zone. Raises ResultsError for JSON that is damaged.
    """
    number = 0
    for benchmark in _suite(content, path):
        check(benchmark.get_name(), text, path, "metadata.name")
        for run in benchmark.get_runs():
            number += 1
            if run.values:
                yield _part(benchmark.get_name(), run, number, path)


_ABOUT = {"metadata": nullable(mapping)}
_RUN = where_there(
    {"values": list_of(measurement), "warmups": list_of(list_of(measurement)), "metadata": mapping}
)
_FILE = object_of({"benchmarks": list_of(object_of({"runs": list_of(_RUN)}, _ABOUT))}, _ABOUT)


def _suite(content: Any, path: Path) -> pyperf.BenchmarkSuite:
    """Let pyperf read what was read; what it takes for granted is checked before."""
    check(content, _FILE, path)
    try:
        return pyperf.BenchmarkSuite.loads(json.dumps(content))
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise ResultsError(f"pyperf cannot read it: {error}", path) from error


def _part(name: str, run: pyperf.Run, number: int, path: Path) -> Part:
    about = run.get_metadata()
    values = np.array(run.values, dtype=np.float64)
    if LABELS in about:
        return _part_of_ours(about, values, path)
    metric, unit = METRICS[about.get("unit", "second")]
    return Part(
        workload=name,
        metric=metric,
        unit=unit,
        values=values,
        process=np.full(values.size, number),
        commit=text_or_none(about.get("commit_id")),
        python=(text_or_none(about.get("python_version")) or "").partition(" ")[0],
        machine=text_or_none(about.get("hostname")),
        source=SOURCE,
        time=utc_of(about.get("date"), assumed=None),
        file=str(path),
    )


def _part_of_ours(about: dict[str, Any], values: NDArray[np.float64], path: Path) -> Part:
    """Return a part whose labels ``concbench convert`` left in the metadata of a run."""
    process, spelled = about.get(PROCESS), about[LABELS]
    check(process, nullable(count), path, f"metadata.{PROCESS}")
    check(spelled, text, path, f"metadata.{LABELS}")
    try:
        labels = json.loads(spelled)
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"metadata.{LABELS} is no JSON ({error})", path) from error
    checked(labels, _LABELS, path, f"metadata.{LABELS}")
    return Part(
        values=values,
        process=None if process is None else np.full(values.size, process),
        time=utc_of(labels["time"], assumed=None),
        file=str(path),
        **{name: labels[name] for name in _LABELS if name != "time"},
    )


_LABELS: Mapping[str, Validator] = {
    **dict.fromkeys(("workload", "metric", "unit", "source"), text),
    **dict.fromkeys(
        ("model", "parameters", "commit", "python", "machine", "time", "version"), nullable(text)
    ),
}
