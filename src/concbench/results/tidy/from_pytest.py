"""pytest-benchmark's JSON as parts of the tidy table: what ``--benchmark-json`` and saved files hold.

A file holds the samples of each benchmark only where it was asked for them: ``--benchmark-json`` does so by
itself, saved files with ``--benchmark-save-data``. Without them the median stands for them, in one row. A
file does not tell processes apart, so ``process`` is missing.

Files of 2015 have no ``extra_info`` and no ``params``, and the oldest no ``median`` and no ``fullname``: the
mean and the ``name`` stand for them there.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from concbench.results.addresses import without_addresses
from concbench.results.foreign import checked, measurement, text_or_none, utc_of
from concbench.results.histories import CHANGES
from concbench.results.tidy.extra_info import FIGURES, Author, author_of, check_ours
from concbench.results.tidy.naming import of_cell, spelled
from concbench.results.tidy.schema import Part
from concbench.validators import Validator, list_of, mapping, nullable, object_of, text
from concbench.words import without_address

SOURCE = "pytest-benchmark"
Figure: TypeAlias = tuple[str, str, list[float]]
"""A metric of one benchmark: its name, its unit, its values."""

Figures: TypeAlias = Iterator[Figure]


def is_pytest(content: Any) -> bool:
    """Say whether this is the JSON of pytest-benchmark, of whatever version."""
    return isinstance(content, dict) and {"machine_info", "benchmarks"} <= content.keys()


def parts_of_pytest(content: Any, path: Path) -> Iterator[Part]:
    """Yield what the JSON of a file holds, benchmark by benchmark in its order.

    ``time`` is when the file was written. Raises ResultsError for JSON that is damaged.
    """
    about = checked(content, _FILE, path, optional={"datetime": nullable(_moment)})
    for benchmark in _benchmarks(about["benchmarks"], path):
        workload, model = _cell(benchmark)
        for metric, unit, values in _figures(benchmark):
            yield Part(
                workload=workload,
                model=model,
                parameters=_parameters(benchmark, metric),
                metric=metric,
                unit=unit,
                values=np.array(values, dtype=np.float64),
                commit=_commit(about.get("commit_info") or {}),
                python=text_or_none(about["machine_info"].get("python_version")),
                machine=text_or_none(about["machine_info"].get("node")),
                source=SOURCE,
                time=utc_of(about.get("datetime")),
                version=text_or_none(benchmark["extra_info"].get("workload_version")),
                file=str(path),
            )


def _moment(value: object) -> str | None:
    """Take a time; old versions of pytest-benchmark wrote it in UTC without saying so."""
    return None if utc_of(value) else " is not a date and time"


_FILE: Mapping[str, Validator] = {"machine_info": mapping, "benchmarks": list_of(mapping)}

_BENCHMARK: Mapping[str, Validator] = {
    "fullname": text,
    "extra_info": mapping,
    "stats": object_of({"median": measurement}, {"data": nullable(list_of(measurement))}),
}
"""What an entry has, once :func:`_completed` has put what stands for it in old files."""

CLOCKS: Mapping[str, str] = {
    "perf_counter": "wall",
    "monotonic": "wall",
    "time": "wall",
    "default_timer": "wall",
    "seconds_per_operation": "wall",
    "process_time": "cpu",
}
"""The metric that is read from each clock; ``seconds_per_operation`` is that of the suite.

``thread_time`` is not among them: it sees one thread, and a model may have many.
"""


def _completed(benchmark: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with what old versions did not write, where something else stands for it."""
    stats = benchmark.get("stats")
    made: dict[str, Any] = {"extra_info": {}} | benchmark
    if "fullname" not in made and "name" in made:
        made["fullname"] = made["name"]
    if isinstance(stats, dict) and "median" not in stats and "mean" in stats:
        made["stats"] = {**stats, "median": stats["mean"]}
    return made


def _benchmarks(found: Sequence[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Return the entries of a file, checked, with names that have no address in them."""
    benchmarks = list(map(_completed, found))
    for number, benchmark in enumerate(benchmarks):
        place = f"benchmarks[{number}]"
        checked(benchmark, _BENCHMARK, path, place, {"params": nullable(mapping)})
        if author := author_of(benchmark):
            check_ours(benchmark, author, path, place)
    names = without_addresses(benchmark["fullname"] for benchmark in benchmarks)
    return [benchmark | {"fullname": name} for benchmark, name in zip(benchmarks, names, strict=True)]


def _cell(benchmark: dict[str, Any]) -> tuple[str, str | None]:
    """Return workload and model."""
    extra, author = benchmark["extra_info"], author_of(benchmark)
    if author == "suite":
        return extra["workload"], extra["model"]
    name = benchmark["fullname"]
    if benchmark.get("params"):
        name = name.removesuffix(without_address(f"[{benchmark.get('param')}]"))
    return name, extra["model"] if author else None


def _parameters(benchmark: dict[str, Any], metric: str) -> str | None:
    extra, author = benchmark["extra_info"], author_of(benchmark)
    if author == "suite":
        grown = extra["scaling_in"] if metric.endswith("_exponent") else None
        return of_cell(extra["workload"], list(extra["params"].items()), grown)
    params = benchmark.get("params") or {}
    if author is None:
        return spelled(list(params.items()))
    own = {key: value for key, value in params.items() if not key.startswith("concurrency_")}
    return spelled([("tasks", extra["tasks"]), *own.items()])


def _figures(benchmark: dict[str, Any]) -> Figures:
    """Yield what was measured; of two figures of one metric the first, which has the samples."""
    author, seen = author_of(benchmark), set[str]()
    for metric, unit, values in _times(benchmark, author), *(_beside(benchmark) if author else ()):
        if metric not in seen:
            seen.add(metric)
            yield metric, unit, values


def _times(benchmark: dict[str, Any], author: Author | None) -> Figure:
    """Return what was timed, by the clock that the entry names: an unknown one may be any."""
    stats = benchmark["stats"]
    samples = stats.get("data") or [stats["median"]]
    clock = _clock(benchmark.get("options"))
    if author is None:
        return "time", "s", samples
    metric, unit = _per(clock or "wall", benchmark["extra_info"]["unit"] if author == "suite" else "run")
    return metric if clock else "time", unit, samples


def _clock(options: Any) -> str | None:
    """Return the metric of the clock that the options name, perhaps with its module; None if unknown."""
    timer = text_or_none(options.get("timer")) if isinstance(options, dict) else None
    return CLOCKS.get((timer or "").rpartition(".")[2])


def _beside(benchmark: dict[str, Any]) -> Figures:
    """Yield the figures that our suite or our fixture wrote beside the times."""
    extra = benchmark["extra_info"]
    if author_of(benchmark) == "suite":
        yield *_per("cpu", extra["cpu_unit"]), [extra["cpu_s_per_operation"]]
    for name, (metric, unit, _kind) in FIGURES.items():
        if extra.get(name) is not None:
            yield metric.format(scaling_of=extra.get("scaling_of")), unit, [extra[name]]


def _per(metric: str, unit: str) -> tuple[str, str]:
    """Return the name of a metric per run, task or suspension, and its unit."""
    return (f"run_{metric}", "s") if unit == "run" else (metric, f"s/{unit}")


def _commit(info: Any) -> str | None:
    """Return the commit; None where pytest-benchmark did not find one."""
    commit = text_or_none(info.get("id")) if isinstance(info, dict) else None
    if commit in (None, "unknown", "unversioned"):
        return None
    return f"{commit}{CHANGES}" if info.get("dirty") is True else commit
