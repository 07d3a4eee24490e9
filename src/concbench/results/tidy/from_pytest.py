"""pytest-benchmark's JSON as parts of the tidy table: what ``--benchmark-json`` and saved files hold.

A file holds the samples of each benchmark only where it was asked for them: ``--benchmark-json`` does so by
itself, saved files with ``--benchmark-save-data``. Without them the median stands for them, in one row. A
file does not tell processes apart, so ``process`` is missing.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from concbench.results.foreign import check, checked, finite, text_or_none
from concbench.results.kinds import Kind, list_of, mapping, nullable, object_of, one_of, positive, text
from concbench.results.tidy.naming import spelled
from concbench.results.tidy.schema import Part

SOURCE = "pytest-benchmark"
Record: TypeAlias = dict[str, Any]
Figures: TypeAlias = Iterator[tuple[str, str, list[float]]]
"""Metrics of one benchmark: its name, its unit, its values."""


def is_pytest(content: Any) -> bool:
    """Say whether this is the JSON of pytest-benchmark, of whatever version."""
    return isinstance(content, dict) and {"machine_info", "benchmarks"} <= content.keys()


def parts_of_pytest(content: Any, path: Path) -> Iterator[Part]:
    """Yield what the JSON of a file holds, benchmark by benchmark in its order.

    ``time`` is when the file was written. Raises ResultsError for JSON that is damaged.
    """
    about = checked(content, _FILE, path)
    for place, found in enumerate(about["benchmarks"]):
        benchmark = _checked_benchmark(found, path, f"benchmarks[{place}]")
        workload, model, parameters = _cell(benchmark)
        for metric, unit, values in _figures(benchmark):
            yield Part(
                workload=workload,
                model=model,
                parameters=parameters,
                metric=metric,
                unit=unit,
                values=np.array(values, dtype=np.float64),
                process=None,
                commit=_commit(about.get("commit_info") or {}),
                python=text_or_none(about["machine_info"].get("python_version")),
                machine=text_or_none(about["machine_info"].get("node")),
                source=SOURCE,
                time=_utc(about["datetime"]),
                version=text_or_none(benchmark["extra_info"].get("workload_version")),
                file=str(path),
            )


def _moment(value: object) -> str | None:
    try:
        fits = isinstance(value, str) and _utc(value) is not None
    except (ValueError, OverflowError):
        fits = False
    return None if fits else " is not a date and time"


def _utc(spelled_time: str) -> datetime:
    """Return a time in UTC; old versions of pytest-benchmark wrote it without saying so."""
    time = datetime.fromisoformat(spelled_time)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


_FILE: Mapping[str, Kind] = {"machine_info": mapping, "benchmarks": list_of(mapping), "datetime": _moment}

_BENCHMARK: Mapping[str, Kind] = {
    "fullname": text,
    "extra_info": mapping,
    "stats": object_of({"median": finite}),
}

_unit = one_of("run", "task", "suspension")

_OF_SUITE: Mapping[str, Kind] = {
    "workload": text,
    "model": text,
    "params": mapping,
    "unit": _unit,
    "cpu_unit": _unit,
    "cpu_s_per_operation": finite,
}
"""What the suite in ``benchmarks/`` says of a cell beside the times, which are per ``unit`` there."""

_OF_PLUGIN: Mapping[str, Kind] = {"concbench": text, "model": text, "tasks": positive}
"""What the fixture ``concurrency_benchmark`` says of a function."""

_EXTRAS: Mapping[str, tuple[str, str]] = {
    "lateness_p50_s": ("lateness_p50", "s"),
    "lateness_p99_s": ("lateness_p99", "s"),
    "memory_bytes_per_task": ("memory", "B/task"),
    "memory_peak_bytes": ("peak", "B"),
    "scaling_exponent": ("{scaling_of}_exponent", "1"),
    "cpu_s_per_run": ("run_cpu", "s"),
}
"""The figures of suite and fixture beside times: the metric and the unit of each."""


def _checked_benchmark(benchmark: Record, path: Path, place: str) -> Record:
    checked(benchmark, _BENCHMARK, path, place)
    check(benchmark.get("params"), nullable(mapping), path, f"{place}.params")
    check(benchmark["stats"].get("data"), nullable(list_of(finite)), path, f"{place}.stats.data")
    for name in _EXTRAS:
        if _is_ours(benchmark["extra_info"]):
            check(benchmark["extra_info"].get(name), nullable(finite), path, f"{place}.extra_info.{name}")
    return benchmark


def _is_of_suite(extra: Record) -> bool:
    return object_of(_OF_SUITE)(extra) is None


def _is_ours(extra: Record) -> bool:
    return _is_of_suite(extra) or object_of(_OF_PLUGIN)(extra) is None


def _cell(benchmark: Record) -> tuple[str, str | None, str | None]:
    """Return workload, model and parameters."""
    extra, params = benchmark["extra_info"], benchmark.get("params") or {}
    if _is_of_suite(extra):
        return extra["workload"], extra["model"], spelled(list(extra["params"].items()))
    name = benchmark["fullname"]
    if params:
        name = name.removesuffix(f"[{benchmark.get('param')}]")
    if _is_ours(extra):
        own = {key: value for key, value in params.items() if not key.startswith("concurrency_")}
        return name, extra["model"], spelled([("tasks", extra["tasks"]), *own.items()])
    return name, None, spelled(list(params.items()))


def _figures(benchmark: Record) -> Figures:
    extra, stats = benchmark["extra_info"], benchmark["stats"]
    samples = stats.get("data") or [stats["median"]]
    if not _is_ours(extra):
        yield "time", "s", samples
        return
    if not _is_of_suite(extra):
        yield "run_wall", "s", samples
    else:
        yield *_per("wall", extra["unit"]), samples
        yield *_per("cpu", extra["cpu_unit"]), [extra["cpu_s_per_operation"]]
    for name, (metric, unit) in _EXTRAS.items():
        if extra.get(name) is not None:
            yield metric.format(scaling_of=extra.get("scaling_of", "wall")), unit, [extra[name]]


def _per(metric: str, unit: str) -> tuple[str, str]:
    """Return the name of a metric per run, task or suspension, and its unit."""
    return (f"run_{metric}", "s") if unit == "run" else (metric, f"s/{unit}")


def _commit(info: Any) -> str | None:
    """Return the commit; None where pytest-benchmark did not find one."""
    commit = text_or_none(info.get("id")) if isinstance(info, dict) else None
    if commit in (None, "unknown", "unversioned"):
        return None
    return f"{commit}+changes" if info.get("dirty") is True else commit
